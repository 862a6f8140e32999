// node keys.mjs CHROMIUM URL WIDTH: the explorer by keyboard alone; what had the focus after each step, as JSON.
import puppeteer from "puppeteer-core";

const [chromium, address, width] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
const tab = await browser.newPage();
await tab.setViewport({ width: Number(width), height: 900 });
await (await tab.createCDPSession()).send("Emulation.setFocusEmulationEnabled", { enabled: true }); // as a window in front
await tab.goto(address, { waitUntil: "load" });

const focused = () => tab.evaluate(() => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const reach = here.querySelector("rect.reach");
  const box = here.getBoundingClientRect();
  return {
    tag: here.tagName.toLowerCase(),
    text: (here.getAttribute("aria-label") || here.innerText || here.getAttribute("name") || "").trim(),
    href: here.getAttribute("href"),
    key: here.dataset.key || null,
    region: here.closest("header, form, main, aside")?.tagName.toLowerCase() || null,
    seen: style.outlineStyle !== "none" || (reach !== null && getComputedStyle(reach).fill !== "rgba(0, 0, 0, 0)"),
    inside: box.width > 0 && box.left >= 0 && box.right <= document.documentElement.clientWidth + 1,
  };
});
const press = async (key) => {
  await tab.keyboard.press(key);
  return focused();
};
const follow = async (key) => {
  await Promise.all([tab.waitForNavigation({ waitUntil: "load" }), tab.keyboard.press(key)]);
  return { at: new URL(tab.url()).pathname + new URL(tab.url()).search, focus: await focused() };
};
const tabTo = async (wanted) => {
  for (let step = 0; step < 200; step += 1) {
    const here = await press("Tab");
    if (wanted(here)) return here;
  }
  throw new Error("no key leads there");
};

const told = { order: [] };
for (let step = 0; step < 200; step += 1) {
  const here = await press("Tab");
  if (here.tag === "body" || (told.order.length && here.text === told.order[0].text)) break;
  told.order.push(here);
}
await tab.reload({ waitUntil: "load" });
told.skip = await press("Tab");
told.skipped = await press("Enter");
told.afterSkip = await press("Tab");
await tabTo((here) => here.href?.startsWith("/article/"));
told.article = await follow("Enter");
told.closed = await follow("Escape");
await tabTo((here) => here.key === "region:CH");
told.filtered = await follow("Enter");
told.unfiltered = await follow("Enter");
told.search = await press("/");
await tab.keyboard.type("flood");
told.searched = await follow("Enter");
told.overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
await browser.close();
process.stdout.write(JSON.stringify(told));
