import { useId, useState } from 'react';
import { Group } from '@visx/group';
import { LinkRadial } from '@visx/shape';
import { angles, at, spread } from './circles';
import { useWidth } from './use';

// Below this width there is no room for names on the circles: numbers stand there, and the names below.
const ROOMY = 620;
const LINE = 17;
// Where room is scarce, a longer name of a project takes two lines.
const LONG = 7;

export function Wheel({ say, name, units, projects, links }) {
  const [ref, width] = useWidth();
  const [held, setHeld] = useState(null);
  const id = useId();
  const words = say.words.circles;
  const { inner, outer } = angles({ units, projects, links });
  const roomy = width >= ROOMY;
  const titles = new Map(projects.map(({ id, title }) => [id, width < 900 ? inLines(title) : [title]]));
  const longest = Math.max(0, ...[...titles.values()].flat().map(({ length }) => length));
  const margin = roomy ? Math.min(width * 0.27, longest * 13 + 46) : 24;
  const outside = Math.min(300, width / 2 - margin);
  const inside = outside * 0.68;
  const centre = outside * 0.18;
  const gap = LINE * Math.max(1, ...[...titles.values()].map(({ length }) => length)) + 4;
  const tall = roomy ? Math.max(outside + 24, (Math.ceil(projects.length / 2) * gap) / 2) : outside + 24;

  const lit = (node) =>
    !held || held === node || links.some((link) => (link.unit === held && link.project === node) || (link.project === held && link.unit === node));
  const hold = (node) => ({ onPointerEnter: () => setHeld(node), onPointerLeave: () => setHeld(null), className: lit(node) ? 'node' : 'node dim' });
  const ordered = { units: inTurn(units, inner), projects: inTurn(projects, outer) };
  const labels = roomy ? besides(ordered.projects, outer, outside, tall - 14, gap) : [];

  return (
    <div ref={ref} className="wheel">
      {width > 0 && (
        <svg width={width} height={tall * 2} viewBox={`${-width / 2} ${-tall} ${width} ${tall * 2}`} role="img" aria-labelledby={id}>
          <title id={id}>{words.summary(units.length, projects.length, links.length)}</title>
          <g aria-hidden="true">
            <circle r={outside} className="ring" />
            <circle r={inside} className="ring" />
            {links.map(({ unit, project }) => (
              <LinkRadial
                key={`${unit} ${project}`}
                className={held && held !== unit && held !== project ? 'link dim' : 'link'}
                data={{
                  source: { angle: inner.get(unit), radius: inside },
                  target: { angle: nearest(outer.get(project), inner.get(unit)), radius: outside },
                }}
                // d3 counts angles from 12 o'clock, the rest of this page from 3 o'clock.
                angle={(node) => node.angle + Math.PI / 2}
                radius={(node) => node.radius}
              />
            ))}
            <circle r={centre} className="centre" />
            <text
              className="name"
              lang="zh-CN"
              textAnchor="middle"
              dy=".35em"
              style={{ fontSize: `${Math.min(20, (centre * 1.75) / Math.max(4, name.length))}px` }}
            >
              {name}
            </text>
            {ordered.units.map((unit, index) => {
              const angle = inner.get(unit.id);
              const [x, y] = at(angle, inside);
              const label = roomy ? (
                <Spoke angle={angle} from={inside - 11} room={inside - centre - 16} size={outside < 240 ? 11.5 : 13} text={unit.name} />
              ) : (
                <Number at={at(angle, inside - 16)} text={index + 1} />
              );
              return (
                <g key={unit.id} {...hold(unit.id)}>
                  <circle cx={x} cy={y} r="12" className="reach" />
                  <circle cx={x} cy={y} r={unit.paired ? 6.5 : 5} className={unit.paired ? 'unit' : 'unit unpaired'} />
                  {label}
                </g>
              );
            })}
            {ordered.projects.map((project, index) => {
              const angle = outer.get(project.id);
              const [x, y] = at(angle, outside);
              return (
                <g key={project.id} {...hold(project.id)}>
                  <circle cx={x} cy={y} r="14" className="reach" />
                  {labels[index] && <Beside {...labels[index]} from={[x, y]} lines={titles.get(project.id)} />}
                  <rect x={x - 6} y={y - 6} width="12" height="12" rx="2" className="project" transform={`rotate(45 ${x} ${y})`} />
                  {!roomy && <Number at={at(angle, outside + 15)} text={letter(index)} />}
                </g>
              );
            })}
          </g>
        </svg>
      )}
      {width > 0 && !roomy && (
        <div className="names" aria-hidden="true">
          <ol lang="zh-CN">
            {ordered.units.map((unit, index) => (
              <li key={unit.id}>
                <b>{index + 1}</b> {unit.name}
              </li>
            ))}
          </ol>
          <ol lang="zh-CN">
            {ordered.projects.map((project, index) => (
              <li key={project.id}>
                <b>{letter(index)}</b> {project.title}
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

/** A name along the radius, from its dot towards the middle, never upside down. */
function Spoke({ angle, from, room, size, text }) {
  const [x, y] = at(angle, from);
  const left = Math.cos(angle) < 0;
  const most = Math.max(3, Math.floor(room / size));
  // What stands in brackets goes first.
  const short = text.length > most ? text.replace(/[（(].*[）)]$/, '') : text;
  const shown = short.length > most ? `${short.slice(0, most - 1)}…` : short;
  return (
    <text
      className="label"
      lang="zh-CN"
      x={x}
      y={y}
      dy=".35em"
      textAnchor={left ? 'start' : 'end'}
      transform={`rotate(${(angle * 180) / Math.PI + (left ? 180 : 0)} ${x} ${y})`}
      style={{ fontSize: `${size}px` }}
    >
      {shown}
    </text>
  );
}

function Beside({ side, x, y, from, lines }) {
  return (
    <Group>
      <path className="leader" d={`M${from[0]} ${from[1]}L${x - side * 18} ${y}H${x - side * 5}`} />
      {lines.map((line, index) => (
        <text
          key={line}
          className="label"
          lang="zh-CN"
          x={x}
          y={y + (index - (lines.length - 1) / 2) * LINE}
          dy=".35em"
          textAnchor={side > 0 ? 'start' : 'end'}
        >
          {line}
        </text>
      ))}
    </Group>
  );
}

const Number = ({ at: [x, y], text }) => (
  <text className="label" x={x} y={y} dy=".35em" textAnchor="middle">
    {text}
  </text>
);

/** Where the names of the projects stand: in a column on each side, each near its project. */
function besides(projects, outer, outside, half, gap) {
  const sides = projects.map(({ id }) => (Math.cos(outer.get(id)) < 0 ? -1 : 1));
  const labels = [];
  for (const side of [-1, 1]) {
    const mine = projects.map((_, index) => index).filter((index) => sides[index] === side);
    const heights = spread(
      mine.map((index) => at(outer.get(projects[index].id), outside)[1]),
      gap,
      half,
    );
    mine.forEach((index, place) => {
      // Nearer to the middle at top and bottom, along the circle.
      const reach = Math.sqrt(Math.max(0, (outside + 22) ** 2 - heights[place] ** 2));
      labels[index] = { side, x: side * Math.max(reach, outside * 0.35) + side * 10, y: heights[place] };
    });
  }
  return labels;
}

function inLines(title) {
  const half = Math.ceil(title.length / 2);
  return title.length > LONG ? [title.slice(0, half), title.slice(half)] : [title];
}

const inTurn = (nodes, angleOf) => [...nodes].sort((a, b) => turned(angleOf.get(a.id)) - turned(angleOf.get(b.id)));
const turned = (angle) => (((angle + Math.PI / 2) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
/** The same direction, written so that the line takes the short way round. */
const nearest = (angle, to) => angle - 2 * Math.PI * Math.round((angle - to) / (2 * Math.PI));
const letter = (index) => (index < 26 ? '' : String.fromCharCode(64 + Math.floor(index / 26))) + String.fromCharCode(65 + (index % 26));
