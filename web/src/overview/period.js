// The community and the period are in the address, so that a link leads to the same figures.
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function readAddress() {
  const params = new URLSearchParams(location.search);
  return { community: params.get('community'), from: params.get('from'), to: params.get('to') };
}

export function writeAddress(chosen, how) {
  const params = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value !== null && value !== undefined));
  if (`?${params}` !== location.search) history[how](null, '', `?${params}`);
}

/** A day of the calendar as it is written, and not 31 February. */
export function isDate(text) {
  if (!DATE.test(text ?? '')) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.valueOf()) && iso(date) === text;
}

/** What is wrong with the period, as sentences with the inputs that they are about. */
export function faultsOf({ from, to }, { words, day }) {
  const faults = [];
  if (!isDate(from)) faults.push({ fields: ['from'], text: words.notADate(words.from, from) });
  if (!isDate(to)) faults.push({ fields: ['to'], text: words.notADate(words.to, to) });
  if (!faults.length && from > to) faults.push({ fields: ['from', 'to'], text: words.backwards(day(from), day(to)) });
  return faults;
}

/** The periods to choose from with one click; the first that there is, is shown unless the address says otherwise. */
export function quickPeriods(firstPairing, now = new Date()) {
  const year = now.getFullYear();
  const today = iso(new Date(Date.UTC(year, now.getMonth(), now.getDate())));
  const yearAgo = iso(new Date(Date.UTC(year - 1, now.getMonth(), now.getDate() + 1)));
  const periods = {
    pairing: { from: firstPairing && `${firstPairing.slice(0, 7)}-01`, to: today },
    thisYear: { from: `${year}-01-01`, to: today },
    lastYear: { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` },
    twelve: { from: yearAgo, to: today },
  };
  return Object.entries(periods).filter(([, { from, to }]) => from && from <= to);
}

/** Every month of the period, "2021-03". */
export function monthsOf({ from, to }) {
  const months = [];
  const last = to.slice(0, 7);
  let [year, month] = from.split('-').map(Number);
  for (let text = from.slice(0, 7); text <= last; text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`) {
    months.push(text);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return months;
}

const iso = (date) => date.toISOString().slice(0, 10);
