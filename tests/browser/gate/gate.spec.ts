import { createHash } from "node:crypto";
import { CONSENT } from "../support/environment";
import { expect, service, test } from "../support/lab";

const THEM = "https://tiers.example";

/** A script of a third party that waits; `more` is written into its tag. */
const script = (name: string, more = 'data-category="statistics"') =>
  `<script type="text/plain" data-src="${THEM}/${name}.js" ${more}></script>`;
const inline = (name: string, more = 'data-category="statistics"') =>
  `<script type="text/plain" ${more}>(window.ran ??= []).push("${name}")</script>`;

test("scripts, inline and not, run in document order once all their purposes are granted", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open(`
    ${script("a")}
    ${inline("inline")}
    ${script("both", 'data-category="statistics, marketing"')}
    ${script("b")}`);
  await expect(visitor.banner).toBeVisible();
  expect(lab.hits).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["a", "inline", "b"]);
  expect(lab.hits).toEqual([`${THEM}/a.js`, `${THEM}/b.js`]);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  await expect.poll(() => lab.ran()).toEqual(["a", "inline", "b", "both"]);
  await expect.poll(() => lab.auditor.count()).toBe(2);
  const records = await lab.auditor.records();
  expect(records.map((record) => [record.method, record.decision["marketing"]])).toEqual([
    ["api", "denied"],
    ["api", "granted"],
  ]);
});

test("whatever its kind, what waits asks nothing of the network before a choice nor after a refusal, and loads once granted", async ({
  lab,
  visitor,
}) => {
  await lab.publish();
  const waits = 'data-category="marketing"';
  await lab.open(
    `${script("script", waits)}
    ${inline("inline", waits)}
    <iframe ${waits} data-src="${THEM}/frame" title="Cadre"></iframe>
    <img ${waits} data-src="${THEM}/src.gif" alt="">
    <img ${waits} data-srcset="${THEM}/set.gif 1x, ${THEM}/set.gif 2x" alt="">
    <picture><source ${waits} data-srcset="${THEM}/picture.gif"><img alt=""></picture>
    <video ${waits} data-src="${THEM}/video.mp4" preload="auto"></video>
    <video ${waits} preload="auto"><source data-src="${THEM}/source.mp4" type="video/mp4"></video>
    <audio ${waits} data-src="${THEM}/audio.mp3" preload="auto"></audio>
    <embed ${waits} data-src="${THEM}/embed">`,
    `<link rel="stylesheet" ${waits} data-href="${THEM}/style.css">`,
  );
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  await visitor.refuse();
  await visitor.receipt();
  expect(lab.hits).toEqual([]);
  await lab.page.reload();
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  const loaded = "script.js frame src.gif set.gif picture.gif video.mp4 source.mp4 audio.mp3 embed style.css".split(" ");
  // A browser may ask for parts of a film or a sound more than once.
  await expect.poll(() => [...new Set(lab.hits)].sort()).toEqual(loaded.map((name) => `${THEM}/${name}`).sort());
  await expect.poll(() => lab.ran()).toEqual(["script", "inline"]);
});

test("what names no purpose the visitor can grant never runs", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open(`
    ${script("unknown", 'data-category="unknown"')}
    ${script("half", 'data-category="statistics unknown"')}
    ${script("none", 'data-category=""')}
    ${script("property", 'data-category="constructor"')}
    ${script("necessary", 'data-category="necessary"')}
    ${script("known")}`);
  await expect.poll(() => lab.ran()).toEqual(["necessary"]);
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["necessary", "known"]);
  await lab.atRest();
  expect(lab.hits).toEqual([`${THEM}/necessary.js`, `${THEM}/known.js`]);
});

test("the aliases of other tools mean the same", async ({ lab }) => {
  await lab.publish();
  await lab.open(`
    ${script("ignore", 'data-cookieconsent="ignore"')}
    ${script("cookiebot", 'data-cookieconsent="statistics"')}
    ${script("cookiebot-two", 'data-cookieconsent="statistics,marketing"')}
    ${script("klaro", 'data-name="mesure" data-type="application/javascript"')}
    ${script("service", 'data-service="mesure"')}
    ${script("stranger", 'data-service="stranger"')}
    <iframe data-cookieconsent="statistics" data-cookieblock-src="${THEM}/frame" title="Cadre"></iframe>
    <img data-src="/own-lazy.gif" alt=""><img data-name="autre" data-src="/own-too.gif" alt="">`);
  await expect.poll(() => lab.ran()).toEqual(["ignore"]);
  expect(lab.hits).toEqual([`${THEM}/ignore.js`]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["ignore", "cookiebot", "klaro", "service"]);
  await expect.poll(() => lab.hits).toContain(`${THEM}/frame`);
  // What is not marked is the page's own affair.
  expect(await lab.page.locator("img[data-src]").count()).toBe(2);
});

