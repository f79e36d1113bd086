/** What the package does in a page, with and without the tag in it, on a server, and for a compiler. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { CONSENT } from "../browser/support/environment";
import type { Lab } from "../browser/support/lab";
import { bundle, PACKAGE, REACT, ROOT } from "./bundle";
import { expect, html, serveScript, test } from "./site";

/** Puts the package on `window.web`, and runs this in the same module. */
async function script(lab: Lab, more = ""): Promise<void> {
  const text = `import * as web from "@temoin/web"; window.web = web; window.told = []; ${more}; window.started = true;`;
  serveScript(lab, "/app.js", await bundle("inline.js", "browser", 19, text));
}

/** A page of the site, with its tag or without. */
async function open(lab: Lab, { tag = lab.tag, more = "", headers = {} } = {}): Promise<void> {
  await script(lab, more);
  lab.serve("/", html(tag, ""), headers);
  await lab.page.goto(lab.origin + "/");
  await lab.page.waitForFunction(() => (window as any).started);
}

const LISTEN = "window.end = web.onConsent((consent) => window.told.push({ ...consent }))";
const told = (page: Page): Promise<Record<string, boolean>[]> => page.evaluate(() => (window as any).told);
const allows = (page: Page, ...names: string[]): Promise<boolean[]> =>
  page.evaluate((names) => names.map((name) => (window as any).web.allows(name)), names);

const NOTHING = { necessary: true, preferences: false, statistics: false, marketing: false };
const ALL = { necessary: true, preferences: true, statistics: true, marketing: true };

/** How a promise of `loadTemoin` ends: the site, or what the error says. */
const load = (page: Page, tag?: Record<string, string>): Promise<string> =>
  page.evaluate(async (tag) => {
    try {
      return "the site " + (await (window as any).web.loadTemoin(tag)).site;
    } catch (error) {
      return String(error);
    }
  }, tag);

test("before a choice nothing optional is allowed and nobody is told; each choice and the withdrawal are told once", async ({ lab, page, visitor, heard }) => {
  await lab.publish();
  await open(lab, { more: LISTEN });
  expect(await allows(page, "necessary", "statistics", "marketing", "mesure", "pub")).toEqual([true, false, false, false, false]);
  await lab.atRest();
  expect(await told(page)).toEqual([]);
  await visitor.accept();
  await expect.poll(() => told(page)).toEqual([ALL]);
  expect(await allows(page, "necessary", "statistics", "marketing", "mesure", "pub")).toEqual([true, true, true, true, true]);
  await visitor.receipt();
  await page.evaluate(() => window.Temoin.set({ services: { pub: false } }));
  await expect.poll(() => told(page)).toEqual([ALL, ALL]);
  expect(await allows(page, "marketing", "mesure", "pub")).toEqual([true, true, false]);
  await page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(() => told(page)).toEqual([ALL, ALL, NOTHING]);
  await page.evaluate(() => (window as any).end());
  await page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(() => allows(page, "marketing")).toEqual([true]);
  expect(await told(page)).toEqual([ALL, ALL, NOTHING]);
  expect(heard).toEqual([]);
});

test("who comes back with a choice is told of it once, whether the listener came before the page was parsed or after", async ({ lab, page, visitor }) => {
  await lab.publish();
  await open(lab, { more: LISTEN });
  await visitor.accept();
  await visitor.receipt();
  // A module runs before `DOMContentLoaded`, at which the loader says what was stored.
  await page.reload();
  await page.waitForFunction(() => (window as any).started);
  await lab.atRest();
  expect(await told(page)).toEqual([ALL]);
  await page.evaluate(() => {
    (window as any).late = [];
    (window as any).web.onConsent((consent: object) => (window as any).late.push(consent));
  });
  expect(await page.evaluate(() => (window as any).late)).toEqual([ALL]);
  // What a listener does to its copy is its own.
  await page.evaluate(() => ((window as any).late[0].marketing = false));
  expect(await allows(page, "marketing")).toEqual([true]);
});

test("a choice that another tab has cleared away holds no more here either", async ({ lab, page, context, visitor }) => {
  await lab.publish();
  await open(lab, { more: LISTEN });
  await visitor.accept();
  await visitor.receipt();
  const other = await context.newPage();
  await other.goto(lab.origin + "/");
  await context.clearCookies();
  await other.evaluate(() => localStorage.clear());
  await expect.poll(() => told(page)).toEqual([ALL, NOTHING]);
  expect(await allows(page, "marketing")).toEqual([false]);
});

test("a service that the site does not have is not allowed, and the console says so; the page stands", async ({ lab, page, visitor, heard }) => {
  await lab.publish();
  await open(lab);
  await visitor.accept();
  expect(await allows(page, "nothing-such", "toString", "__proto__", "mesure")).toEqual([false, false, false, true]);
  expect(heard).toHaveLength(3);
  expect(heard[0]).toContain("nothing-such");
});

