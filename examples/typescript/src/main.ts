// A query set in a front end's own types: `node dist/main.js http://127.0.0.1:8000/graphql TOKEN`
import { randomUUID } from "node:crypto";

import { Tongxin } from "./client.js";
import type { LowIncomeQuery } from "./gql/graphql.js";
import { useFragment } from "./gql/index.js";
import { Community, Impact, LowIncome, PersonCard, RegisterResident } from "./queries.js";

const [url, token] = process.argv.slice(2);
if (!url || !token) throw new Error("node dist/main.js URL TOKEN");
const tongxin = new Tongxin(url, token);

const community = (await tongxin.ask(Community, {})).communities.nodes[0];
if (!community) throw new Error("this token sees no community");

let after: string | null = null;
let shown = 0;
let total = 0;
do {
  const page: LowIncomeQuery["residents"] = (await tongxin.ask(LowIncome, { community: community.id, after })).residents;
  total = page.totalCount;
  for (const person of useFragment(PersonCard, page.nodes)) {
    shown += 1;
    const latest = person.aidRecords.nodes[0];
    const home = person.household ? `${person.household.building?.name ?? ""}${person.household.room}` : "";
    console.log(person.fullName, home, latest ? `${latest.givenOn} ${latest.status}` : "");
  }
  after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
} while (after);
if (shown !== total) throw new Error(`${shown} shown of ${total}`);

const { impactReport } = await tongxin.ask(Impact, { community: community.id, from: "2020-05-01", to: "2022-03-04" });
console.log(impactReport);

// Expected refusals are data, with the path of the field.
const { registerResident } = await tongxin.ask(RegisterResident, {
  input: { communityId: community.id, fullName: "", idempotencyKey: randomUUID() },
});
if (registerResident.resident || registerResident.userErrors[0]?.field.join(".") !== "fullName") {
  throw new Error(`a name is missing, and that should be said: ${JSON.stringify(registerResident)}`);
}
console.log(registerResident.userErrors[0].message);