test("a service answered apart runs without its purpose, and stays out with it", async ({ lab }) => {
  await lab.publish({ services: [service("pub", "marketing"), service("video", "marketing"), service("mesure", "statistics")] });
  const of = (id: string) => script(id, `data-category="marketing" data-service="${id}"`);
  await lab.open(`${of("pub")}${of("video")}${script("both", 'data-category="marketing statistics" data-service="pub"')}`);
  await lab.page.evaluate(() => window.Temoin.set({ services: { pub: true } }));
  await expect.poll(() => lab.ran()).toEqual(["pub"]);
  await expect.poll(() => lab.auditor.count()).toBe(1);
  const [granted] = await lab.auditor.records();
  expect(granted).toMatchObject({ decision: { marketing: "denied" }, services: { pub: "granted" } });

  await lab.page.evaluate(() => window.Temoin.set({ marketing: true, services: { pub: false } }));
  await expect.poll(() => lab.auditor.count()).toBe(2);
  await lab.page.reload();
  await expect.poll(() => lab.ran()).toEqual(["video"]);
  await lab.atRest();
  expect(lab.hits).toEqual([`${THEM}/pub.js`, `${THEM}/video.js`, `${THEM}/video.js`]);
  const [, denied] = await lab.auditor.records();
  expect(denied).toMatchObject({ decision: { marketing: "granted" }, services: { pub: "denied" } });
});

test("what is added later waits too, however it comes into the page", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open(`<div id="place"></div><template id="mould">${script("cloned")}</template>`);
  await expect(visitor.banner).toBeVisible();
  const add = (suffix: string) =>
    lab.page.evaluate(
      ([them, suffix]) => {
        const place = document.querySelector("#place")!;
        const script = document.createElement("script");
        script.type = "text/plain";
        script.dataset["category"] = "statistics";
        script.dataset["src"] = `${them}/appended${suffix}.js`;
        place.append(script);
        place.insertAdjacentHTML(
          "beforeend",
          `<p><img alt="" data-category="statistics" data-src="${them}/image${suffix}.gif"></p>
           <iframe title="Cadre" data-category="statistics" data-src="${them}/frame${suffix}"></iframe>`,
        );
        place.append(document.querySelector<HTMLTemplateElement>("#mould")!.content.cloneNode(true));
        // A framework may say what a node is about once the node is there.
        const marked = document.createElement("iframe");
        marked.title = "Cadre";
        place.append(marked);
        setTimeout(() => {
          marked.dataset["src"] = `${them}/marked${suffix}`;
          marked.dataset["category"] = "statistics";
        });
      },
      [THEM, suffix] as const,
    );
  const expected = (suffix: string) =>
    [`appended${suffix}.js`, "cloned.js", `frame${suffix}`, `image${suffix}.gif`, `marked${suffix}`].map((name) => `${THEM}/${name}`);
  await add("");
  await expect(lab.page.locator(".temoin-placeholder")).toHaveCount(2);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => [...lab.hits].sort()).toEqual(expected(""));
  await expect.poll(() => lab.ran()).toEqual(["appended", "cloned"]);
  // And once the choice is made, without waiting for another.
  lab.hits.length = 0;
  await add("-late");
  await expect.poll(() => [...lab.hits].sort()).toEqual(expected("-late"));
});

test("single-page navigation: what a new view brings waits, and what an old one had leaves nothing behind", async ({
  lab,
  visitor,
}) => {
  await lab.publish();
  await lab.open(`${inline("first")}<iframe title="Cadre" data-category="marketing" data-src="${THEM}/first"></iframe>`);
  await expect(lab.page.locator(".temoin-placeholder")).toHaveCount(1);
  const go = (path: string) =>
    lab.page.evaluate(
      ([path, them]) => {
        history.pushState({}, "", path);
        const main = document.querySelector("main")!;
        main.innerHTML = `<h1>${path}</h1><iframe title="Cadre" data-category="marketing" data-src="${them}${path}"></iframe>`;
        const script = document.createElement("script");
        script.type = "text/plain";
        script.dataset["category"] = "statistics";
        script.text = `(window.ran ??= []).push("${path}")`;
        main.append(script);
      },
      [path, THEM] as const,
    );
  await go("/second");
  await expect(lab.page.locator("main .temoin-placeholder + iframe")).toHaveCount(1);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["/second"]);
  await go("/third");
  await expect.poll(() => lab.ran()).toEqual(["/second", "/third"]);
  await visitor.receipt();
  expect(lab.hits).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  await expect.poll(() => lab.hits).toEqual([`${THEM}/third`]);
  await expect(lab.page.locator(".temoin-placeholder")).toHaveCount(0);
});