test("a listener that throws does not keep the others from being told", async ({ lab, page, visitor }) => {
  await lab.publish();
  await open(lab, { more: `web.onConsent(() => { throw new Error("mine") }); ${LISTEN}` });
  await visitor.accept();
  await expect.poll(() => told(page)).toEqual([ALL]);
  expect(visitor.complaints.splice(0).join()).toContain("mine");
});

test("under an opt-out law, what runs until it is refused is allowed before an answer, and nobody is told of a choice", async ({ lab, page }) => {
  await lab.publish({ jurisdiction: "US-CA" });
  await open(lab, { more: LISTEN });
  expect(await allows(page, "statistics", "marketing", "pub")).toEqual([true, true, true]);
  await page.evaluate(() => window.Temoin.rejectAll());
  await expect.poll(() => told(page)).toEqual([NOTHING]);
  expect(await allows(page, "statistics", "marketing", "pub")).toEqual([false, false, false]);
});

test("in a page without the tag nothing is allowed, and loadTemoin says what to do; who does not wait for it sees no error", async ({ lab, page, visitor }) => {
  await lab.publish();
  await open(lab, { tag: "", more: `${LISTEN}; web.loadTemoin()` });
  expect(await load(page)).toMatch(/^Error: Témoin is not in this page: place its tag first in the <head>/);
  expect(await allows(page, "necessary", "marketing", "pub")).toEqual([true, false, false]);
  // An element of the page is no script API.
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", `<form id="Temoin"><input name="allows"></form>`));
  expect(await allows(page, "marketing")).toEqual([false]);
  expect(await told(page)).toEqual([]);
  expect(visitor.complaints).toEqual([]);
});

test("loadTemoin adds the tag once: the visitor is asked, and who listened before is told", async ({ lab, page, visitor, heard }) => {
  await lab.publish();
  await open(lab, { tag: "", more: LISTEN });
  const tag = { server: CONSENT, site: lab.site };
  const ends = await page.evaluate(async (tag) => {
    const { loadTemoin } = (window as any).web;
    const both = await Promise.all([loadTemoin(tag), loadTemoin(tag)]);
    return both.map((temoin) => temoin === window.Temoin);
  }, tag);
  expect(ends).toEqual([true, true]);
  await expect(visitor.banner).toBeVisible();
  expect(await page.locator("script[src*='/t/']").count()).toBe(1);
  await visitor.refuse();
  await expect.poll(() => told(page)).toEqual([NOTHING]);
  expect(await load(page)).toBe("the site " + lab.site);
  expect(await load(page, tag)).toBe("the site " + lab.site);
  expect(await load(page, { ...tag, site: "another" })).toBe(`Error: This page has the tag of the site "${lab.site}", not of "another"`);
  expect(heard).toEqual([]);
});

test("a tag that the browser cannot load is an error, and may be asked for again", async ({ lab, page, visitor, context }) => {
  await lab.publish();
  await open(lab, { tag: "" });
  const tag = { server: CONSENT, site: lab.site };
  const blocked = (url: URL) => url.pathname === `/t/${lab.site}.js`;
  await context.route(blocked, (route) => route.abort());
  expect(await load(page, tag)).toBe(`Error: The browser could not load ${CONSENT}/t/${lab.site}.js`);
  expect(await allows(page, "marketing")).toEqual([false]);
  await context.unroute(blocked);
  expect(await load(page, { ...tag, language: "en" })).toBe("the site " + lab.site);
  await expect(visitor.button("reject_all")).toHaveText("Refuse all");
});

test("with a nonce, the tag passes a policy that names no server; no other address comes out of the names given", async ({ lab, page, heard }) => {
  await lab.publish();
  const policy = "script-src 'nonce-b64' 'wasm-unsafe-eval'; connect-src *";
  await script(lab);
  lab.serve("/", html("", "").replaceAll("<script", `<script nonce="b64"`), { "content-security-policy": policy });
  await page.goto(lab.origin + "/");
  await page.waitForFunction(() => (window as any).started);
  expect(await load(page, { server: CONSENT, site: lab.site })).toContain("could not load");
  expect(heard.join()).toContain("Content Security Policy");
  for (const server of ["javascript:alert(1)", "data:text/javascript,", "", "//"]) expect(await load(page, { server, site: "x" })).toMatch(/^TypeError/);
  expect(await load(page, { server: CONSENT, site: "../v1/sites/x?" })).toBe(`Error: The browser could not load ${CONSENT}/t/..%2Fv1%2Fsites%2Fx%3F.js`);
  expect(await load(page, { server: CONSENT, site: lab.site, nonce: "b64" })).toBe("the site " + lab.site);
});

