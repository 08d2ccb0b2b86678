// Shareable links: ?query=…&variables=…&operationName=…
import { useEffect, useState } from 'react';
import { ToolbarButton, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';

/** What the address asks to be opened; null if nothing. It is only shown, never run by itself. */
export function readLink() {
  const params = new URLSearchParams(location.search);
  const query = params.get('query');
  return query === null ? null : { query, variables: params.get('variables') ?? '', operationName: params.get('operationName') };
}

/** GraphiQL has no property for "this operation first, another one later", so the choice is made in its store. */
export function SelectOperation({ name }) {
  const { setOperationName } = useGraphiQLActions();
  useEffect(() => {
    if (name) setOperationName(name);
  }, [name, setOperationName]);
  return null;
}

const LABELS = {
  ready: 'Copy link 复制链接',
  copied: 'Copied 已复制',
  refused: 'The link is in the address bar 链接在地址栏中',
};

export function CopyLinkButton() {
  const { queryEditor, variableEditor, operations, operationName } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'operations', 'operationName'),
  );
  const [state, setState] = useState('ready');

  useEffect(() => {
    if (state === 'ready') return;
    const timer = setTimeout(setState, 3000, 'ready');
    return () => clearTimeout(timer);
  }, [state]);

  async function copy() {
    const params = new URLSearchParams({ query: queryEditor?.getValue() ?? '' });
    const variables = variableEditor?.getValue().trim();
    if (variables) params.set('variables', variables);
    if (operations?.length > 1 && operationName) params.set('operationName', operationName);
    history.replaceState(null, '', `?${params}`);
    setState((await toClipboard(location.href)) ? 'copied' : 'refused');
  }

  return (
    <ToolbarButton onClick={copy} label={LABELS[state]} data-state={state}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" aria-hidden="true">
        <path d={state === 'copied' ? 'm5 13 4 4L19 7' : 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17'} />
      </svg>
    </ToolbarButton>
  );
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // On plain http in a local network there is no navigator.clipboard; the old way still works there.
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}
