/** Pages written for Cookiebot, unchanged: what they read, call, listen to and hide. */
import type { Page } from "@playwright/test";
import { expect, service, test, type Lab } from "../support/lab";

/** What such pages use; its members are what Cookiebot's own documentation names. */
interface Facade {
  consent: Record<string, unknown>;
  consentID: string;
  consented: boolean;
  declined: boolean;
  hasResponse: boolean;
  changed: boolean;
  doNotTrack: boolean;
  regulations: Record<string, boolean>;
  show(): void;
  hide(): void;
  renew(): void;
  withdraw(): void;
  runScripts(): void;
  submitCustomConsent(preferences: boolean, statistics: boolean, marketing: boolean): void;
  getScript(url: string, async?: boolean, loaded?: () => void): void;
}

type CookiebotPage = Window & { Cookiebot: Facade; CookieConsent: Facade; heard: string[] };

const NAMES = ["OnLoad", "OnDialogInit", "OnDialogDisplay", "OnConsentReady", "OnAccept", "OnDecline", "OnTagsExecuted"];

/** Listens as pages do: to the events on `window`, and by functions of the page's own. */
const LISTENING = `<script>
  window.heard = [];
  for (const name of ${JSON.stringify(NAMES)}) {
    addEventListener("Cookiebot" + name, () => heard.push(name));
    window["CookiebotCallback_" + name] = () => heard.push("callback " + name);
  }
</script>`;

const TAG = "https://mesure.example/mesure.js";
const BLOCKED = `
  <script type="text/plain" data-cookieconsent="statistics" src="${TAG}"></script>
  <script type="text/plain" data-cookieconsent="marketing">(window.ran ??= []).push("marketing")</script>`;

/** Publishes a site with the facade and opens a page of it. */
async function open(lab: Lab, body = BLOCKED, config: Record<string, unknown> = {}): Promise<void> {
  await lab.publish({ cookiebot_api: true, ...config });
  await lab.open(body, LISTENING);
}

/** The facade's properties, as JSON shows them. */
async function facade(page: Page): Promise<Facade> {
  return page.evaluate(() => JSON.parse(JSON.stringify((window as unknown as CookiebotPage).Cookiebot)));
}

/** The events so far, without their callbacks; each must have had its callback right before. */
async function heard(page: Page): Promise<string[]> {
  const all = await page.evaluate(() => (window as unknown as CookiebotPage).heard);
  const events = all.filter((name) => !name.startsWith("callback "));
  expect(all).toEqual(events.flatMap((name) => ["callback " + name, name]));
  return events;
}

