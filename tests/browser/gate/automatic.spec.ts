import { expect, service, test, waitingScript, type Lab } from "../support/lab";

const MEASURE = "https://mesure.example";
const ADS = "https://pub.example";
const STRANGER = "https://inconnu.example";

const cookie = (name: string) => ({ name, lifetime: "P13M" });

test.beforeEach(async ({ lab }) => {
  await lab.publish({
    blocking: "automatic",
    services: [
      service("mesure", "statistics", { hosts: ["mesure.example"], cookies: [cookie("_m"), cookie("_m_*")] }),
      service("pub", "marketing", { hosts: ["pub.example"], cookies: [cookie("_p")] }),
    ],
  });
  await lab.page.addInitScript(() => {
    const held: unknown[] = [];
    Object.assign(window, { held });
    addEventListener("temoin:held", ({ detail }) => held.push(detail));
  });
});

/** What the owner was told of, in order. */
const held = (lab: Lab) => lab.page.evaluate(() => (window as unknown as { held: { url: string; service: string | null }[] }).held);
/** A chosen page is one whose requests have all been made. */

test("scripts of the page's own HTML are asked for by the browser, but do not run until granted, and then in order", async ({
  lab,
  visitor,
}) => {
  await lab.open(
    `<script src="${MEASURE}/a.js"></script>
    <script>(window.ran ??= []).push("own")</script>
    <script src="${MEASURE}/async.js" async></script>
    <script src="${STRANGER}/stranger.js"></script>
    <script type="module" src="${MEASURE}/module.js"></script>
    <script src="${ADS}/ads.js" defer></script>`,
    `<script src="${MEASURE}/head.js"></script>`,
  );
  await lab.atRest();
  // No script can object before the browser's preload scanner has asked.
  expect(lab.hits).toContain(`${MEASURE}/head.js`);
  expect(lab.hits).toContain(`${MEASURE}/a.js`);
  await expect.poll(() => lab.ran()).toEqual(["own"]);
  expect(await held(lab)).toContainEqual({ url: `${MEASURE}/a.js`, service: "mesure" });
  expect(await held(lab)).toContainEqual({ url: `${STRANGER}/stranger.js`, service: null });
  await visitor.refuse();
  await visitor.receipt();
  await expect.poll(() => lab.ran()).toEqual(["own"]);

  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(async () => (await lab.ran()).filter((name) => name !== "async")).toEqual(["own", "head", "a", "module"]);
  await expect.poll(() => lab.ran()).toContain("async");
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  await expect.poll(async () => (await lab.ran()).slice(-2)).toEqual(["stranger", "ads"]);
  await lab.atRest();
  await expect.poll(() => lab.ran()).toHaveLength(7);
});

test("what else stands in the page's own HTML is not shown, and loads once granted", async ({ lab }) => {
  await lab.open(
    `<iframe title="Cadre" src="${MEASURE}/frame"></iframe>
    <img alt="" id="image" src="${MEASURE}/image.gif">
    <img alt="" id="set" srcset="${MEASURE}/set.gif 2x">`,
    `<link rel="stylesheet" href="${MEASURE}/style.css">`,
  );
  lab.answer(`${MEASURE}/style.css`, "text/css", "html { --theirs: 1 }");
  await lab.atRest();
  await expect(lab.page.locator(".temoin-placeholder")).toBeVisible();
  const shown = () =>
    lab.page.evaluate(() => ({
      style: getComputedStyle(document.documentElement).getPropertyValue("--theirs"),
      image: document.querySelector<HTMLImageElement>("#image")!.currentSrc,
      set: document.querySelector<HTMLImageElement>("#set")!.currentSrc,
    }));
  expect(await shown()).toEqual({ style: "", image: "", set: "" });
  expect(lab.page.frames().map((frame) => frame.url())).toEqual([`${lab.origin}/`, "about:blank"]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(shown).toEqual({ style: "1", image: `${MEASURE}/image.gif`, set: `${MEASURE}/set.gif` });
  await expect.poll(() => lab.page.frames().map((frame) => frame.url())).toEqual([`${lab.origin}/`, `${MEASURE}/frame`]);
});

/** What a tag of a third party commonly does, each asking for an address of its own. */
function askForEverything(origin: string): void {
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, set: (element: HTMLElementTagNameMap[Name]) => void) => {
    const element = document.createElement(name);
    set(element);
    document.body.append(element);
  };
  make("script", (script) => {
    script.src = `${origin}/script.js`;
    script.type = "text/javascript";
    script.onload = () => ((window as any).ran ??= []).push("loaded");
  });
  make("script", (script) => script.setAttribute("src", `${origin}/attribute.js`));
  make("iframe", (frame) => (frame.src = `${origin}/frame`));
  make("link", (link) => {
    link.rel = "stylesheet";
    link.href = `${origin}/style.css`;
  });
  make("div", (div) => (div.innerHTML = `<p><img alt="" src="${origin}/inner.gif"><iframe src="${origin}/inner"></iframe></p>`));
  document.body.insertAdjacentHTML("beforeend", `<img alt="" srcset="${origin}/adjacent.gif 1x">`);
  // Never in the page: a pixel.
  new Image().src = `${origin}/pixel.gif`;
  Object.assign(document.createElement("img"), { srcset: `${origin}/small.gif 1x, ${origin}/large.gif 2x` });
}
const ELEMENTS = "adjacent.gif attribute.js frame inner inner.gif pixel.gif script.js small.gif style.css".split(" ");

