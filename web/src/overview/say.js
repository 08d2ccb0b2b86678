// Figures in words: a number is never shown without how sure it is, and what nobody recorded is never a 0.

/** Everything that depends on the language, in one object for the components. */
export function speak(language, words) {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const fen = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' });
  const short = new Intl.NumberFormat(locale, { notation: language === 'zh' ? 'standard' : 'compact', maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });

  const unitOf = (unit, value) => {
    const known = words.units[unit];
    if (known === undefined) return unit.replaceAll('_', ' ');
    return typeof known === 'string' ? known : known[Number(value) === 1 ? 0 : 1];
  };
  // The parts of a figure: how sure, what stands before, the number (formatted from the decimal text, exactly), what stands behind.
  const unknown = { sure: words.sure.UNKNOWN, number: null, after: '' };
  const figure = (precision, [before, number, after]) => ({ sure: words.sure[precision], number: before + number, after });
  const quantity = ({ value, unit, precision }) =>
    precision === 'UNKNOWN' || value === null ? unknown : figure(precision, words.counted(plain.format(value), unitOf(unit, value)));
  const money = ({ yuan, precision }) => (precision === 'UNKNOWN' || yuan === null ? unknown : figure(precision, words.yuan(fen.format(yuan))));
  const count = (value, unit) => figure('EXACT', words.counted(plain.format(value), unitOf(unit, value)));

  /** The parts as running text. */
  const text = ({ sure, number, after }) => [sure, number, after].filter(Boolean).join(' ');

  return {
    language,
    words,
    quantity,
    money,
    count,
    text,
    quantityText: (value) => text(quantity(value)),
    moneyText: (value) => text(money(value)),
    countText: (value, unit) => text(count(value, unit)),
    number: (value) => plain.format(value),
    short: (value) => short.format(value),
    day: (date) => day.format(new Date(date)),
    month: (text) => month.format(new Date(`${text}-01`)),
    shortMonth: (text) => `${text.slice(0, 4)}-${text.slice(5)}`,
    moment: (time) => moment.format(time),
    // A kind that this page does not know yet is shown by its name in the schema.
    named: (names, value) => names[value] ?? value.toLowerCase().replaceAll('_', ' '),
  };
}
