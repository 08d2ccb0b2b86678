// A person at GraphiQL, in Debian's Chromium: node graphiql.mjs URL TOKEN FOLDER-FOR-SCREENSHOTS
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [url, token, screenshots] = process.argv.slice(2);
const host = new URL(url).host;
const run = "button.graphiql-execute-button";
const result = ".result-window";
const wrong = [];
mkdirSync(screenshots, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
  ],
});

async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  context.setDefaultTimeout(20_000);
  // Requests to anywhere else are refused and told of, so that a machine with internet fails as well.
  await context.route("**/*", (route) => {
    const to = new URL(route.request().url());
    if (to.host === host || ["data:", "blob:"].includes(to.protocol)) return route.continue();
    wrong.push(`a request to another host: ${to.href}`);
    return route.abort();
  });
  await context.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`)),
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(`a page error: ${error.stack ?? error}`));
  page.on("console", (message) => message.type() === "error" && wrong.push(`on the console: ${message.text()} ${message.location().url}`));
  page.on("websocket", (socket) => new URL(socket.url()).host === host || wrong.push(`a socket to another host: ${socket.url()}`));
  page.on("response", (response) => response.status() >= 400 && wrong.push(`${response.status()} for ${response.url()}`));
  await page.goto(url + path);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  return page;
}

async function step(name, action) {
  const began = performance.now();
  await action();
  console.log(`ok  ${name} (${Math.round(performance.now() - began)} ms)`);
}

const picture = (page, name) => page.screenshot({ path: join(screenshots, `${name}.png`) });
// The editor draws spaces as no-break spaces, and lines as rows.
const textOf = async (locator) => (await locator.innerText()).replaceAll("\u00a0", " ");
const has = (page, selector, text) =>
  page.waitForFunction(([at, what]) => document.querySelector(at)?.innerText.replaceAll("\u00a0", " ").includes(what), [selector, text]);

async function giveToken(page) {
  await page.getByLabel(/token/i).fill(token);
  await page.getByRole("button", { name: /^use\b/i }).click();
  await page.locator("output.who.known").waitFor(); // the page says whose token it is
}

let page;
try {
  await step("/ leads to /graphiql, with worked examples in its tabs", async () => {
    page = await open("/");
    if (!new URL(page.url()).pathname.startsWith("/graphiql")) throw new Error(`led to ${page.url()}`);
    const tabs = await page.locator(".graphiql-tab").count();
    if (tabs < 4) throw new Error(`${tabs} tabs with examples, wanted at least 4`);
    await picture(page, "1-opening");
  });

  await step("the staff token is taken", () => giveToken(page));

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
    await page.locator(run).click();
    await has(page, result, '"fullName": "');
    const shown = await textOf(page.locator(result));
    if (!/"fullName": "[^"]+"/.test(shown) || shown.includes('"errors"')) throw new Error(`the result pane shows ${shown}`);
    await picture(page, "3-result");
  });

  await step("the documentation opens and names the residents", async () => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await has(page, ".graphiql-doc-explorer", "Query");
    await page.locator(".graphiql-doc-explorer a", { hasText: /^Query$/ }).first().click();
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

  await step("a link with ?query= opens with that query, in the dark too", async () => {
    const linked = "query Linked { residents(first: 2) { nodes { id } } }";
    page = await open(`/graphiql?query=${encodeURIComponent(linked)}`, { colorScheme: "dark" });
    await has(page, ".graphiql-query-editor", "query Linked");
    await giveToken(page);
    await page.locator(run).click();
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
} catch (error) {
  wrong.push(`stopped: ${error.stack}`);
  if (page) await picture(page, "failure").catch(() => {});
}
await browser.close();

for (const line of wrong) console.log(`FAILED ${line}`);
console.log(`screenshots: ${screenshots}`);
process.exit(wrong.length ? 1 : 0);