test("a slow server keeps later scripts waiting, inline ones too, but not those that are async", async ({ lab }) => {
  await lab.publish();
  await lab.open(`
    ${script("async-first", 'data-category="statistics" async')}
    ${script("slow")}
    ${inline("inline")}
    ${script("module", 'data-category="statistics" data-type="module"')}
    ${inline("inline-module", 'data-category="statistics" data-type="module"')}
    ${script("old-browsers", 'data-category="statistics" nomodule')}
    ${inline("last")}`);
  const letAsync = lab.keepWaiting(`${THEM}/async-first.js`);
  const letSlow = lab.keepWaiting(`${THEM}/slow.js`);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.hits).toContain(`${THEM}/slow.js`);
  expect(await lab.ran()).toEqual([]);
  letSlow();
  // Browsers do not say when a module without an address has run: nothing waits for it.
  const inOrder = ["slow", "inline", "module", "last", "inline-module"];
  await expect.poll(() => lab.ran()).toEqual(inOrder);
  letAsync();
  await expect.poll(() => lab.ran()).toEqual([...inOrder, "async-first"]);
  expect(lab.hits).not.toContain(`${THEM}/old-browsers.js`);
});

test("a server that fails keeps nobody waiting", async ({ lab }) => {
  await lab.publish();
  await lab.page.route(`${THEM}/broken.js`, (route) => route.abort());
  await lab.open(`${script("broken")}${inline("after")}`);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["after"]);
});

test("a script keeps its attributes, and the browser acts on them", async ({ lab }) => {
  await lab.publish();
  const body = `(window.ran ??= []).push(document.currentScript.outerHTML)`;
  lab.answer(`${THEM}/whole.js`, "text/javascript", body);
  lab.answer(`${THEM}/changed.js`, "text/javascript", `${body};`);
  const integrity = "sha384-" + createHash("sha384").update(body).digest("base64");
  const strict = `data-category="statistics" integrity="${integrity}" crossorigin="anonymous" referrerpolicy="origin"`;
  const referrers = new Map<string, string | undefined>();
  lab.page.on("request", (request) => referrers.set(request.url(), request.headers()["referer"]));
  await lab.open(
    `${script("whole", `id="whole" class="tag" data-account="UA-1" fetchpriority="low" defer ${strict}`)}
    ${script("changed", strict)}
    ${script("quiet", 'data-category="statistics" referrerpolicy="no-referrer"')}
    ${inline("inline", 'data-category="statistics" id="inline" data-own="1"')}`,
  );
  await lab.page.evaluate(() => {
    // The page listens to the element it knows.
    document.querySelector("#whole")!.addEventListener("load", () => window.dispatchEvent(new Event("whole-loaded")));
    addEventListener("whole-loaded", () => ((window as any).ran ??= []).push("load heard"));
  });
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toHaveLength(4);
  const [whole, ...others] = await lab.ran();
  // The browser has refused the one whose content is not the one promised.
  expect(others).toEqual(["load heard", "quiet", "inline"]);
  for (const attribute of [
    'id="whole"',
    'class="tag"',
    'data-account="UA-1"',
    'fetchpriority="low"',
    "defer",
    `integrity="${integrity}"`,
    'crossorigin="anonymous"',
    'referrerpolicy="origin"',
    `src="${THEM}/whole.js"`,
  ]) {
    expect(whole).toContain(attribute);
  }
  expect(whole).not.toContain("text/plain");
  await expect(lab.page.locator("#inline")).toHaveAttribute("data-own", "1");
  expect(referrers.get(`${THEM}/whole.js`)).toBe(`${lab.origin}/`);
  expect(referrers.get(`${THEM}/quiet.js`)).toBeUndefined();
});

