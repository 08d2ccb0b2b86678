// Where everything is on the circles. Pure, so that the same records always make the same picture.
const TURN = 2 * Math.PI;

/** Units (paired ones first) and projects of the period, and who takes part in what. */
export function rings({ pairings, projects }, { from, to }) {
  const within = ({ startedOn, endedOn }) => (!startedOn || startedOn <= to) && (!endedOn || endedOn >= from);
  const units = new Map();
  const add = (unit, paired) => unit && !units.has(unit.id) && units.set(unit.id, { ...unit, paired });
  pairings.nodes.filter(within).forEach(({ partnerUnit }) => add(partnerUnit, true));

  const drawn = projects.nodes.filter((project) => project.status !== 'CANCELLED' && within(project));
  for (const { participations } of drawn) participations.nodes.forEach(({ partnerUnit }) => add(partnerUnit, false));
  const links = drawn.flatMap((project) =>
    project.participations.nodes
      .filter(({ partnerUnit }) => partnerUnit)
      .map(({ partnerUnit, roles }) => ({ unit: partnerUnit.id, project: project.id, roles })),
  );
  return { units: [...units.values()], projects: drawn, links };
}

/** An angle for each unit and project: evenly around, in an order in which lines cross little. */
export function angles({ units, projects, links }) {
  let inner = evenly(units);
  let outer = evenly(projects);
  // Each ring in turn is put in the order of the mean direction of what it is joined with.
  for (let round = 0; round < 8; round += 1) {
    outer = evenly(byMean(projects, outer, links, 'project', 'unit', inner));
    inner = evenly(byMean(units, inner, links, 'unit', 'project', outer));
  }
  // At last the outer ring is turned as a whole towards what it is joined with.
  const turn = mean(links.map(({ unit, project }) => inner.get(unit) - outer.get(project))) ?? 0;
  for (const [id, angle] of outer) outer.set(id, angle + turn);
  return { inner, outer };
}

const evenly = (nodes) => new Map(nodes.map(({ id }, index) => [id, ((index + 0.5) / nodes.length) * TURN]));

function byMean(nodes, current, links, mine, other, angleOf) {
  const wanted = new Map(
    nodes.map(({ id }) => {
      const joined = links.filter((link) => link[mine] === id).map((link) => angleOf.get(link[other]));
      // What is joined with nothing stays where it is.
      return [id, positive(mean(joined) ?? current.get(id))];
    }),
  );
  return [...nodes].sort((a, b) => wanted.get(a.id) - wanted.get(b.id));
}

/** The mean direction, which for 350° and 10° is 0° and not 180°. */
function mean(all) {
  if (!all.length) return null;
  const [x, y] = all.reduce(([x, y], angle) => [x + Math.cos(angle), y + Math.sin(angle)], [0, 0]);
  return Math.atan2(y, x);
}

const positive = (angle) => ((angle % TURN) + TURN) % TURN;

export const at = (angle, radius) => [radius * Math.cos(angle), radius * Math.sin(angle)];

/** Heights for labels in a column: near where each wants to be, never closer than `gap`, within ± `half`. */
export function spread(wanted, gap, half) {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  order.forEach((label, index) => {
    label.y = Math.max(label.y, index ? order[index - 1].y + gap : -half);
  });
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const below = order[index + 1];
    order[index].y = Math.min(order[index].y, below ? below.y - gap : half);
  }
  const heights = [];
  for (const { y, index } of order) heights[index] = y;
  return heights;
}
