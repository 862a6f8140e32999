// node look.mjs CHROMIUM PAGE.html|URL[,PATH] [FOLDER]: what a browser says of a page, as JSON; screenshots go to FOLDER.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const [chromium, page, folder] = process.argv.slice(2);
const [first, path] = page.startsWith("http://127.0.0.1:") ? page.split(",") : ["file://" + page];
const own = first.startsWith("http") ? new URL(first).origin : first; // what a page may ask for
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
const seen = [];
for (const width of [1280, 390]) {
  for (const scheme of ["light", "dark"]) {
    const tab = await browser.newPage();
    const told = { width, scheme, errors: [], requests: [], violations: [] };
    tab.on("console", (message) => told.errors.push(message.text()));
    tab.on("pageerror", (error) => told.errors.push(String(error)));
    tab.on("dialog", (dialog) => { told.errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    tab.on("request", (request) => { if (!request.url().startsWith(own) && !request.url().startsWith("data:")) told.requests.push(request.url()); });
    await tab.setViewport({ width, height: 900 });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await tab.goto(first, { waitUntil: "load" });
    if (path) await tab.goto(own + path, { waitUntil: "load" }); // the first address has the token
    told.overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    told.scripts = await tab.evaluate(() => document.scripts.length);
    told.text = width === 1280 && scheme === "light" ? await tab.evaluate(() => document.body.innerText) : "";
    if (folder) await tab.screenshot({ path: `${folder}/${width}-${scheme}.png`, fullPage: true });
    const results = await tab.evaluate(`(() => { const module = undefined; ${axe}; return axe.run(document) })()`);
    told.violations = results.violations.map((each) => ({ id: each.id, impact: each.impact, nodes: each.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)) }));
    seen.push(told);
    await tab.close();
  }
}
await browser.close();
process.stdout.write(JSON.stringify(seen));
