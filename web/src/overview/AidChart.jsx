import { useState } from 'react';
import { Bars } from './Bars';
import { Frame, Table } from './Frame';
import { monthsOf } from './period';
import { AID } from './queries';
import { useWidth } from './use';

const MEASURES = ['people', 'households', 'value'];

/** A row of bars for each kind on one axis of months, since kinds are never added together. */
export function AidChart(props) {
  const { say } = props;
  const { title, text, none } = say.words.aid;
  return (
    <Frame {...props} name="aid" title={title} text={text} query={AID}>
      {({ aidSummary }) => (aidSummary.length ? <Rows say={say} period={props.period} rows={aidSummary} /> : <p className="empty">{none}</p>)}
    </Frame>
  );
}

function Rows({ say, period, rows }) {
  const { words } = say;
  const [ref, width] = useWidth();
  const able = MEASURES.filter((measure) => rows.some((row) => valueOf(row, measure)));
  const [wanted, setWanted] = useState('people');
  const measure = able.includes(wanted) ? wanted : (able[0] ?? 'people');
  const months = monthsOf(period);
  const kinds = Object.keys(words.kinds).filter((kind) => rows.some((row) => row.kind === kind));

  return (
    <>
      <div role="group" aria-label={words.aid.measure} className="choice">
        {able.map((one) => (
          <button key={one} type="button" aria-pressed={one === measure} onClick={() => setWanted(one)}>
            {words.aid.measures[one]}
          </button>
        ))}
      </div>
      <p className="shown">{words.aid.measures[measure]}</p>
      <div ref={ref} className="multiples">
        {kinds.map((kind) => {
          const mine = rows.filter((row) => row.kind === kind);
          return (
            <figure key={kind}>
              <figcaption>{words.kinds[kind]}</figcaption>
              <Multiple say={say} kind={kind} rows={mine} measure={measure} months={months} width={width} />
            </figure>
          );
        })}
      </div>
      <Table say={say} title={words.aid.title} columns={words.aid.columns} rows={ordered(rows, kinds).map((row) => cells(row, say))} />
    </>
  );
}

function Multiple({ say, kind, rows, measure, months, width }) {
  const { words } = say;
  const bars = rows
    .filter((row) => measure === 'value' || valueOf(row, measure))
    .map((row) => ({
      month: row.month,
      value: valueOf(row, measure),
      precision: measure === 'value' ? row.value.precision : 'EXACT',
      text: textOf(row, measure, say),
      label: labelOf(row, measure, say),
    }));
  if (!bars.some(({ value }) => value !== null)) return <p className="empty">{words.aid.noMeasure}</p>;
  const most = bars.reduce((best, bar) => ((bar.value ?? -1) > (best.value ?? -1) ? bar : best));
  const summary = words.aid.summary(words.kinds[kind], words.aid.most(words.kinds[kind], say.month(most.month), most.text));
  return width > 0 && <Bars say={say} months={months} bars={bars} width={width} height={width < 700 ? 124 : 150} summary={summary} />;
}

function valueOf(row, measure) {
  if (measure === 'value') return row.value.yuan === null ? null : Number(row.value.yuan);
  return row[measure];
}

const textOf = (row, measure, say) =>
  measure === 'value' ? say.moneyText(row.value) : say.countText(row[measure], measure === 'people' ? 'person' : 'household');
const labelOf = (row, measure, say) => (measure === 'value' ? say.number(Number(row.value.yuan)) : say.number(row[measure]));

const ordered = (rows, kinds) => [...rows].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.month.localeCompare(b.month));

const cells = (row, say) => [
  say.named(say.words.kinds, row.kind),
  say.month(row.month),
  row.people ? say.number(row.people) : '–',
  row.households ? say.number(row.households) : '–',
  row.quantities.map(say.quantityText).join(say.words.listed) || '–',
  say.moneyText(row.value),
];
