// A visitor at the overview: node overview.mjs URL TOKEN FOLDER-FOR-SCREENSHOTS PASSWORD-OF-STAFF
// It looks at the figures: those on the page are those of the API, and those of the demo are what the community reported.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { extractText, getDocumentProxy } from "unpdf";
import { open, password, picture, run, screenshots, step, token, url } from "./harness.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FACTS = "/overview?from=2020-05-01&to=2022-03-04";
const asVisitor = { locale: "en-GB", prepare: (context) => context.addInitScript((kept) => sessionStorage.setItem("tongxin:token", kept), token) };
const equal = (found, wanted, what) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
};

async function ask(query, variables) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const { data, errors } = await (await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) })).json();
  if (errors) throw new Error(`the API answers ${JSON.stringify(errors)}`);
  return data;
}

const giveToken = async (page, text) => {
  await page.getByText("Use a token instead").click();
  await page.getByLabel("Token").fill(text);
  await page.getByRole("button", { name: "Use" }).click();
};

const settled = async (page) => {
  await page.waitForFunction(() => document.querySelector(".notes") && !document.querySelector("[aria-busy=true]"));
};
const plain = (text) => text.replace(/\s+/g, " ").trim();
const figure = async (page, id) => plain(await page.locator(`[data-figure="${id}"] .figure`).innerText());
const notes = async (page, id) => (await page.locator(`[data-figure="${id}"] .note`).allInnerTexts()).map(plain);

/** The figures as the page must write them, from the answer of the API; in English. */
const sure = { EXACT: "", AT_LEAST: "at least ", ABOUT: "about " };
const grouped = (text) => String(Number(text)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const written = (value, precision, before = "") => (value === null ? "not recorded" : sure[precision] + before + grouped(value));

/** Serious faults that a machine can find, by the rules of WCAG 2.2 AA. */
async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html} ${failureSummary}`)
        .join(" / ")}`,
  );
  equal(found, [], `axe-core on ${what}`);
}

