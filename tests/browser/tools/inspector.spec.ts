/** The inspector: started by a site's owner in their own page, by the bookmark that publishing answers. */
import { SCHEMES, violations } from "../support/accessibility";
import { Lab, expect, service, test } from "../support/lab";
import { CONSENT, OWNER } from "../support/environment";
import { ENGLISH, FRENCH } from "../../../consent-widget/inspector/words";
import type { Locator } from "@playwright/test";

const TRACKER = "https://pub.example/balise.js";
const STRANGER = "https://inconnu.example/pixel.gif";
const PAGE = `
  <h1>Nos nouvelles</h1>
  <script src="${TRACKER}"></script>
  <img src="${STRANGER}" alt="">
  <script type="text/plain" data-category="statistics" data-service="mesure" data-src="https://mesure.example/m.js"></script>
  <script>document.cookie = "_ga=GA1.1; path=/"; localStorage.setItem("inconnue", "1");</script>`;

async function start(lab: Lab, body = PAGE, head = ""): Promise<Locator> {
  const publication = await lab.publish({
    services: [service("mesure", "statistics", { hosts: ["mesure.example"] }), service("pub", "marketing", { hosts: ["pub.example"] })],
  });
  await lab.open(body, head);
  await lab.page.evaluate(publication.inspector.replace("javascript:", ""));
  const panel = lab.page.locator("temoin-inspector section[role=dialog]");
  await expect(panel).toBeVisible();
  return panel;
}

async function inspect(panel: Locator, token = OWNER): Promise<void> {
  await panel.locator("input").fill(token);
  await panel.locator("button.main").click();
}

const entry = (panel: Locator, name: string): Locator => panel.locator("li").filter({ has: panel.page().locator(".name", { hasText: name }) });

test("names what nothing holds, with the very tag to write", async ({ lab }) => {
  const panel = await start(lab);
  await inspect(panel);
  const tracker = entry(panel, TRACKER);
  await expect(tracker).toHaveAttribute("data-state", "loose");
  await expect(tracker.locator(".add")).toHaveText(`<script type="text/plain" data-category="marketing" data-service="pub" data-src="${TRACKER}"></script>`);
  await expect(tracker).toContainText("Votre configuration range pub.example sous le service pub.");
  const stranger = entry(panel, STRANGER);
  await expect(stranger).toHaveAttribute("data-state", "loose");
  await expect(stranger.locator(".add")).toHaveText(`<img data-category="marketing" data-src="${STRANGER}">`);
});

test("says what waits and why, and what no service lists", async ({ lab }) => {
  const panel = await start(lab);
  await inspect(panel);
  const held = entry(panel, "https://mesure.example/m.js");
  await expect(held).toHaveAttribute("data-state", "held");
  await expect(held).toContainText("Il est marqué, et attend : statistiques.");
  const cookie = entry(panel, "_ga");
  await expect(cookie).toContainText("Google Analytics");
  await expect(cookie.locator(".add")).toHaveText('{"name":"_ga","lifetime":"P2Y"}');
  await expect(entry(panel, "inconnue")).toHaveAttribute("data-state", "loose");
  await expect(panel.locator(".count.held b")).toHaveText("1");
});

test("lists what waits under the names that the loader gives it", async ({ lab }) => {
  const mark = 'data-category="marketing"';
  const panel = await start(
    lab,
    `<img alt="" ${mark} data-src="https://pub.example/image.gif"><img alt="" ${mark} data-srcset="https://pub.example/set.gif 1x">`,
    `<link rel="stylesheet" ${mark} data-href="https://pub.example/style.css">`,
  );
  await expect(lab.page.locator("[data-held-src],[data-held-srcset],[data-held-href]")).toHaveCount(3);
  await inspect(panel);
  for (const name of ["image.gif", "set.gif", "style.css"]) {
    await expect(entry(panel, `https://pub.example/${name}`)).toHaveAttribute("data-state", "held");
  }
});

/** What is told of in the panel of the next test: something in each state, a retention, a reason of each kind that a page can bring. */
const EVERYTHING = `${PAGE}
  <script type="text/plain" data-category="analytics" data-src="https://mesure.example/deux.js"></script>
  <iframe data-category="Ads, targeting" data-src="https://film.example/film" title="Film"></iframe>
  <script>document.cookie = "PHPSESSID=1; path=/"; document.cookie = "_fbp=1; path=/"; document.cookie = "lang=1; path=/"; document.cookie = "session=1; path=/";</script>`;

for (const [lang, words, years] of [
  ["fr", FRENCH, "2 ans"],
  ["en", ENGLISH, "2 years"],
] as const) {
  test(`every text of the panel comes from its table: ${lang}`, async ({ lab }) => {
    const panel = await start(lab, EVERYTHING, `<script>document.documentElement.lang = "${lang}"</script>`);
    /** Every string of the table, in pieces where something stands in its places. */
    const strings = (value: unknown): string[] =>
      typeof value === "string" ? value.split(/\{\w+\}/) : Object.values(value as object).flatMap(strings);
    const known = new Set([...strings(words), ...Object.values(words.purposes).map((purpose) => purpose.toLowerCase()), "×", "·"].map((text) => text.trim()));
    const foreign = () =>
      panel.evaluate((panel) => {
        const texts: string[] = [];
        const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) if (!walker.currentNode.parentElement!.closest("code, [translate=no], .count b")) texts.push(walker.currentNode.textContent!.trim());
        const named = [...panel.querySelectorAll("[aria-label], [title], [placeholder]")].map((each) => each.getAttribute("aria-label") ?? each.getAttribute("title") ?? "");
        return [...texts, ...named];
      });
    const unknown = async () => (await foreign()).filter((text) => text && !known.has(text));
    expect(await unknown()).toEqual([]);
    await inspect(panel, "un-autre-jeton");
    await expect(panel.getByRole("status")).toHaveText(words.wrongToken);
    await inspect(panel);
    await expect(entry(panel, TRACKER)).toBeVisible();
    expect(await unknown()).toEqual([]);
    await expect(entry(panel, "_ga")).toContainText(years);
    const said = await panel.evaluate((panel) => [...panel.querySelectorAll("p:not(.name), h2")].map((each) => each.textContent).join(" "));
    expect(said).not.toMatch(/\bPT?\d/);
    expect(await panel.locator(".count").allTextContents()).toHaveLength(Object.keys(words.states).length);
  });
}

