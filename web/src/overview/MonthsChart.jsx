import { Bars } from './Bars';
import { Frame, Table } from './Frame';
import { monthsOf } from './period';
import { report } from './queries';
import { useWidth } from './use';

export function MonthsChart(props) {
  const { say } = props;
  const { title, text, none } = say.words.months;
  return (
    <Frame {...props} name="months" title={title} text={text} query={report('months')}>
      {({ impactReport }) => {
        const held = impactReport.months.filter(({ sessions }) => sessions);
        return held.length ? <Drawn say={say} period={props.period} held={held} /> : <p className="empty">{none}</p>;
      }}
    </Frame>
  );
}

function Drawn({ say, period, held }) {
  const words = say.words.months;
  const [ref, width] = useWidth();
  const bars = held.map(({ month, personTimes }) => ({
    month,
    value: personTimes.value === null ? null : Number(personTimes.value),
    precision: personTimes.precision,
    text: say.quantityText(personTimes),
    label: say.quantityText(personTimes),
  }));
  const most = bars.reduce((best, bar) => ((bar.value ?? -1) > (best.value ?? -1) ? bar : best));
  const precisions = Object.keys(words.key).filter((precision) => bars.some((bar) => bar.precision === precision));
  return (
    <>
      <figure ref={ref}>
        {width > 0 && (
          <Bars
            say={say}
            months={monthsOf(period)}
            bars={bars}
            width={width}
            height={240}
            summary={words.summary(say.number(held.length), words.most(say.month(most.month), most.text))}
          />
        )}
      </figure>
      <ul className="key" aria-hidden="true">
        {precisions.map((precision) => (
          <li key={precision} className={precision}>
            {words.key[precision]}
          </li>
        ))}
      </ul>
      <Table
        say={say}
        title={words.title}
        columns={words.columns}
        rows={held.map(({ month, sessions, personTimes }) => [say.month(month), say.number(sessions), say.quantityText(personTimes)])}
      />
    </>
  );
}
