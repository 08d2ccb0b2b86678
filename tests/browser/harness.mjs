// What the browser tests share: node TEST.mjs URL TOKEN FOLDER-FOR-SCREENSHOTS PASSWORD-OF-STAFF, in Debian's Chromium.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const [url, token, screenshots, password] = process.argv.slice(2);
const host = new URL(url).host;
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

/** A page of a context of its own. `expected` says which failed requests belong to the test; every other complaint of the browser fails it. */
export async function open(path, { expected = () => false, prepare = () => {}, ...options } = {}) {
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
  await prepare(context);
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(`a page error: ${error.stack ?? error}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected(message.text())) wrong.push(`on the console: ${message.text()} ${message.location().url}`);
  });
  page.on("websocket", (socket) => new URL(socket.url()).host === host || wrong.push(`a socket to another host: ${socket.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && !expected(`${response.status()}`)) wrong.push(`${response.status()} for ${response.url()}`);
  });
  await page.goto(url + path);
  return page;
}

export async function step(name, action) {
  const began = performance.now();
  await action();
  console.log(`ok  ${name} (${Math.round(performance.now() - began)} ms)`);
}

export const picture = (page, name, options) => page.screenshot({ path: join(screenshots, `${name}.png`), ...options });

export const has = (page, selector, text) =>
  page.waitForFunction(([at, what]) => document.querySelector(at)?.innerText.replaceAll("\u00a0", " ").includes(what), [selector, text]);

/** Runs the steps; whatever went wrong in the browser meanwhile fails the program, with a picture of the page at hand. */
export async function run(current, steps) {
  try {
    await steps();
  } catch (error) {
    wrong.push(`stopped: ${error.stack}`);
    if (current()) await picture(current(), "failure").catch(() => {});
  }
  await browser.close();
  for (const line of wrong) console.log(`FAILED ${line}`);
  console.log(`screenshots: ${screenshots}`);
  process.exit(wrong.length ? 1 : 0);
}
