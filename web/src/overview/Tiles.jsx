import { OpenInGraphiql } from './Frame';
import { Trouble } from './Trouble';
import { report } from './queries';
import { tilesOf } from './tiles';

export function Tiles({ say, variables, answer, onRetry }) {
  if (answer.state === 'failed') return <Trouble say={say} problem={answer.problem} onRetry={onRetry} level="h2" />;
  const groups = answer.data ? tilesOf(answer.data.impactReport, say) : { giving: null, people: null, doing: null, asking: null };
  return Object.entries(groups).map(([name, tiles]) => (
    <section key={name} className={`tiles ${name}`} aria-labelledby={`group-${name}`} aria-busy={!tiles}>
      <h2 id={`group-${name}`}>{say.words.groups[name]}</h2>
      {!tiles && name === 'giving' && (
        <p className="unseen" role="status">
          {say.words.loading}
        </p>
      )}
      {tiles?.length === 0 && <p className="empty">{say.words.noTiles}</p>}
      <ul>
        {tiles
          ? tiles.map((tile) => <Tile key={tile.id} say={say} variables={variables} {...tile} />)
          : [1, 2, 3, 4].map((blank) => <li key={blank} className="tile blank" />)}
      </ul>
    </section>
  ));
}

function Tile({ say, variables, id, label, recorded, figure, notes, share, part }) {
  return (
    <li className="tile" data-figure={id}>
      <h3 lang={recorded ? 'zh-CN' : undefined}>{label}</h3>
      <Figure {...figure} />
      {share !== undefined && (
        <svg className="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect width="100" height="4" className="all" />
          <rect width={share * 100} height="4" className="part" />
        </svg>
      )}
      {notes.map((note) => (
        <p key={note} className="note">
          {note}
        </p>
      ))}
      <OpenInGraphiql say={say} what={label} query={report(part)} variables={variables} />
    </li>
  );
}

function Figure({ sure, number, after, per }) {
  if (number === null) {
    return (
      <p className="figure">
        <span className="nothing">{sure}</span>
      </p>
    );
  }
  // The spaces are for those who hear or copy it; the style sets the parts apart by itself.
  return (
    <p className="figure">
      {sure && <span className="sure">{sure}</span>} {per && <span className="unit">{per}</span>} <span className="number">{number}</span>{' '}
      {after && <span className="unit">{after}</span>}
    </p>
  );
}
