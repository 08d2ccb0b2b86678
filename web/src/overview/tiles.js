// Which tiles a report makes. Of what there was nothing there is no tile; what nobody counted says so. What cannot be added together
// (kinds of goods, teams with common members) is never one tile.
const MOST_GOODS = 4;

export function tilesOf(report, say) {
  const { words } = say;
  const tile = (id, figure) => ({ id, part: id, label: words.tiles[id], figure, notes: [] });
  const counted = (id, unit) => (report[id] ? [tile(id, say.count(report[id], unit))] : []);
  const sum = (id) => (nothing(report[id]) ? [] : [tile(id, say.money(report[id]))]);

  const giving = [
    ...counted('partnerUnits', 'unit'),
    ...sum('cashContributed'),
    ...sum('goodsValue'),
    ...(nothing(report.sponsorshipPerYear) && nothing(report.sponsorshipPaid) ? [] : [sponsorship(report, say)]),
    ...counted('vehiclesOnLoan', 'vehicle'),
    ...counted('facilities', 'facility'),
  ];
  const people = [
    ...counted('beneficiaryResidents', 'person'),
    ...counted('beneficiaryHouseholds', 'household'),
    ...report.quotas.map((quota) => quotaTile(quota, say)),
    ...mostTelling(report.goods).map((goods) => goodsTile(goods, say)),
  ];
  const doing = [
    ...report.teams.filter(({ members }) => members).map((team) => teamTile(team, say)),
    ...report.activities.filter(({ sessions, results }) => sessions || results.length).map((activity) => activityTile(activity, say)),
  ];
  const asking = requestTiles(report.requests, say);
  return { giving, people, doing, asking };
}

/** What was asked of the community; a share or a mean of nothing is not shown. */
function requestTiles({ received, answered, closed, overdue, onTimeShare, medianHoursToAnswer, satisfaction }, say) {
  const { words } = say;
  const tile = (name, figure, notes = []) => ({ id: `requests ${name}`, part: 'requests', label: words.requests[name], figure, notes });
  const tiles = [];
  if (received) tiles.push(tile('received', say.count(received, 'request'), [words.requests.settled(say.number(answered), say.number(closed))]));
  if (onTimeShare !== null) {
    const notes = overdue ? [words.requests.overdue(say.countText(overdue, 'request'))] : [];
    tiles.push({ ...tile('onTime', say.count(Math.round(Number(onTimeShare) * 1000) / 10, 'percent'), notes), share: Number(onTimeShare) });
  }
  if (medianHoursToAnswer !== null) tiles.push(tile('median', say.count(medianHoursToAnswer, 'hour')));
  if (satisfaction !== null) tiles.push(tile('satisfaction', say.count(satisfaction, 'of five')));
  return tiles;
}

const nothing = ({ yuan }) => yuan !== null && Number(yuan) === 0;

function teamTile({ name, members }, say) {
  return { id: `team ${name}`, part: 'teams', label: name, recorded: true, figure: say.count(members, 'member'), notes: [] };
}

function sponsorship({ sponsorshipPerYear, sponsorshipPaid }, say) {
  const { words } = say;
  const figure = { ...say.money(sponsorshipPerYear) };
  if (say.language === 'zh') figure.per = words.aYear;
  else figure.after = words.aYear;
  return {
    id: 'sponsorshipPerYear',
    part: 'sponsorshipPerYear',
    label: words.tiles.sponsorshipPerYear,
    figure,
    notes: [words.paid(say.moneyText(sponsorshipPaid))],
  };
}

function quotaTile({ name, capacity, allocated, remaining }, say) {
  const known = capacity.value !== null && allocated.value !== null && Number(capacity.value) > 0;
  return {
    id: `quota ${name}`,
    part: 'quotas',
    label: name,
    recorded: true,
    figure: say.quantity(capacity),
    notes: [say.words.quota(say.quantityText(allocated), say.quantityText(remaining))],
    share: known ? Math.min(1, Number(allocated.value) / Number(capacity.value)) : undefined,
  };
}

/** The goods that reached most people by name, then those of most value; the table below has all of them. */
function mostTelling(goods) {
  const rank = ({ residents, households, value }) => [residents + households, Number(value.yuan ?? 0)];
  const ordered = [...goods].sort((a, b) => rank(b)[0] - rank(a)[0] || rank(b)[1] - rank(a)[1]);
  return ordered.filter(({ quantity, value }) => quantity.value !== null || value.yuan !== null).slice(0, MOST_GOODS);
}

function goodsTile({ item, quantity, value, residents, households }, say) {
  const { words } = say;
  const reached = [residents && say.countText(residents, 'resident'), households && say.countText(households, 'household')].filter(Boolean);
  const counted = quantity.value !== null;
  const notes = [];
  if (reached.length) notes.push(words.toPeople(...reached));
  if (counted && value.yuan !== null) notes.push(words.worth(say.moneyText(value)));
  return { id: `goods ${item}`, part: 'goods', label: item, recorded: true, figure: counted ? say.quantity(quantity) : say.money(value), notes };
}

function activityTile({ kind, sessions, personTimes, people, results }, say) {
  const { words } = say;
  const notes = [words.personTimes(say.quantityText(personTimes))];
  if (people.value !== null) notes.push(words.distinctPeople(say.quantityText(people)));
  notes.push(...results.map(({ measure, quantity }) => words.result(measure, say.quantityText(quantity))));
  return { id: `activity ${kind}`, part: 'activities', label: say.named(words.activities, kind), figure: say.count(sessions, 'session'), notes };
}