let page;
await run(
  () => page,
  async () => {
    const { communities } = await ask("{ communities(first: 2) { nodes { id name } } }");
    const [community] = communities.nodes;
    const variables = { communityId: community.id, from: "2020-05-01", to: "2022-03-04" };

    await step("whoever is not known is asked to sign in, and then sees the figures", async () => {
      page = await open(FACTS, { locale: "en-GB" });
      await page.locator(".opening").waitFor();
      await accessible(page, "the page that asks who it is");
      await picture(page, "1-opening");
      await page.getByLabel("Name").fill("staff");
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      equal(await page.getByRole("alert").innerText(), "The name or the password is wrong.", "the refusal");
      await accessible(page, "the page that refused");
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await settled(page);
      equal(await page.locator("h1").innerText(), community.name, "the heading after signing in");
      await page.reload();
      await settled(page);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.locator(".opening").waitFor();
    });

    await step("a token does as well", async () => {
      await giveToken(page, token);
      await settled(page);
      equal(await page.locator("h1").innerText(), community.name, "the heading");
      await picture(page, "2-english", { fullPage: true });
    });

    await step("the tiles are what the API answers", async () => {
      const { impactReport: report } = await ask(
        `query ($communityId: ID!, $from: Date!, $to: Date!) {
        impactReport(communityId: $communityId, from: $from, to: $to) {
          partnerUnits facilities vehiclesOnLoan beneficiaryResidents beneficiaryHouseholds
          cashContributed { yuan precision } goodsValue { yuan precision } sponsorshipPerYear { yuan precision } sponsorshipPaid { yuan precision }
          quotas { name capacity { value precision } }
          teams { name members }
          activities { kind sessions personTimes { value precision } }
        }
      }`,
        variables,
      );
      const money = ({ yuan, precision }) => written(yuan, precision, "¥");
      for (const name of ["partnerUnits", "facilities", "vehiclesOnLoan", "beneficiaryResidents", "beneficiaryHouseholds"]) {
        if (report[name]) equal((await figure(page, name)).split(" ")[0], grouped(report[name]), name);
        else equal(await page.locator(`[data-figure="${name}"]`).count(), 0, `a tile for no ${name}`);
      }
      equal(await figure(page, "cashContributed"), money(report.cashContributed), "cash");
      equal(await figure(page, "goodsValue"), money(report.goodsValue), "goods");
      if (Number(report.sponsorshipPerYear.yuan) || Number(report.sponsorshipPaid.yuan)) {
        equal(await figure(page, "sponsorshipPerYear"), `${money(report.sponsorshipPerYear)} a year`, "sponsorship");
        equal(await notes(page, "sponsorshipPerYear"), [`Paid in this period: ${money(report.sponsorshipPaid)}`], "sponsorship paid");
      }
      for (const { name, capacity } of report.quotas)
        equal((await figure(page, `quota ${name}`)).split(" ")[0], written(capacity.value, capacity.precision), name);
      for (const { name, members } of report.teams) equal(await figure(page, `team ${name}`), `${grouped(members)} members`, name);
      for (const { kind, sessions, personTimes } of report.activities) {
        if (!sessions) continue;
        equal(await figure(page, `activity ${kind}`), `${grouped(sessions)} ${sessions === 1 ? "session" : "sessions"}`, kind);
        equal(
          (await notes(page, `activity ${kind}`))[0],
          `Person-times: ${written(personTimes.value, personTimes.precision)}`,
          `person-times of ${kind}`,
        );
      }
    });

    await step("they are the figures that the community reported", async () => {
      equal(await figure(page, "partnerUnits"), "10 units", "partner units");
      equal(await figure(page, "cashContributed"), "at least ¥180,000", "cash");
      equal(await figure(page, "goodsValue"), "at least ¥82,000", "goods");
      equal(await figure(page, "vehiclesOnLoan"), "2 vehicles", "vehicles");
      const tiles = (await page.locator(".tile").allInnerTexts()).map(plain);
      const one = (...parts) =>
        tiles.filter((tile) => parts.every((part) => tile.includes(part))).length || equal(tiles, parts, "no tile says all of this");
      one("保险", "2,000 places");
      one("辅助器具", "145 items", "54 residents", "¥56,000");
      one("60 members");
      one("Theme days", "20 sessions");
      one("Free clinics", "4 sessions");
      one("Clean-ups", "Person-times: at least 160", ": 12 t");
      equal(
        tiles.filter((tile) => / 24 t|¥98,000|14 units/.test(tile)),
        [],
        "wrong answers",
      );
    });

    await step("each chart has its figures as a table, and both lead to the same question in GraphiQL", async () => {
      for (const chart of ["circles", "aid", "months"]) {
        const frame = page.locator(`[data-chart="${chart}"]`);
        equal(
          await frame
            .locator("svg[role=img] title")
            .first()
            .innerHTML()
            .then((text) => text.length > 20),
          true,
          `a text for ${chart}`,
        );
        await frame.locator("summary").click();
        equal((await frame.locator("tbody tr").count()) > 3, true, `rows of ${chart}`);
      }
      const { community: found } = await ask(
        "query ($id: ID!) { community(id: $id) { pairings(first: 100) { nodes { partnerUnit { name } } } projects(first: 100) { nodes { title } } } }",
        { id: community.id },
      );
      const circles = await page.locator('[data-chart="circles"] table').innerText();
      for (const { partnerUnit } of found.pairings.nodes) equal(circles.includes(partnerUnit.name), true, `${partnerUnit.name} in the circles`);
      for (const { title } of found.projects.nodes) equal(circles.includes(title), true, `${title} in the circles`);

      const links = await page.locator("a.open").evaluateAll((all) => all.map(({ href }) => href));
      equal(links.length > 12, true, "links to GraphiQL");
      for (const link of new Set(links)) {
        const asked = new URL(link).searchParams;
        await ask(asked.get("query"), JSON.parse(asked.get("variables")));
      }
    });

    await step("the bars are the months of the API", async () => {
      const { impactReport } = await ask(
        "query ($communityId: ID!, $from: Date!, $to: Date!) { impactReport(communityId: $communityId, from: $from, to: $to) { months { month sessions personTimes { value precision } } } }",
        variables,
      );
      const held = impactReport.months.filter(({ sessions }) => sessions);
      const rows = await page
        .locator('[data-chart="months"] tbody tr')
        .evaluateAll((all) => all.map((row) => [...row.cells].slice(1).map((cell) => cell.innerText)));
      equal(
        rows,
        held.map(({ sessions, personTimes }) => [grouped(sessions), written(personTimes.value, personTimes.precision)]),
        "months",
      );
      const bars = await page.locator('[data-chart="months"] .bar, [data-chart="months"] .mark').count();
      equal(bars, held.length, "bars and marks");
    });

    await step("the page is accessible, in the light and in the dark, with its tables open", async () => {
      await accessible(page, "the page in the light");
      await page.emulateMedia({ colorScheme: "dark" });
      await accessible(page, "the page in the dark");
      await picture(page, "3-dark", { fullPage: true });
      await page.emulateMedia({ colorScheme: "light" });
    });

    await step("the language is switched, and kept", async () => {
      await page.getByRole("button", { name: "中文" }).click();
      equal(await figure(page, "cashContributed"), "不少于 180,000 元", "cash in Chinese");
      equal(await page.locator("html").getAttribute("lang"), "zh-CN", "the language of the page");
      await page.reload();
      await settled(page);
      equal(await figure(page, "goodsValue"), "不少于 82,000 元", "goods in Chinese");
      await accessible(page, "the page in Chinese");
      await picture(page, "4-chinese", { fullPage: true });
    });

    await step("what is printed has the figures, and nothing to click", async () => {
      const file = join(screenshots, "5-print.pdf");
      await page.pdf({ path: file, preferCSSPageSize: true });
      const pdf = await getDocumentProxy(new Uint8Array(await readFile(file)));
      const { totalPages, text } = await extractText(pdf, { mergePages: true });
      // A PDF may spell characters by their radicals, such as ⼈ for 人.
      const printed = text.normalize("NFKC").replace(/\s+/g, "");
      equal(totalPages >= 2 && totalPages <= 8, true, `${totalPages} pages`);
      for (const wanted of ["不少于180,000元", "不少于82,000元", "2,000个名额", "145件", "社区书屋"])
        equal(printed.includes(wanted), true, `${wanted} on paper`);
      equal(/GraphiQL|打印|查看/.test(printed), false, "controls on paper");
    });

    await step("another period is chosen: the address says so, and an impossible one is explained", async () => {
      await page.getByRole("button", { name: "去年" }).click();
      await settled(page);
      const year = new Date().getFullYear() - 1;
      equal(new URL(page.url()).search.replace(/community=[^&]*&/, ""), `?from=${year}-01-01&to=${year}-12-31`, "the address");
      await page.getByLabel("起").fill("2022-05-01");
      await page.getByLabel("止").fill("2021-05-01");
      await page.getByRole("button", { name: "查看" }).click();
      equal(plain(await page.getByRole("alert").innerText()), "结束日期（2021年5月1日）早于开始日期（2022年5月1日）。", "the explanation");
      equal(await page.locator("[data-figure]").count(), 0, "figures of no period");
      await page.goBack();
      await settled(page);
    });

    await step("GraphiQL opens with the question of a tile, and its bar leads back", async () => {
      await page.goto(url + FACTS);
      await settled(page);
      await page.locator('[data-figure="cashContributed"] a.open').click();
      await page.waitForURL(/\/graphiql\?query=/);
      await page.locator(".graphiql-query-editor", { hasText: "cashContributed" }).waitFor();
      await page.locator("button.graphiql-execute-button").click();
      await page.locator(".result-window", { hasText: '"yuan"' }).waitFor();
      await page.getByRole("link", { name: /overview/i }).click();
      await settled(page);
    });

    await step("it works on a telephone, and nothing sticks out", async () => {
      page = await open(FACTS, { ...asVisitor, viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 });
      await settled(page);
      equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, "the width");
      await accessible(page, "the page on a telephone");
      await picture(page, "6-telephone", { fullPage: true });
    });

    await step("a page without a token's figures says why: refused, out of reach, no network", async () => {
      const expected = (text) => /40[13]|Failed to load resource|ERR_/.test(text);
      page = await open(FACTS, { locale: "en-GB", expected });
      await page.locator(".opening").waitFor();
      await giveToken(page, "tongxin_pat_of_nobody");
      await page.locator('[data-problem="unauthenticated"]').waitFor();

      page = await open(`${FACTS}&community=community_01e75x1w02eqbv9s9q14yz5w00`, asVisitor);
      await page.locator('[data-problem="elsewhere"]').waitFor();

      page = await open("/graphiql/favicon.svg", { ...asVisitor, expected });
      await page.route("**/graphql", (route) => route.abort());
      await page.goto(url + FACTS);
      await page.locator('[data-problem="network"]').waitFor();
      await picture(page, "7-no-network");
      await page.unroute("**/graphql");
      await page.getByRole("button", { name: "Try again" }).click();
      await settled(page);
    });
  },
);