test("under a strict policy, scripts with the page's nonce run, without it they do not, and nothing is evaluated from a string", async ({
  lab,
  visitor,
}) => {
  await lab.publish();
  const nonce = "n0nce";
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `style-src 'nonce-${nonce}'`,
    `connect-src ${CONSENT}`,
    "require-trusted-types-for 'none'",
  ].join("; ");
  const html = lab
    .html(
      `${script("allowed", `data-category="statistics" nonce="${nonce}"`)}
      ${inline("inline", `data-category="statistics" nonce="${nonce}"`)}
      ${inline("without")}
      ${script("without-either")}`,
      `<script nonce="${nonce}">
        violations = [];
        addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => violations.push(effectiveDirective + " " + blockedURI));
      </script>`,
    )
    .replace(lab.tag, lab.tag.replace("<script", `<script nonce="${nonce}"`));
  lab.serve("/", html, { "content-security-policy": policy });
  await lab.page.goto(lab.origin + "/");
  const violations = () => lab.page.evaluate(() => (window as unknown as { violations: string[] }).violations);
  await expect(visitor.banner).toBeVisible();
  expect(await violations()).toEqual([]);
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["allowed", "inline"]);
  await expect.poll(violations).toEqual(["script-src-elem inline", `script-src-elem ${THEM}/without-either.js`]);
  expect(lab.hits).toEqual([`${THEM}/allowed.js`]);
});

test("a script runs once, however quickly choices follow each other", async ({ lab, visitor }) => {
  await lab.publish();
  const letSlow = lab.keepWaiting(`${THEM}/slow.js`);
  await lab.open(`${script("slow")}${inline("inline")}${script("last")}`);
  await lab.page.evaluate(() => {
    window.Temoin.set({ statistics: true });
    window.Temoin.acceptAll();
    window.Temoin.set({ statistics: true, marketing: false });
  });
  await expect.poll(() => lab.auditor.count()).toBe(3);
  letSlow();
  await expect.poll(() => lab.ran()).toEqual(["slow", "inline", "last"]);
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(() => lab.auditor.count()).toBe(4);
  await expect.poll(() => lab.ran()).toEqual(["slow", "inline", "last"]);
  expect(lab.hits).toEqual([`${THEM}/slow.js`, `${THEM}/last.js`]);
  expect(await visitor.consentStatus()).toBe("given");
});

test("what is taken back while it waits for its turn does not run, and runs when it is granted again", async ({ lab }) => {
  await lab.publish();
  const letSlow = lab.keepWaiting(`${THEM}/slow.js`);
  await lab.open(`${script("slow", 'data-category="marketing"')}${inline("inline")}${script("last")}`);
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(() => lab.hits).toEqual([`${THEM}/slow.js`]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: false }));
  await expect.poll(() => lab.auditor.count()).toBe(2);
  letSlow();
  await expect.poll(() => lab.ran()).toEqual(["slow"]);
  await lab.atRest();
  expect(lab.hits).toEqual([`${THEM}/slow.js`]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["slow", "inline", "last"]);
});

test("a node that the page has taken away is not run", async ({ lab }) => {
  await lab.publish();
  const letSlow = lab.keepWaiting(`${THEM}/slow.js`);
  await lab.open(`${inline("gone", 'id="gone" data-category="statistics"')}${script("slow")}
    ${script("gone-later", 'id="later" data-category="statistics"')}${inline("stays")}`);
  await lab.page.evaluate(() => document.querySelector("#gone")!.remove());
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.hits).toEqual([`${THEM}/slow.js`]);
  await lab.page.evaluate(() => document.querySelector("#later")!.remove());
  letSlow();
  await expect.poll(() => lab.ran()).toEqual(["slow", "stays"]);
  expect(lab.hits).toEqual([`${THEM}/slow.js`]);
});

test("on a return visit the gate opens before the page's next script runs", async ({ lab, visitor }) => {
  await lab.publish();
  const own = (name: string) => `<script>(window.ran ??= []).push("${name}:" + Temoin.consent.statistics)</script>`;
  await lab.open(`${inline("marked")}${own("body")}`, own("head"));
  await expect.poll(() => lab.ran()).toEqual(["head:false", "body:false"]);
  await visitor.accept();
  await expect.poll(() => lab.ran()).toContain("marked");
  await visitor.receipt();
  await lab.page.reload();
  await expect.poll(() => lab.ran()).toEqual(["head:true", "marked", "body:true"]);
});