test("what scripts make is held before anything is asked for, and let go once granted", async ({ lab, visitor }) => {
  await lab.open("<p>Page</p>");
  for (const origin of [MEASURE, ADS, STRANGER]) await lab.page.evaluate(askForEverything, origin);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  expect(await lab.ran()).toEqual([]);
  for (const [origin, service] of [[MEASURE, "mesure"], [ADS, "pub"], [STRANGER, null]] as const) {
    const told = (await held(lab)).filter(({ url }) => url.startsWith(origin));
    expect(told.map(({ url }) => url).sort()).toEqual(ELEMENTS.map((name) => `${origin}/${name}`));
    expect(new Set(told.map((one) => one.service))).toEqual(new Set([service]));
  }
  await visitor.refuse();
  await visitor.receipt();
  await lab.atRest();
  expect(lab.hits).toEqual([]);

  const asked = (origin: string) => lab.hits.filter((url) => url.startsWith(origin)).sort();
  const everything = (origin: string) => ELEMENTS.map((name) => `${origin}/${name}`);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => asked(MEASURE)).toEqual(everything(MEASURE));
  // Who made the script still hears of it.
  await expect.poll(() => lab.ran()).toEqual(["script", "loaded", "attribute"]);
  expect(lab.hits).toHaveLength(ELEMENTS.length);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  for (const origin of [ADS, STRANGER]) await expect.poll(() => asked(origin)).toEqual(everything(origin));
});

test("requests without an element are refused, and go through once granted", async ({ lab }) => {
  await lab.open("<p>Page</p>");
  const ask = (origin: string) =>
    lab.page.evaluate(async (origin) => {
      const fetched = await fetch(`${origin}/fetch`).then(() => "answered", (error: Error) => error.name);
      const request = await fetch(new Request(`${origin}/request`)).then(() => "answered", (error: Error) => error.name);
      const xhr = await new Promise<string>((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.onload = () => resolve("answered");
        xhr.onerror = () => resolve("error");
        xhr.open("GET", `${origin}/xhr`);
        xhr.send();
      });
      return [fetched, request, xhr, navigator.sendBeacon(`${origin}/beacon`)];
    }, origin);
  for (const origin of [MEASURE, STRANGER]) expect(await ask(origin)).toEqual(["TypeError", "TypeError", "error", false]);
  expect(lab.hits).toEqual([]);
  expect((await held(lab)).map(({ url }) => new URL(url).pathname)).toEqual(
    Array<string[]>(2).fill(["/fetch", "/request", "/xhr", "/beacon"]).flat(),
  );
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.auditor.count()).toBe(1);
  expect(await ask(MEASURE)).toEqual(["answered", "answered", "answered", true]);
  expect(await ask(STRANGER)).toEqual(["TypeError", "TypeError", "error", false]);
  expect(new Set(lab.hits)).toEqual(new Set(["fetch", "request", "xhr", "beacon"].map((name) => `${MEASURE}/${name}`)));
});

test("the site's own, its subdomains and what the owner exempts are not held", async ({ lab }) => {
  const sub = `http://images.${lab.site}.localhost`;
  const asked: string[] = [];
  lab.page.on("request", (request) => asked.push(request.url()));
  await lab.open(`<script src="/own.js"></script><img alt="" src="${sub}/sub.gif">
    <script data-cookieconsent="ignore" src="${STRANGER}/exempt.js"></script>`);
  await lab.page.evaluate((origin) => {
    const exempt = document.createElement("iframe");
    exempt.dataset["cookieconsent"] = "ignore";
    exempt.src = `${origin}/exempt`;
    document.body.append(exempt);
    new Image().src = "/pixel.gif";
  }, STRANGER);
  await lab.atRest();
  await expect.poll(() => lab.ran()).toEqual(["exempt"]);
  expect(asked).toEqual(
    expect.arrayContaining([`${lab.origin}/own.js`, `${lab.origin}/pixel.gif`, `${sub}/sub.gif`, `${STRANGER}/exempt`]),
  );
  expect(await held(lab)).toEqual([]);
});

