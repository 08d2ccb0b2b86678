import { useEffect, useState } from 'react';
import { AidChart } from './AidChart';
import { Circles } from './Circles';
import { Controls } from './Controls';
import { Goods } from './Goods';
import { MonthsChart } from './MonthsChart';
import { Tiles } from './Tiles';
import { Trouble } from './Trouble';
import { faultsOf, quickPeriods, readAddress, writeAddress } from './period';
import { AID, CIRCLES, WHOLE_REPORT } from './queries';
import { useAnswers } from './use';

export function Overview({ say, communities, how }) {
  const [address, setAddress] = useState(readAddress);
  const [attempt, setAttempt] = useState(0);
  const id = address.community ?? communities[0].id;
  const community = communities.find((one) => one.id === id);
  const quick = quickPeriods(community?.pairings.nodes[0]?.startedOn);
  const open = address.from === null && address.to === null;
  const chosen = { community: id, ...(open ? quick[0][1] : { from: address.from, to: address.to }) };
  const faults = faultsOf(chosen, say);
  const ready = community && !faults.length;

  useEffect(() => {
    const back = () => setAddress(readAddress());
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);

  useEffect(() => writeAddress(chosen, 'replaceState'));
  useEffect(() => {
    document.title = community ? `${community.name} · ${say.words.headline}` : say.words.title;
  }, [community, say]);

  const variables = { communityId: id, from: chosen.from, to: chosen.to };
  const questions = { report: [WHOLE_REPORT, variables], aid: [AID, variables], circles: [CIRCLES, { communityId: id }] };
  const answer = useAnswers(ready ? questions : {}, JSON.stringify([ready, variables, how.token, attempt]), how);

  function choose(next) {
    const whole = { ...chosen, ...next };
    writeAddress(whole, 'pushState');
    setAddress(whole);
  }

  const common = { say, variables, period: chosen, onRetry: () => setAttempt(attempt + 1) };
  const report = answer('report');
  return (
    <article>
      <header className="title">
        <p className="kicker">{say.words.headline}</p>
        <h1 lang="zh-CN">{community?.name ?? '—'}</h1>
        {ready && <p className="span">{say.words.span(say.day(chosen.from), say.day(chosen.to))}</p>}
        {report.data && <Lede say={say} report={report.data.impactReport} />}
      </header>
      <Controls
        key={`${chosen.from} ${chosen.to}`}
        say={say}
        communities={communities}
        chosen={chosen}
        quick={quick}
        faults={faults}
        onChoose={choose}
      />
      {!community && <Trouble say={say} problem={{ kind: 'elsewhere' }} level="h2" />}
      {ready && (
        <>
          <Tiles {...common} answer={report} />
          <Circles {...common} answer={answer('circles')} name={community.name} />
          <AidChart {...common} answer={answer('aid')} />
          <MonthsChart {...common} answer={report} />
          <Goods {...common} answer={report} />
        </>
      )}
      <footer className="notes">
        <h2>{say.words.precision.title}</h2>
        {say.words.precision.text.map((text) => (
          <p key={text}>{text}</p>
        ))}
        {report.at && <p>{say.words.precision.computed(say.moment(report.at))}</p>}
      </footer>
    </article>
  );
}

function Lede({ say, report: { partnerUnits, cashContributed, goodsValue } }) {
  const { words } = say;
  // Where one of the sums is not on record, the sentence would be mostly about what is missing.
  if (!partnerUnits || cashContributed.yuan === null || goodsValue.yuan === null) return null;
  const units =
    say.language === 'en'
      ? `${say.number(partnerUnits)} partner ${partnerUnits === 1 ? 'unit' : 'units'}`
      : ` ${say.countText(partnerUnits, 'unit')}共建单位`;
  return <p className="lede">{words.lede(units, say.moneyText(cashContributed), say.moneyText(goodsValue))}</p>;
}
