import 'graphiql/setup-workers/vite'; // first: the editors look for their workers when they load
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { examples } from './examples';
import { createFetcher } from './fetcher';
import { CopyLinkButton, SelectOperation, readLink } from './link';
import { loadToken, saveToken, storage } from './storage';
import { TopBar } from './TopBar';

// Constants: GraphiQL closes the open panel when it is given another array.
const plugins = [HISTORY_PLUGIN, explorerPlugin()];
const link = readLink();
const tabs = link ? [link, ...examples] : examples;

function App() {
  const [token, setToken] = useState(loadToken);
  const [session, setSession] = useState(0);
  // Another token or session is another fetcher, and with another fetcher GraphiQL reads the schema again, as that person.
  const fetcher = useMemo(() => createFetcher(token), [token, session]);

  function acceptToken(next) {
    saveToken(next);
    setToken(next);
  }

  return (
    <>
      <TopBar token={token} onToken={acceptToken} onSession={() => setSession(session + 1)} fetcher={fetcher} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          storage={storage}
          defaultTabs={tabs}
          initialQuery={link?.query}
          initialVariables={link?.variables}
          defaultEditorToolsVisibility="variables"
          shouldPersistHeaders={false}
          inputValueDeprecation
          schemaDescription
        >
          {/* Empty: the usual logo is a link to a host that an offline network does not have. */}
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
          <GraphiQL.Toolbar>
            {({ prettify, merge, copy }) => (
              <>
                {prettify}
                {merge}
                {copy}
                <CopyLinkButton />
              </>
            )}
          </GraphiQL.Toolbar>
          <SelectOperation name={link?.operationName} />
        </GraphiQL>
      </main>
    </>
  );
}

createRoot(document.getElementById('root')).render(<App />);