/** The cookie as it is sent, and as the documentation's server code reads it. */
async function cookie(lab: Lab): Promise<{ raw: string; read: Record<string, unknown> } | undefined> {
  const found = (await lab.page.context().cookies()).find(({ name }) => name === "CookieConsent");
  if (!found) return undefined;
  // Their PHP example: unescape, double the quotes, quote the names and the bare values.
  const text = decodeURIComponent(found.value).replaceAll("'", '"');
  const named = text.replace(/([{[,])\s*(\w+?):/g, '$1"$2":').replace(/\s*:\s*(\w+?)([}[,])/g, ':"$1"$2');
  return { raw: found.value, read: JSON.parse(named) };
}

test("without the option there is nothing of it", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open("", LISTENING);
  await visitor.accept();
  await visitor.receipt();
  expect(await lab.page.evaluate(() => ["Cookiebot", "CookieConsent"].filter((name) => name in window))).toEqual([]);
  expect(await heard(lab.page)).toEqual([]);
  expect(await cookie(lab)).toBeUndefined();
});

test("before a choice: nothing is granted, nothing answered, and no cookie is set", async ({ lab, visitor }) => {
  await open(lab);
  await expect(visitor.banner).toBeVisible();
  expect(await facade(lab.page)).toMatchObject({
    consent: { necessary: true, preferences: false, statistics: false, marketing: false, method: null, stamp: "0" },
    consented: false,
    declined: false,
    hasResponse: false,
    changed: false,
    doNotTrack: false,
    regulations: { gdprApplies: true, ccpaApplies: false, lgpdApplies: false },
  });
  expect(await heard(lab.page)).toEqual(["OnLoad", "OnDialogInit", "OnDialogDisplay"]);
  expect(await lab.page.evaluate(() => (window as unknown as CookiebotPage).CookieConsent === (window as unknown as CookiebotPage).Cookiebot)).toBe(true);
  expect(await cookie(lab)).toBeUndefined();
  expect(lab.hits).toEqual([]);
});

test("accepting: the events in order, the tags run before OnTagsExecuted, the cookie is as pages parse it", async ({
  lab,
  visitor,
}) => {
  await open(lab);
  await lab.page.evaluate(() =>
    addEventListener("CookiebotOnTagsExecuted", () => ((window as any).executed = [...(window as any).ran])),
  );
  await visitor.accept();
  const { id } = await visitor.receipt();
  await expect.poll(() => heard(lab.page)).toEqual([
    ...["OnLoad", "OnDialogInit", "OnDialogDisplay"],
    ...["OnConsentReady", "OnAccept", "OnTagsExecuted"],
  ]);
  expect(await lab.page.evaluate(() => (window as any).executed)).toEqual(["mesure", "marketing"]);
  expect(await facade(lab.page)).toMatchObject({
    consent: { necessary: true, preferences: true, statistics: true, marketing: true, method: "explicit", stamp: id },
    consented: true,
    declined: false,
    hasResponse: true,
    changed: true,
  });
  const { raw, read } = (await cookie(lab))!;
  expect(raw).toMatch(
    /^\{stamp:%27temoin%27%2Cnecessary:true%2Cpreferences:true%2Cstatistics:true%2Cmarketing:true%2Cmethod:%27explicit%27%2Cver:1%2Cutc:\d{13}\}$/,
  );
  expect(read).toMatchObject({ necessary: "true", preferences: "true", statistics: "true", marketing: "true", method: "explicit" });
  // It is no second store: the proof and the choice are ours.
  expect((await visitor.stored()).cookie).toMatch(/^c1\.gggg\./);
});

test("refusing is OnDecline; a returning visitor's page hears it again, unchanged", async ({ lab, visitor }) => {
  await open(lab);
  await visitor.refuse();
  await visitor.receipt();
  await expect.poll(async () => (await heard(lab.page)).slice(3)).toEqual(["OnConsentReady", "OnDecline", "OnTagsExecuted"]);
  const before = (await cookie(lab))!;
  expect(before.read).toMatchObject({ necessary: "true", statistics: "false", marketing: "false" });
  await lab.page.reload();
  await expect.poll(() => heard(lab.page)).toEqual(["OnLoad", "OnConsentReady", "OnDecline", "OnTagsExecuted"]);
  expect(await facade(lab.page)).toMatchObject({ consented: false, declined: true, hasResponse: true, changed: false });
  expect(await cookie(lab)).toEqual(before);
  expect(await lab.ran()).toEqual([]);
  expect(lab.hits).toEqual([]);
});

test("a page that reloads itself where `changed` says so does it once", async ({ lab, visitor }) => {
  await open(lab);
  lab.serve("/", lab.html(BLOCKED, `<script>addEventListener("CookiebotOnAccept", () => Cookiebot.changed && location.reload())</script>`));
  await lab.page.reload();
  let loads = 0;
  lab.page.on("domcontentloaded", () => loads++);
  await visitor.accept();
  await expect.poll(() => loads).toBe(1);
  await visitor.receipt();
  await expect.poll(() => lab.ran()).toEqual(["mesure", "marketing"]);
  expect(loads).toBe(1);
  expect(await lab.auditor.records()).toHaveLength(1);
});

test("submitCustomConsent and withdraw are decisions, recorded as a script's", async ({ lab, visitor }) => {
  await open(lab);
  await lab.page.evaluate(() => (window as unknown as CookiebotPage).Cookiebot.submitCustomConsent(false, true, false));
  const first = await visitor.receipt();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  expect(await facade(lab.page)).toMatchObject({ consent: { preferences: false, statistics: true, marketing: false } });
  await expect.poll(async () => (await heard(lab.page)).at(-1)).toBe("OnTagsExecuted");
  await lab.page.evaluate(() => (window as unknown as CookiebotPage).Cookiebot.withdraw());
  await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first.id);
  expect(await facade(lab.page)).toMatchObject({ consent: { statistics: false }, consented: false, declined: true });
  expect((await cookie(lab))!.read).toMatchObject({ statistics: "false" });
  const records = await lab.auditor.records();
  expect(records.map(({ method, trusted, decision }) => [method, trusted, decision["statistics"]])).toEqual([
    ["api", false, "granted"],
    ["withdraw", false, "denied"],
  ]);
  expect((await heard(lab.page)).slice(-3)).toEqual(["OnConsentReady", "OnDecline", "OnTagsExecuted"]);
});

