// Drives a browser with puppeteer-core: reads one JSON line a request, [what, with what], and answers with one each.
// node bridge.js <puppeteer-core> <program> <chrome or firefox> <profile> <scripts or none>
const { createInterface } = require("node:readline");

const [, , library, executablePath, browser, userDataDir, scripts] = process.argv;
const puppeteer = require(library);
const QUIET = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];

(async () => {
  const args = browser === "firefox" ? [] : QUIET;
  const started = await puppeteer.launch({ executablePath, browser, headless: true, args, userDataDir });
  const [page] = await started.pages();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error.message || error)));
  await page.setViewport({ width: 360, height: 640 });
  if (scripts === "none") await page.setJavaScriptEnabled(false);
  const acts = {
    open: (address) => page.goto(address).then(() => null),
    js: (expression) => page.evaluate(expression),
    click: (selector) => page.click(selector),
    errors: () => errors,
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, said] = JSON.parse(line);
    const answer = await Promise.resolve(acts[what](said)).then((value) => ({ value }), (error) => ({ failed: String(error) }));
    console.log(JSON.stringify(answer));
  }
  await started.close();
})().catch((error) => {
  console.log(JSON.stringify({ failed: String(error) }));
  process.exit(1);
});
