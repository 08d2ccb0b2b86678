import { useId, useState } from 'react';
import { AxisBottom, AxisLeft } from '@visx/axis';
import { GridRows } from '@visx/grid';
import { Group } from '@visx/group';
import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar } from '@visx/shape';

const LEFT = 46;
const TOP = 22;
const BOTTOM = 26;

/**
 * One bar a month. A bar is `{ month, value, precision, text }`; its value is null where nobody counted, and then a mark stands
 * in its place: an empty place means that there was nothing.
 */
export function Bars({ say, months, bars, width, height, summary, unit, axis = true }) {
  const id = useId();
  const [pointed, setPointed] = useState(null);
  const inner = { width: Math.max(1, width - LEFT), height: height - TOP - (axis ? BOTTOM : 6) };
  const across = scaleBand({ domain: months, range: [0, inner.width], paddingInner: months.length > 1 ? 0.22 : 0.6, paddingOuter: 0.1 });
  const most = Math.max(1, ...bars.map(({ value }) => value ?? 0));
  const up = scaleLinear({ domain: [0, most], range: [inner.height, 0], nice: 3 });
  const peak = bars.find(({ value }) => value !== null && value === most);
  const ticks = ticksOf(months, inner.width);
  const wide = Math.min(across.bandwidth(), 34);
  const xOf = (month) => across(month) + (across.bandwidth() - wide) / 2;

  return (
    <div className="bars">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={id}>
        <title id={id}>{summary}</title>
        <defs>
          <pattern id={`${id}-hatch`} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" className="hatch-ground" />
            <rect width="2.5" height="5" className="hatch-line" />
          </pattern>
        </defs>
        <Group left={LEFT} top={TOP} aria-hidden="true">
          <GridRows scale={up} width={inner.width} numTicks={3} className="grid" stroke="currentColor" />
          <AxisLeft scale={up} numTicks={3} hideAxisLine hideTicks tickFormat={say.short} tickComponent={LeftTick} tickLabelProps={{}} />
          {bars.map(({ month, value, precision }) =>
            value === null ? (
              <text key={month} className="mark" x={xOf(month) + wide / 2} y={inner.height - 4} textAnchor="middle">
                ?
              </text>
            ) : (
              <Bar
                key={month}
                className={`bar ${precision}`}
                fill={precision === 'AT_LEAST' ? `url(#${id}-hatch)` : undefined}
                x={xOf(month)}
                width={wide}
                y={value ? Math.min(up(value), inner.height - 1.5) : inner.height}
                height={value ? Math.max(1.5, inner.height - up(value)) : 0}
              />
            ),
          )}
          {peak && (
            <text className="peak" x={clamp(xOf(peak.month) + wide / 2, 14, inner.width - 14)} y={up(peak.value) - 6} textAnchor="middle">
              {peak.label}
            </text>
          )}
          <line className="base" x2={inner.width} y1={inner.height + 0.5} y2={inner.height + 0.5} />
          {axis && (
            <AxisBottom
              top={inner.height}
              scale={across}
              tickValues={ticks}
              tickFormat={(month) => tickText(month, ticks, say)}
              hideAxisLine
              tickLength={4}
              tickComponent={BottomTick}
              tickClassName="tick"
              tickStroke="currentColor"
              tickLabelProps={{}}
            />
          )}
          {bars.map((bar) => (
            <rect
              key={bar.month}
              className="reach"
              x={across(bar.month) - across.step() * 0.11}
              width={across.step()}
              height={inner.height}
              onPointerEnter={() => setPointed(bar)}
              onPointerLeave={() => setPointed(null)}
            />
          ))}
        </Group>
      </svg>
      {pointed && (
        <p className="hint" aria-hidden="true" style={{ left: `${clamp(LEFT + xOf(pointed.month) + wide / 2, 90, width - 90)}px` }}>
          <b>{say.month(pointed.month)}</b> {pointed.text} {unit}
        </p>
      )}
    </div>
  );
}

// Texts without the inline styles of the library's own, so that the style sheet decides.
const LeftTick = ({ x, y, formattedValue }) => (
  <text x={x - 2} y={y} dy=".32em" textAnchor="end" className="tick">
    {formattedValue}
  </text>
);
const BottomTick = ({ x, y, formattedValue }) => (
  <text x={x} y={y + 6} textAnchor="middle" className="tick">
    {formattedValue}
  </text>
);

/** As many months as there is room for: every one, or every third, or each January. */
function ticksOf(months, width) {
  const room = Math.max(1, Math.floor(width / 58));
  if (months.length <= room) return months;
  const every = [3, 6].find((step) => months.length / step <= room);
  if (every) return months.filter((month) => (Number(month.slice(5)) - 1) % every === 0);
  const januaries = months.filter((month) => month.endsWith('-01'));
  const step = Math.ceil(januaries.length / room);
  return januaries.filter((_, index) => index % step === 0);
}

function tickText(month, ticks, say) {
  const yearly = ticks.length > 1 && ticks.every((tick) => tick.endsWith('-01'));
  return yearly ? month.slice(0, 4) : say.shortMonth(month);
}

const clamp = (value, least, most) => Math.max(least, Math.min(value, Math.max(least, most)));