test("renew, show and hide bring the banner and take it away; the choice stays until another is made", async ({
  lab,
  visitor,
}) => {
  await open(lab, `<a href="javascript:Cookiebot.renew()">Modifier mes témoins</a>`);
  await visitor.refuse();
  await visitor.receipt();
  await lab.page.getByRole("link", { name: "Modifier" }).click();
  await expect(visitor.banner).toBeVisible();
  expect((await heard(lab.page)).slice(-2)).toEqual(["OnDialogInit", "OnDialogDisplay"]);
  expect(await visitor.consentStatus()).toBe("refused");
  await lab.page.evaluate(() => (window as unknown as CookiebotPage).Cookiebot.hide());
  await expect(visitor.banner).toBeHidden();
  await lab.page.evaluate(() => (window as unknown as CookiebotPage).Cookiebot.show());
  await visitor.accept();
  await expect.poll(async () => (await lab.auditor.records()).map(({ method }) => method)).toEqual(["reject_all", "accept_all"]);
});

test("getScript loads a script and calls back; runScripts is there", async ({ lab }) => {
  await open(lab, "");
  const called = await lab.page.evaluate(
    () =>
      new Promise((done) => {
        const { Cookiebot } = window as unknown as CookiebotPage;
        Cookiebot.runScripts();
        Cookiebot.getScript("https://carte.example/carte.js", true, () => done("loaded"));
      }),
  );
  expect(called).toBe("loaded");
  await expect.poll(() => lab.ran()).toEqual(["carte"]);
});

test("elements for those who agreed, and for those who did not, are shown accordingly, those added later too", async ({
  lab,
  visitor,
}) => {
  const kinds = ["", "-preferences", "-statistics", "-marketing"];
  const elements = kinds
    .flatMap((kind) => ["optin", "optout"].map((side) => `<p class="cookieconsent-${side}${kind}">${side}${kind}</p>`))
    .join("");
  await open(lab, elements);
  const shown = async () => (await lab.page.locator("main p:visible").allTextContents()).sort();
  const out = ["optout", "optout-marketing", "optout-preferences", "optout-statistics"];
  await expect(visitor.banner).toBeVisible();
  expect(await shown()).toEqual(out);
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(shown).toEqual(["optin-statistics", "optout", "optout-marketing", "optout-preferences"]);
  await lab.page.evaluate((html) => (document.querySelector("main")!.innerHTML = html), elements);
  await expect.poll(shown).toEqual(["optin-statistics", "optout", "optout-marketing", "optout-preferences"]);
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(shown).toEqual(["optin", "optin-marketing", "optin-preferences", "optin-statistics"]);
});

test("tag managers hear in dataLayer what was agreed to, after the consent update", async ({ lab, visitor }) => {
  await open(lab, "", { signals: { google: {} } });
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await visitor.receipt();
  const entries = await lab.page.evaluate(() =>
    (window as unknown as { dataLayer: (ArrayLike<unknown> & { event?: string })[] }).dataLayer.map((entry) => entry.event ?? entry[1]),
  );
  expect(entries).toEqual(["default", "ads_data_redaction", "update", "temoin_consent", "cookie_consent_statistics", "cookie_consent_update"]);
});

test("callbacks that throw, and the older names, work as well", async ({ lab, visitor }) => {
  await lab.publish({ cookiebot_api: true });
  await lab.open("", `<script>
    window.older = [];
    function CookiebotCallback_OnAccept() { throw new Error("the page's own"); }
    function CookieConsentCallback_OnAccept() { older.push("callback"); }
    addEventListener("CookieConsentOnAccept", () => older.push("event"));
  </script>`);
  await visitor.accept();
  await visitor.receipt();
  expect(await lab.page.evaluate(() => (window as any).older)).toEqual(["callback", "event"]);
});

test("the facade's own cookie is not taken for a choice of another tool", async ({ lab, visitor, context }) => {
  await open(lab, "", { import_from: ["cookiebot"], services: [service("mesure", "statistics")], purposes: ["statistics"] });
  await visitor.accept();
  await visitor.receipt();
  await context.clearCookies({ name: "consent_temoin" });
  await lab.page.evaluate(() => localStorage.clear());
  await lab.page.reload();
  await expect(visitor.banner).toBeVisible();
  expect(await visitor.consentStatus()).toBeNull();
  expect((await cookie(lab))!.raw).toContain("statistics:true");
});
