// Opens the built site in Chromium as three readers would and says what is wrong:
//   node pages.mjs SITE_FOLDER [--still]        --still: the site was built without npm, charts are pictures and formulas TeX
// CHROMIUM names the browser's program; /usr/bin/chromium when not set. Exit code 1 when something is wrong.
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const site = process.argv[2];
const still = process.argv.includes("--still");
if (!site || !existsSync(join(site, "index.html"))) {
  console.error(`${site ?? "no folder"} holds no site; build it first and name its folder`);
  process.exit(2);
}

const types = {
  ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
  ".woff2": "font/woff2", ".ipynb": "application/json",
};
const server = createServer((request, response) => {
  const path = join(site, normalize(decodeURIComponent(new URL(request.url, "http://site").pathname)));
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "index.html") : path;
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
await new Promise(done => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}`;

const readers = [
  { name: "light", options: { viewport: { width: 1280, height: 900 }, colorScheme: "light" } },
  { name: "dark", options: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" } },
  { name: "phone", options: { viewport: { width: 390, height: 800 }, colorScheme: "light", isMobile: true, hasTouch: true } },
];
const pages = readdirSync(site).filter(name => name.endsWith(".html"));
const wrong = new Set();
const seen = { pages: 0, charts: 0, formulas: 0, links: 0 };

const profile = mkdtempSync(join(tmpdir(), "pages-"));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  env: { ...process.env, HOME: profile },
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});

// The ids of a page's file, read once: the contents link to every section of every page.
const known = new Map();
const places = file => known.get(file)
  ?? known.set(file, new Set([...readFileSync(file, "utf8").matchAll(/ id="([^"]*)"/g)].map(m => m[1]))).get(file);

await Promise.all(readers.map(async reader => {
  const context = await browser.newContext(reader.options);
  for (const name of pages) {
    const report = problem => wrong.add(`${name}, ${reader.name}: ${problem}`);
    const page = await context.newPage();
    page.on("console", message => ["error", "warning"].includes(message.type()) && report(`console: ${message.text()}`));
    page.on("pageerror", error => report(`script: ${error.message}`));
    page.on("requestfailed", request => report(`request failed: ${request.url()}`));
    page.on("response", response => response.status() >= 400 && report(`${response.status()}: ${response.url()}`));
    page.on("request", request => /^(https?|wss?):/.test(request.url()) && !request.url().startsWith(`${origin}/`)
      && report(`asks another host: ${request.url()}`));
    await page.goto(`${origin}/${encodeURIComponent(name)}`, { waitUntil: "load" });

    // Scroll through it, as charts wait until they are near the screen; then give the last ones time to draw. In the dark every third
    // page will do: drawing takes most of the time, and what is dark about charts is one function.
    const drawn = reader.name !== "dark" || pages.indexOf(name) % 3 === 0;
    for (let at = 0; drawn && at < await page.evaluate(() => document.body.scrollHeight); at += 600) {
      await page.evaluate(top => scrollTo({ top, behavior: "instant" }), at);
      await page.waitForTimeout(60);
    }
    if (!still && drawn) {
      // Charts that grow or shrink as they are drawn move the others: one may have passed by between two steps.
      for (let round = 0; round < 3; round++) {
        await page.evaluate(async () => {
          for (const chart of [...document.querySelectorAll("figure.chart:has(script)")].filter(c => !c.querySelector(".main-svg"))) {
            chart.scrollIntoView({ behavior: "instant", block: "center" });
            await new Promise(done => setTimeout(done, 200));
          }
        });
      }
      await page.waitForFunction(() => [...document.querySelectorAll("figure.chart script")]
        .every(s => s.parentElement.querySelector(".main-svg")), null, { timeout: 60_000 }).catch(() => { });
    }

    const found = await page.evaluate(() => {
      const visible = element => element.getClientRects().length > 0;
      const named = element => `${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className}`.slice(0, 60);
      const charts = [...document.querySelectorAll("figure.chart")];
      return {
        width: document.documentElement.scrollWidth,
        widest: [...document.querySelectorAll("body *")].filter(visible)
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table, pre, .formula, .skip, .plot"))
          .map(named)[0],
        charts: charts.length,
        stillCharts: charts.filter(c => c.querySelector("script") && !c.querySelector(".plot .main-svg")).length, // drawn graphs are pictures
        crowded: charts.flatMap(chart => {
          const frame = chart.querySelector(".plot")?.getBoundingClientRect();
          const of = `in "${chart.querySelector("figcaption")?.textContent ?? ""}"`;
          const leans = text => /rotate\(-?\d*[1-9]/.test(text.getAttribute("transform") ?? "");
          const texts = [...chart.querySelectorAll(".main-svg text")]
            .filter(t => t.textContent.trim() && !t.closest(".heatmaplayer, .hoverlayer"))
            .map(t => ({ text: t.textContent.trim(), box: t.getBoundingClientRect(), leaning: leans(t) })).filter(t => t.box.width > 0);
          const cut = ({ box }) => box.left < frame.left - 3 || box.right > frame.right + 3 || box.bottom > frame.bottom + 3;
          const covers = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6;
          return [
            ...texts.filter(cut).map(t => `"${t.text}" ${of} is cut`),
            ...texts.flatMap((a, i) => texts.slice(i + 1).filter(b => !(a.leaning && b.leaning) && covers(a.box, b.box))
              .map(b => `"${a.text}" and "${b.text}" ${of} stand on each other`)),
          ];
        }),
        blank: [...document.images].filter(i => visible(i) && i.complete && i.naturalWidth === 0).map(i => i.src),
        formulas: document.querySelectorAll(".katex").length,
        tex: [...document.querySelectorAll("code.tex, .katex-error")].map(e => e.textContent),
        dollars: [...document.querySelectorAll("article p, article li, article td")].map(e => {
          const copy = e.cloneNode(true);
          copy.querySelectorAll("code, pre, .katex").forEach(c => c.remove());
          return copy.textContent;
        }).filter(t => /\$[^$]*[\\^_][^$]*\$|\\\(|\\\[/.test(t)).map(t => t.slice(0, 80)),
        theme: getComputedStyle(document.body).backgroundColor,
        titles: document.querySelectorAll("h1").length,
        ids: [...document.querySelectorAll("[id]")].map(e => e.id),
        links: [...document.querySelectorAll("a[href]")].map(a => a.href),
      };
    });

    if (found.width > reader.options.viewport.width) {
      report(`the page is ${found.width} px wide, ${reader.options.viewport.width} fit; ${found.widest ?? "something"} sticks out`);
    }
    if (!still && drawn && found.stillCharts > 0) report(`${found.stillCharts} of ${found.charts} charts are not interactive`);
    if (!still && drawn) found.crowded.slice(0, 5).forEach(report);
    if (!still) found.tex.forEach(t => report(`a formula is not typeset: ${t.slice(0, 80)}`));
    found.dollars.forEach(t => report(`TeX in the text: ${t}`));
    found.blank.forEach(b => report(`a picture does not load: ${b}`));
    if (found.titles !== 1) report(`it has ${found.titles} headings h1`);
    const twice = found.ids.find((id, at) => id && found.ids.indexOf(id) !== at);
    if (twice) report(`the id ${twice} stands twice`);
    const bright = found.theme.match(/\d+/g).slice(0, 3).reduce((sum, c) => sum + Number(c), 0) > 384;
    if (bright !== (reader.options.colorScheme === "light")) report(`the background is ${found.theme}`);

    if (reader.name === "light") {
      seen.pages++;
      seen.charts += found.charts;
      seen.formulas += found.formulas;
      for (const link of new Set(found.links.filter(l => l.startsWith(origin)))) {
        seen.links++;
        const { pathname, hash } = new URL(link);
        const target = join(site, decodeURIComponent(pathname === "/" ? "/index.html" : pathname));
        if (!existsSync(target)) {
          report(`a link leads nowhere: ${pathname}`);
        } else if (hash && target.endsWith(".html")) {
          if (!places(target).has(decodeURIComponent(hash.slice(1)))) {
            report(`a link leads to no place on its page: ${pathname}${hash}`);
          }
        }
      }

      // The switch turns the theme, and the choice lasts.
      await page.click("button.theme");
      await page.reload();
      if (await page.evaluate(() => document.documentElement.dataset.theme) !== "dark") report("the chosen theme is not remembered");
      await page.click("button.theme");
    }
    await page.close();
  }
  await context.close();
}));

await browser.close();
server.close();
rmSync(profile, { recursive: true, force: true });
wrong.forEach(problem => console.log(problem));
console.log(`${seen.pages} pages with ${seen.charts} charts, ${seen.formulas} formulas and ${seen.links} links: `
  + (wrong.size === 0 ? "nothing wrong" : `${wrong.size} problems`));
process.exitCode = wrong.size === 0 ? 0 : 1;