test("a mark that names no purpose is a mistake, with what to write", async ({ lab }) => {
  const panel = await start(lab, EVERYTHING);
  await inspect(panel);
  const script = entry(panel, "https://mesure.example/deux.js");
  await expect(script).toHaveAttribute("data-state", "mistaken");
  await expect(script).toContainText("« analytics »");
  await expect(script.locator(".add")).toHaveText(`<script type="text/plain" data-category="statistics" data-service="mesure" data-src="https://mesure.example/deux.js"></script>`);
  await expect(entry(panel, "https://film.example/film").locator(".add")).toHaveText(`<iframe data-category="marketing" data-src="https://film.example/film" title="Film"></iframe>`);
  await expect(panel.locator(".count.held")).toHaveText(/Bloqué/);
});

test("follows a choice", async ({ lab, visitor }) => {
  const panel = await start(lab);
  await inspect(panel);
  await expect(entry(panel, TRACKER)).toHaveAttribute("data-state", "loose");
  await visitor.page.evaluate(() => window.Temoin.acceptAll());
  await expect(entry(panel, TRACKER)).toHaveAttribute("data-state", "allowed");
  await expect(entry(panel, "_ga")).toHaveAttribute("data-state", "undeclared");
});

test("a wrong token is told, and asks again", async ({ lab }) => {
  const panel = await start(lab);
  await inspect(panel, "un-autre-jeton");
  await expect(panel.getByRole("status")).toHaveText("Ce jeton n’est pas celui d’un inspecteur de ce site.");
  await inspect(panel);
  await expect(entry(panel, TRACKER)).toBeVisible();
});

test("without a network it says so", async ({ lab }) => {
  const panel = await start(lab);
  await lab.page.route("**/classifications", (route) => route.abort());
  await inspect(panel);
  await expect(panel.getByRole("status")).toContainText("n’a pas pu être joint");
});

test("asks nothing of the server before there is a token, and visitors never download it", async ({ lab }) => {
  const asked: string[] = [];
  lab.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await start(lab);
  expect(asked.filter((path) => path.includes("classifications"))).toEqual([]);
  const before = asked.filter((path) => path.startsWith("/i/")).length;
  await lab.page.reload();
  await expect(lab.page.locator("#cookie-consent")).toBeAttached();
  expect(asked.filter((path) => path.startsWith("/i/")).length).toBe(before);
});

test("what a page names is only ever text", async ({ lab }) => {
  const name = "x<img src=x onerror=alert(1)>";
  const panel = await start(lab, `<script>localStorage.setItem(${JSON.stringify(name)}, "1");</script>`);
  await inspect(panel);
  await expect(entry(panel, name)).toBeVisible();
  await expect(panel.locator("img")).toHaveCount(0);
});

test("closes with Escape from within and by its button, and the bookmark opens it again", async ({ lab }) => {
  const panel = await start(lab);
  await panel.locator("input").press("Escape");
  await expect(panel).toHaveCount(0);
  const again = (site: string) => import(site).then((it: { open(): void }) => it.open());
  await lab.page.evaluate(again, `${CONSENT}/i/${lab.site}.js`);
  await lab.page.evaluate(again, `${CONSENT}/i/${lab.site}.js`);
  await expect(panel).toHaveCount(1);
  await panel.locator("button.icon").click();
  await expect(panel).toHaveCount(0);
});

test("a policy that forbids it to ask is told", async ({ lab }) => {
  const policy = `<meta http-equiv="content-security-policy" content="connect-src 'self'">`;
  const panel = await start(lab, PAGE, policy);
  await inspect(panel);
  await expect(panel.getByRole("status")).toContainText("connect-src");
});

for (const scheme of SCHEMES) {
  for (const width of [1280, 320]) {
    test(`is accessible and fits: ${scheme}, ${width} px`, async ({ lab }) => {
      await lab.page.emulateMedia({ colorScheme: scheme });
      await lab.page.setViewportSize({ width, height: 720 });
      const hostile = "<style>body *, temoin-inspector { display: none !important; visibility: hidden !important; color: red !important; font-size: 40px !important } section { width: 9px }</style>";
      const panel = await start(lab, PAGE, hostile);
      expect(await violations(lab.page, "temoin-inspector")).toEqual([]);
      await inspect(panel);
      await expect(entry(panel, TRACKER)).toBeVisible();
      expect(await violations(lab.page, "temoin-inspector")).toEqual([]);
      const box = (await panel.boundingBox())!;
      expect(box.x >= 0 && box.x + box.width <= width, JSON.stringify(box)).toBe(true);
      const overflows = await panel.evaluate((panel) => panel.scrollWidth > panel.clientWidth);
      expect(overflows).toBe(false);
    });
  }
}