test("what the owner has marked goes by the mark, not by its host", async ({ lab }) => {
  await lab.open(`
    ${waitingScript("statistics", `${STRANGER}/marked.js`)}
    <script data-category="preferences" src="${STRANGER}/live.js"></script>
    <iframe title="Film" data-category="marketing" data-src="${STRANGER}/film"></iframe>`);
  await lab.atRest();
  expect(await lab.ran()).toEqual([]);
  await lab.page.locator(".temoin-placeholder [data-action=load]").click();
  await expect(lab.page.frameLocator("iframe").getByText("film")).toBeVisible();
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["marked"]);
  await lab.page.evaluate(() => window.Temoin.set({ preferences: true }));
  await expect.poll(() => lab.ran()).toEqual(["marked", "live"]);
  await lab.atRest();
  expect(lab.hits.filter((url) => url.endsWith("film"))).toHaveLength(1);
});

test("a frame that a script made is closed by a withdrawal, and its address is guarded again", async ({ lab }) => {
  await lab.open("<p>Page</p>");
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await lab.page.evaluate((origin) => {
    const frame = document.createElement("iframe");
    frame.id = "theirs";
    document.body.append(frame);
    frame.src = `${origin}/one`;
  }, MEASURE);
  await expect.poll(() => lab.auditor.count()).toBe(1);
  await expect(lab.page.frameLocator("#theirs").getByText("one")).toBeVisible();
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect(lab.page.locator(".temoin-placeholder")).toBeVisible();
  await lab.page.evaluate((origin) => (document.querySelector<HTMLIFrameElement>("#theirs")!.src = `${origin}/two`), MEASURE);
  await lab.atRest();
  expect(lab.hits).toEqual([`${MEASURE}/one`]);
});

test("a link that a withdrawal takes the ping from stays a link", async ({ lab }) => {
  await lab.open(`<a id="theirs" href="${STRANGER}/page" ping="/own ${ADS}/ping">Link</a>`);
  const link = lab.page.locator("#theirs");
  const ping = `/own ${ADS}/ping`;
  await expect(link).not.toHaveAttribute("ping");
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  await expect(link).toHaveAttribute("ping", ping);
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect(link).not.toHaveAttribute("ping");
  await expect(link).toHaveAttribute("href", `${STRANGER}/page`);
  await link.evaluate((link, ping) => ((link as HTMLAnchorElement).ping = ping), ping);
  await expect(link).not.toHaveAttribute("ping");
});

test("a script that nobody marked and that has run is a reason to offer the reload", async ({ lab, visitor }) => {
  await lab.open(`<script src="${MEASURE}/a.js"></script>`);
  await visitor.accept();
  await visitor.receipt();
  await lab.page.reload();
  await expect.poll(() => lab.ran()).toEqual(["a"]);
  const reload = lab.page.locator(".temoin-reload");
  await lab.page.evaluate(() => window.Temoin.set({ marketing: false }));
  await expect.poll(() => lab.auditor.count()).toBe(2);
  await expect(reload).toBeHidden();
  await lab.page.evaluate(() => window.Temoin.set({ statistics: false }));
  await expect(reload).toBeVisible();
  await Promise.all([lab.page.waitForEvent("load"), reload.locator("[data-action=reload]").click()]);
  await lab.atRest();
  expect(await lab.ran()).toEqual([]);
});

test("cookies and storage keys of what is not granted are not written, by their names", async ({ lab, visitor }) => {
  await lab.open("<p>Page</p>");
  const write = () =>
    lab.page.evaluate(async () => {
      for (const name of ["_m", "_m_12", "_p", "panier"]) {
        document.cookie = `${name}=1; Path=/; Max-Age=1000`;
        // Chromium sends what is assigned and what the cookie store sets by two ways: a read waits until the first has come.
        void document.cookie;
        localStorage.setItem(name, "1");
        sessionStorage.setItem(name, "1");
        await window.cookieStore.set(name + "", "2").catch(() => undefined);
      }
      return {
        // `document.cookie` may be a copy from before the writes of the cookie store.
        cookies: (await window.cookieStore.getAll()).map(({ name, value }) => `${name}=${value}`).filter((pair) => !pair.startsWith("consent_")).sort(),
        local: Object.keys(localStorage).filter((name) => !name.startsWith("consent_")).sort(),
        session: Object.keys(sessionStorage).sort(),
      };
    });
  const kept = (...names: string[]) => ({ cookies: names.map((name) => name + "=2"), local: names, session: names });
  expect(await write()).toEqual(kept("panier"));
  await visitor.refuse();
  await visitor.receipt();
  expect(await write()).toEqual(kept("panier"));
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => visitor.consent()).toMatchObject({ statistics: true });
  expect(await write()).toEqual(kept("_m", "_m_12", "panier"));
  await lab.page.evaluate(() => (document.cookie = "_m_12=; Path=/; Max-Age=0"));
  const names = (await lab.page.context().cookies()).map(({ name }) => name).filter((name) => !name.startsWith("consent_"));
  expect(names.sort()).toEqual(["_m", "panier"]);
});

test("a script that a script writes with document.write is held too", async ({ lab }) => {
  await lab.open(`<script>document.write('<script src="${MEASURE}/written.js"></' + 'script><p id="after">Après</p>')</script>`);
  await lab.atRest();
  await expect(lab.page.locator("#after")).toHaveText("Après");
  expect(lab.hits).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["written"]);
});
