import { Frame, Table } from './Frame';
import { Wheel } from './Wheel';
import { rings } from './circles';
import { CIRCLES } from './queries';

/** 1+N+N (同心圆): the wheel, and the same as a table. */
export function Circles(props) {
  const { say, variables, period, name } = props;
  const words = say.words.circles;
  return (
    <Frame {...props} name="circles" title={words.title} text={words.text} query={CIRCLES} variables={{ communityId: variables.communityId }}>
      {({ community }) => {
        const found = rings(community, period);
        const cut = ['pairings', 'projects'].map((list) => community[list]).filter(({ nodes, totalCount }) => nodes.length < totalCount);
        if (!found.units.length && !found.projects.length) return <p className="empty">{words.none}</p>;
        return (
          <>
            <Wheel say={say} name={name} {...found} />
            <ul className="key" aria-hidden="true">
              <li className="unit">{words.paired}</li>
              {found.units.some(({ paired }) => !paired) && <li className="unit unpaired">{words.unpaired}</li>}
              <li className="project">{words.project}</li>
            </ul>
            {cut.map(({ nodes, totalCount }, index) => (
              <p key={index} className="note">
                {words.more(say.number(nodes.length), say.number(totalCount))}
              </p>
            ))}
            <Table say={say} title={words.title} columns={words.columns} rows={rowsOf(found, say)} />
          </>
        );
      }}
    </Frame>
  );
}

function rowsOf({ units, projects, links }, say) {
  const { words } = say;
  const named = (unit) => (
    <span key={unit.id} className="each">
      <span lang="zh-CN">{unit.name}</span>
      {!unit.paired && ` (${words.circles.unpaired})`}
    </span>
  );
  const rows = projects.map((project) => {
    const joined = links.filter((link) => link.project === project.id);
    const parts = joined.map(({ unit, roles }) => (
      <span key={unit} className="each">
        <span lang="zh-CN">{units.find(({ id }) => id === unit).name}</span> ({roles.map((role) => say.named(words.roles, role)).join(', ')})
      </span>
    ));
    return [<span lang="zh-CN">{project.title}</span>, say.named(words.statuses, project.status), parts.length ? parts : words.circles.nobody];
  });
  const alone = units.filter(({ id }) => links.every((link) => link.unit !== id));
  return alone.length ? [...rows, [words.circles.alone, '–', alone.map(named)]] : rows;
}
