import { useId } from 'react';
import { Trouble } from './Trouble';
import { inGraphiql } from './queries';

/** Around every chart: its heading, what it shows in words, the way to GraphiQL, and the same figures as a table. */
export function Frame({ say, name, title, text, query, variables, answer, onRetry, children }) {
  const id = useId();
  return (
    <section className="frame" aria-labelledby={id} aria-busy={answer.state === 'loading'} data-chart={name}>
      <header>
        <h2 id={id}>{title}</h2>
        <OpenInGraphiql say={say} what={title} query={query} variables={variables} />
        {text && <p>{text}</p>}
      </header>
      {answer.state === 'loading' && (
        <p className="wait" role="status">
          {say.words.loading}
        </p>
      )}
      {answer.state === 'failed' && <Trouble say={say} problem={answer.problem} onRetry={onRetry} level="h3" />}
      {answer.state === 'done' && children(answer.data)}
    </section>
  );
}

export function OpenInGraphiql({ say, what, query, variables }) {
  return (
    <a className="open" href={inGraphiql(query, variables)} aria-label={say.words.openLabel(what)} title={say.words.openInGraphiql}>
      <span>GraphiQL</span>
      <svg viewBox="0 0 12 12" width="9" height="9" aria-hidden="true">
        <path d="M3 1h8v8M11 1 1 11" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
    </a>
  );
}

/** A chart's figures for those who do not see it, or want them exactly. */
export function Table({ say, title, columns, rows, open = false }) {
  const table = (
    // Wide tables scroll by themselves on a narrow screen, by keyboard too.
    <div className="scroll" role="region" aria-label={say.words.table(title)} tabIndex="0">
      <table>
        <caption className="unseen">{title}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([head, ...cells], index) => (
            <tr key={index}>
              <th scope="row">{head}</th>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  if (open) return table;
  return (
    <details>
      <summary>{say.words.asTable}</summary>
      {table}
    </details>
  );
}
