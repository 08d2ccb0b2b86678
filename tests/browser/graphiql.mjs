// A person at GraphiQL, in Debian's Chromium: node graphiql.mjs URL TOKEN FOLDER-FOR-SCREENSHOTS PASSWORD-OF-STAFF
import { has, open as openPage, password, picture, run as runSteps, step, token } from "./harness.mjs";

const run = "button.graphiql-execute-button";
const result = ".result-window";

async function open(path, options) {
  const page = await openPage(path, options);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  return page;
}

// The editor draws spaces as no-break spaces, and lines as rows.
const textOf = async (locator) => (await locator.innerText()).replaceAll("\u00a0", " ");

// GraphiQL takes over a tab's text and its operations a moment after it shows them, and would send those of the tab before until then.
async function play(page) {
  await page.waitForTimeout(1000);
  await page.locator(run).click();
}

async function giveToken(page) {
  await page.getByLabel(/token/i).fill(token);
  await page.getByRole("button", { name: /^use\b/i }).click();
  await page.locator("output.who.known").waitFor(); // the page says whose token it is
}

let page;
await runSteps(
  () => page,
  async () => {
    await step("/ leads to /graphiql, with worked examples in its tabs", async () => {
      page = await open("/");
      if (!new URL(page.url()).pathname.startsWith("/graphiql")) throw new Error(`led to ${page.url()}`);
      const tabs = await page.locator(".graphiql-tab").count();
      if (tabs < 4) throw new Error(`${tabs} tabs with examples, wanted at least 4`);
      await picture(page, "1-opening");
    });

    await step("the staff token is taken", () => giveToken(page));

    await step("each example runs as it stands, without an error", async () => {
      const tabs = page.locator(".graphiql-tab [role=tab], .graphiql-tab button.graphiql-tab-button");
      for (let index = 0; index < (await tabs.count()); index += 1) {
        await tabs.nth(index).click();
        await page.waitForTimeout(300);
        const name = /(?:query|mutation) (\w+)/.exec(await textOf(page.locator(".graphiql-query-editor .view-lines")))?.[1];
        // GraphiQL reads the operations of a tab a moment after it is shown.
        await page.waitForFunction((wanted) => {
          const { tabs, activeTabIndex } = JSON.parse(sessionStorage.getItem("graphiql:tabState") ?? '{"tabs":[]}');
          return tabs[activeTabIndex]?.operationName === wanted;
        }, name);
        const answered = page.waitForResponse(
          (response) => response.url().endsWith("/graphql") && response.request().postData()?.includes(`${name}`),
        );
        await play(page);
        const { data, errors } = await (await answered).json();
        const refused = Object.values(data ?? {}).flatMap((field) => field?.userErrors ?? []);
        if (!name || !data || errors || refused.length) throw new Error(`${name} answers ${JSON.stringify({ data, errors })}`);
        console.log(`    ${name}`);
      }
    });

    await step("typing completes a field", async () => {
      await page.getByRole("button", { name: "New tab" }).click();
      await page.locator(".graphiql-query-editor").click();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.press("Delete");
      // The editor closes each bracket by itself.
      await page.keyboard.type("{ residents(first: 3) { nodes { full", { delay: 30 });
      const offered = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "fullName" }).first();
      await offered.waitFor();
      await picture(page, "2-completion");
      await page.keyboard.press("Enter");
      await has(page, ".graphiql-query-editor", "fullName");
    });

    await step("the play button runs it, a resident's name is shown", async () => {
      await play(page);
      await has(page, result, '"fullName": "');
      const shown = await textOf(page.locator(result));
      if (!/"fullName": "[^"]+"/.test(shown) || shown.includes('"errors"')) throw new Error(`the result pane shows ${shown}`);
      await picture(page, "3-result");
    });

    await step("the documentation opens and names the residents", async () => {
      await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
      await has(page, ".graphiql-doc-explorer", "Query");
      await page
        .locator(".graphiql-doc-explorer a", { hasText: /^Query$/ })
        .first()
        .click();
      await has(page, ".graphiql-doc-explorer", "residents");
      await picture(page, "4-documentation");
    });

    await step("the query builder opens and names the residents", async () => {
      await page.getByRole("button", { name: "Show GraphiQL Explorer" }).click();
      await has(page, ".graphiql-plugin", "residents");
      await picture(page, "5-query-builder");
    });

    await step("the token lasts for the session: it survives a reload", async () => {
      await page.reload();
      await page.locator(run).waitFor();
      if ((await page.getByLabel(/token/i).inputValue()) !== token) throw new Error("the token is gone");
    });

    await step("with name and password one is known, until one signs out", async () => {
      page = await open("/graphiql");
      await page.getByLabel(/^name/i).fill("staff");
      await page.getByLabel(/^password/i).fill("not the password");
      await page.getByRole("button", { name: /^sign in/i }).click();
      await has(page, ".refusal[data-code=BAD_CREDENTIALS]", "账号或密码有误");
      await picture(page, "7-wrong-password");
      await page.getByLabel(/^password/i).fill(password);
      await page.getByRole("button", { name: /^sign in/i }).click();
      await has(page, "output.who.known", "staff");
      const readable = await page.evaluate(() => document.cookie + JSON.stringify({ ...sessionStorage }));
      if (readable.includes("tongxin_ses_") || readable.includes(password)) throw new Error("a script can read the session or the password");
      await page.reload();
      await has(page, "output.who.known", "staff");
      await page.waitForFunction(() => sessionStorage.getItem("graphiql:tabState")?.includes('"operationName":"Residents"'));
      // Just after a reload the button may be there before the editor is: then the click runs nothing, and one clicks again.
      for (let tries = 1; (await page.locator(result).innerText()).trim() === ""; tries++) {
        if (tries > 10) throw new Error("the play button runs nothing");
        await play(page);
        await page.waitForTimeout(1000);
      }
      await has(page, result, '"fullName": "');
      await picture(page, "8-signed-in");
      await page.getByRole("button", { name: /^sign out/i }).click();
      await page.locator("output.who.nobody").waitFor();
      await page.reload();
      await page.locator("output.who.nobody").waitFor();
    });

    await step("a link with ?query= opens with that query, in the dark too", async () => {
      const linked = "query Linked { residents(first: 2) { nodes { id } } }";
      page = await open(`/graphiql?query=${encodeURIComponent(linked)}`, { colorScheme: "dark" });
      await has(page, ".graphiql-query-editor", "query Linked");
      await giveToken(page);
      await play(page);
      await has(page, result, '"id": "');
      const [red, green, blue] = await page.evaluate(() => {
        const canvas = document.createElement("canvas").getContext("2d");
        canvas.fillStyle = getComputedStyle(document.querySelector(".graphiql-container")).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data;
      });
      await picture(page, "6-link-dark");
      if (Math.max(red, green, blue) > 100) throw new Error(`the background is rgb(${red}, ${green}, ${blue})`);
    });
  },
);