/** A project that has installed the package as npm packs it, beside React and Vue. */
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "temoin-web-"));
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@temoin/web"), { recursive: true });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: PACKAGE });
  execFileSync("tar", ["xzf", join(folder, "temoin-web-0.1.0.tgz"), "--strip-components=1", "-C", join(modules, "@temoin/web")]);
  symlinkSync(join(REACT[19], "react"), join(modules, "react"));
  for (const name of ["vue", "@vue"]) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test("as npm packs it, Node imports each entry by its name, and on a server every function is safe", () => {
  const folder = project({
    "server.mjs": `
      import { allows, loadTemoin, onConsent } from "@temoin/web";
      import * as react from "@temoin/web/react";
      import * as vue from "@temoin/web/vue";
      const told = [];
      const end = onConsent((consent) => told.push(consent));
      const answers = ["necessary", "statistics", "mesure"].map(allows);
      const temoin = [await loadTemoin(), await loadTemoin({ server: "https://consent.example", site: "x" })];
      const { consent, status } = vue.useConsent().value;
      end();
      console.log(JSON.stringify({ answers, temoin, told, consent, status, react: Object.keys(react), vue: Object.keys(vue) }));`,
  });
  const said = execFileSync(process.execPath, ["server.mjs"], { cwd: folder, encoding: "utf8" });
  expect(JSON.parse(said)).toEqual({
    answers: [true, false, false],
    temoin: [null, null],
    told: [],
    consent: NOTHING,
    status: null,
    react: ["useConsent"],
    vue: ["useConsent"],
  });
  const packed = JSON.parse(readFileSync(join(folder, "node_modules/@temoin/web/package.json"), "utf8"));
  expect(packed).toMatchObject({ license: "Apache-2.0", sideEffects: false, peerDependenciesMeta: { react: { optional: true }, vue: { optional: true } } });
  expect(packed.dependencies).toBeUndefined();
  expect(readFileSync(join(folder, "node_modules/@temoin/web/LICENSE"), "utf8")).toContain("Apache License");
  // The loader is the server's: no copy of it is in the package.
  const types = readFileSync(join(folder, "node_modules/@temoin/web/dist/temoin.d.ts"), "utf8");
  expect(types).toBe(readFileSync(join(ROOT, "consent-widget/loader/temoin.d.ts"), "utf8"));
  rmSync(folder, { recursive: true });
});

test("its types say what is right, under both ways to resolve modules", () => {
  const right = `
    import { allows, loadTemoin, onConsent, type Consent, type Purpose } from "@temoin/web";
    import { useConsent } from "@temoin/web/react";
    import { useConsent as useConsentInVue } from "@temoin/web/vue";
    const end: () => void = onConsent((consent: Consent) => void consent.marketing);
    const purpose: Purpose = "statistics";
    const all: boolean[] = [allows(purpose), allows("youtube"), useConsent().allows("youtube"), useConsentInVue().value.consent.marketing];
    loadTemoin({ server: "https://consent.example", site: "x", nonce: "n" }).then((temoin) => temoin?.set({ statistics: true }));
    window.Temoin.on("change", ({ marketing }) => void [marketing, end, all]);`;
  const wrong = [
    `import { allows } from "@temoin/web"; allows(true);`,
    `import { loadTemoin } from "@temoin/web"; loadTemoin({ site: "x" });`,
    `import { loadTemoin } from "@temoin/web"; loadTemoin().then((temoin) => temoin.open());`,
    `import { onConsent } from "@temoin/web"; onConsent((consent) => consent.analytics);`,
    `import { useConsent } from "@temoin/web/react"; useConsent().consent.marketing = true;`,
    `import { useConsent } from "@temoin/web/vue"; useConsent().value.status = "given";`,
  ];
  const folder = project({
    "right.ts": right,
    ...Object.fromEntries(wrong.map((text, nth) => [`wrong-${nth}.ts`, text])),
    "package.json": `{ "type": "module" }`,
  });
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  for (const [module, resolution] of [["esnext", "bundler"], ["nodenext", "nodenext"]]) {
    const check = (files: string[]): string => {
      try {
        const options = ["--noEmit", "--strict", "--types", "", "--lib", "es2022,dom,dom.iterable", "--module", module!, "--moduleResolution", resolution!];
        return execFileSync(tsc, [...options, ...files], { cwd: folder, encoding: "utf8" });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(check(["right.ts"])).toBe("");
    const found = check(wrong.map((_, nth) => `wrong-${nth}.ts`));
    expect([...new Set(found.match(/wrong-\d/g))].sort(), found).toEqual(wrong.map((_, nth) => `wrong-${nth}`));
  }
  rmSync(folder, { recursive: true });
});
