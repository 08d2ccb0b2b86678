import { useState } from 'react';

/** Whose figures, and of which days. The dates count only once they are sent, not at each stroke. */
export function Controls({ say, communities, chosen, quick, faults, onChoose }) {
  const { words } = say;
  const [dates, setDates] = useState({ from: chosen.from ?? '', to: chosen.to ?? '' });

  function submit(event) {
    event.preventDefault();
    onChoose(dates);
  }

  const date = (field) => {
    const wrong = faults.some((fault) => fault.fields.includes(field));
    return (
      <label>
        {words[field]}
        <input
          type="date"
          value={dates[field]}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? 'faults' : undefined}
          onChange={(event) => setDates({ ...dates, [field]: event.target.value })}
        />
      </label>
    );
  };

  return (
    <div className="controls">
      {(communities.length > 1 || communities[0].id !== chosen.community) && (
        <label>
          {words.community}
          <select value={chosen.community} onChange={(event) => onChoose({ community: event.target.value })}>
            {communities.every(({ id }) => id !== chosen.community) && <option value={chosen.community}>—</option>}
            {communities.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <div role="group" aria-label={words.period} className="choice">
        {quick.map(([name, period]) => {
          const current = period.from === chosen.from && period.to === chosen.to;
          return (
            <button key={name} type="button" aria-pressed={current} onClick={() => onChoose(period)}>
              {words.quick[name]}
            </button>
          );
        })}
      </div>
      <form onSubmit={submit} noValidate>
        {date('from')}
        {date('to')}
        <button type="submit" className="main">
          {words.show}
        </button>
      </form>
      {faults.length > 0 && (
        <ul id="faults" role="alert" className="faults">
          {faults.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
