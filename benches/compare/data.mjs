// What questions are asked about, taken from the data itself.
import { psql } from './databases.mjs';
import { typed, uuid } from './ids.mjs';

const column = (url, sql) => psql(url, sql).map(([value]) => value);

const LIVING = "FROM resident WHERE life_status = 'LIVING_HERE' AND merged_into IS NULL";

/** Months after all that the seed gave: nobody was aided in them. */
const MONTHS = Array.from({ length: 12 }, (_, month) => `2025-${String(month + 1).padStart(2, '0')}-15`);

export const taken = (url) => {
  const residents = column(url, `SELECT id ${LIVING} ORDER BY md5(id::text)`);
  const days = psql(url, 'SELECT MIN(given_on)::text, MAX(given_on)::text FROM aid_record')[0];
  return {
    community: column(url, "SELECT id FROM community WHERE code = '378000001001'")[0],
    programme: column(url, "SELECT id FROM aid_programme WHERE once_per = 'MONTH'")[0],
    partner: column(url, 'SELECT id FROM partner_unit ORDER BY id LIMIT 1')[0],
    residents,
    buildings: column(url, 'SELECT building_id FROM resident WHERE building_id IS NOT NULL GROUP BY 1 HAVING COUNT(*) > 60 ORDER BY 1'),
    projects: column(url, 'SELECT project_id FROM aid_record WHERE project_id IS NOT NULL GROUP BY 1 HAVING COUNT(*) > 60 ORDER BY 1'),
    // Of three characters and more, which no other name contains too often.
    names: column(
      url,
      `SELECT full_name FROM (SELECT DISTINCT full_name ${LIVING} AND length(full_name) = 3 ORDER BY 1 LIMIT 3000) n
       WHERE (SELECT COUNT(*) FROM resident r WHERE r.full_name LIKE '%' || n.full_name || '%') BETWEEN 1 AND 19`,
    ),
    quarters: quarters(...days),
  };
};

const quarters = (first, last) => {
  const all = [];
  for (let at = new Date(first); ; at.setUTCMonth(at.getUTCMonth() + 1)) {
    const end = new Date(at);
    end.setUTCMonth(end.getUTCMonth() + 3);
    if (end > new Date(last)) return all;
    all.push({ from: at.toISOString().slice(0, 10), to: end.toISOString().slice(0, 10) });
  }
};

/** Goods in plenty, put on file as everything is: by a mutation. */
export const contributions = async (ask, data, count = 20) => {
  const query =
    'mutation($input: RecordContributionInput!) { recordContribution(input: $input) { contribution { id } userErrors { code field message } } }';
  const made = [];
  for (let number = 1; number <= count; number += 1) {
    const input = {
      communityId: typed('community', data.community),
      contributors: [{ partnerUnitId: typed('partner_unit', data.partner) }],
      kind: 'GOODS', title: `对比物资${number}`, unit: 'item', received: { quantity: '9000000' }, receivedOn: '2024-12-01',
    };
    const said = await ask(JSON.stringify({ query, variables: { input } }));
    const contribution = said.data?.recordContribution?.contribution;
    if (!contribution) throw new Error(JSON.stringify(said));
    made.push(uuid(contribution.id));
  }
  return made;
};

/** A grant that nobody was given yet, each time. */
export const grants = (data) => {
  let number = -1;
  return (from) => {
    number += 1;
    const month = Math.floor(number / data.residents.length);
    if (month >= MONTHS.length) throw new Error('everybody was aided in every month: use more residents, or fewer rounds');
    return {
      community: data.community,
      programme: data.programme,
      resident: data.residents[number % data.residents.length],
      contribution: from[number % from.length],
      on: MONTHS[month],
    };
  };
};

/** The same numbers each run. */
export const dice = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
