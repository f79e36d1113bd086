/**
 * Choices that other tools have left, in the words those tools really write: Cookiebot's as its
 * documentation has it, vanilla-cookieconsent 3.1's and Klaro 0.7's as their code writes them.
 */
import { expect, service, test, waitingScript, type BrowserState, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

const MEASURE = waitingScript("statistics", "https://tiers.example/mesure.js", "mesure");
const DAY = 86_400_000;

/** The middle of a month long ago, which every month has. */
function months(ago: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 15, 12, 30, 0));
}

/** Cookiebot escapes quotes and commas, and nothing else. */
function cookiebot(at: Date, granted: string[], method = "explicit", stamp = "kQ3Yc8tVhE0bJmWz5N1xRg=="): string {
  const says = ["preferences", "statistics", "marketing"].map((purpose) => `${purpose}:${granted.includes(purpose)}`);
  const text = `{stamp:'${stamp}',necessary:true,${says.join()},method:'${method}',ver:1,utc:${at.getTime()},region:'ca'}`;
  return text.replace(/'/g, "%27").replace(/,/g, "%2C");
}

function vanilla(at: Date, categories: string[], more: Record<string, unknown> = {}): string {
  const time = at.toISOString();
  const text = JSON.stringify({
    categories,
    revision: 0,
    data: null,
    consentTimestamp: time,
    consentId: "aa7bad70-e703-4926-96c9-ff1996c3521d",
    services: { necessary: [], analytics: [], marketing: [] },
    languageCode: "fr",
    lastConsentTimestamp: time,
    expirationTime: at.getTime() + 182 * DAY,
    ...more,
  });
  return encodeURIComponent(text);
}

const klaro = (answers: Record<string, boolean>) => encodeURIComponent(JSON.stringify(answers));

/** A site that takes over the choices of all three. */
async function publish(lab: Lab, changes: Record<string, unknown> = {}): Promise<void> {
  await lab.publish({ import_from: ["cookiebot", "vanilla_cookieconsent", "klaro"], ...changes });
  lab.serve("/", lab.html(MEASURE));
}

async function visitWith(lab: Lab, name: string, value: string): Promise<void> {
  await lab.page.context().addCookies([{ name, value, url: lab.origin }]);
  await lab.page.goto(lab.origin + "/");
}

/** When the stored choice was made and when it ends. */
async function lifetime(visitor: Visitor): Promise<(string | undefined)[]> {
  await expect.poll(async () => (await visitor.stored()).cookie).toMatch(/^c1\./);
  const [, , at, end] = (await visitor.stored()).cookie!.split(".");
  return [at, end].map((text) => new Date(Number(text)).toISOString());
}

const made = months(3);
const end = months(3 - 13);

for (const [tool, name, value, granted] of [
  ["Cookiebot", "CookieConsent", cookiebot(made, ["statistics"]), ["statistics"]],
  ["Cookiebot, all refused", "CookieConsent", cookiebot(made, []), []],
  ["vanilla-cookieconsent", "cc_cookie", vanilla(made, ["analytics", "necessary"]), ["statistics"]],
  ["vanilla-cookieconsent, changed later", "cc_cookie", vanilla(made, ["necessary"], { consentTimestamp: months(20).toISOString() }), []],
] as const) {
  test(`${tool}: taken over as imported, without a banner, with its own end`, async ({ lab, visitor }) => {
    await publish(lab);
    await visitWith(lab, name, value);
    await expect.poll(() => visitor.consentStatus()).toBe(granted.length ? "given" : "refused");
    await expect(visitor.banner).toBeHidden();
    await expect.poll(() => lab.hits).toEqual(granted.length ? ["https://tiers.example/mesure.js"] : []);
    expect(await lifetime(visitor)).toEqual([made.toISOString(), end.toISOString()]);

    const record = await lab.auditor.record((await visitor.receipt()).id);
    const answer = (purpose: string) => ((granted as readonly string[]).includes(purpose) ? "granted" : "denied");
    expect(record).toMatchObject({
      method: "imported",
      layer: "none",
      trusted: false,
      decision: { preferences: answer("preferences"), statistics: answer("statistics"), marketing: answer("marketing") },
    });
    // The server dates the record; what the tool said is kept beside it, and the end counts from there.
    expect(Math.abs(Date.parse(record.time) - Date.now())).toBeLessThan(60_000);
    expect([record.chosen_at, record.valid_until].map((time) => Date.parse(time!))).toEqual([made, end].map(Number));

    // Once.
    visitor.forget();
    await lab.page.reload();
    await lab.atRest();
    expect(visitor.downloadedWidget()).toBe(false);
    await expect(visitor.banner).toBeHidden();
    expect(await lab.auditor.count()).toBe(1);
  });
}

test.describe("Klaro, which asks by service and keeps no date", () => {
  const SERVICES = { services: [service("mesure", "statistics"), service("chaleur", "statistics"), service("pub", "marketing")] };

  for (const [why, answers, statistics, services] of [
    ["all of a purpose: the purpose", { mesure: true, chaleur: true, pub: false }, "granted", undefined],
    ["one of two: that one alone", { mesure: true, chaleur: false, pub: false }, "denied", { mesure: "granted" }],
    ["one, and the other was never asked about: that one alone", { mesure: true, pub: false }, "denied", { mesure: "granted" }],
  ] as const) {
    test(`grants ${why}`, async ({ lab, visitor }) => {
      await publish(lab, SERVICES);
      await visitWith(lab, "klaro", klaro(answers));
      const record = await lab.auditor.record((await visitor.receipt()).id);
      expect(record).toMatchObject({ method: "imported", status: "given", decision: { statistics, marketing: "denied" } });
      expect(record.services).toEqual(services);
      await expect.poll(() => lab.ran()).toEqual(["mesure"]);
      // As old as Klaro's cookie can be.
      const [at] = await lifetime(visitor);
      expect(Math.abs(Date.now() - 120 * DAY - Date.parse(at!))).toBeLessThan(60_000);
    });
  }

  test("of other services alone is nobody's answer here", async ({ lab, visitor }) => {
    await publish(lab, SERVICES);
    await visitWith(lab, "klaro", klaro({ matomo: true }));
    await expect(visitor.banner).toBeVisible();
    expect(await lab.auditor.records()).toEqual([]);
  });
});

test("a service that vanilla-cookieconsent has asked about by name is granted alone", async ({ lab, visitor }) => {
  await publish(lab, { services: [service("mesure", "statistics"), service("chaleur", "statistics")] });
  const services = { necessary: [], analytics: ["mesure"], marketing: [] };
  await visitWith(lab, "cc_cookie", vanilla(made, ["analytics", "necessary"], { services }));
  const record = await lab.auditor.record((await visitor.receipt()).id);
  expect(record.decision).toMatchObject({ statistics: "denied" });
  expect(record.services).toEqual({ mesure: "granted" });
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
});

test("what is too old, corrupt, from the future or no consent at all is asked about", async ({ lab }) => {
  await publish(lab);
  const future = new Date(Date.now() + DAY);
  const yes = ["preferences", "statistics", "marketing"];
  const cases: Record<string, string>[] = [
    { CookieConsent: cookiebot(months(14), yes) },
    { CookieConsent: cookiebot(future, yes) },
    // Use of a site is never consent.
    { CookieConsent: cookiebot(made, yes, "implied") },
    // Where Cookiebot did not ask, and where it waits for an answer.
    { CookieConsent: "-1" },
    { CookieConsent: "0" },
    { CookieConsent: cookiebot(made, yes).replace(/utc:\d+/, "utc:soon") },
    { CookieConsent: cookiebot(made, yes).slice(0, -40) },
    // Our own facade's, for pages that read it.
    { CookieConsent: cookiebot(made, yes, "explicit", "temoin") },
    { CookieConsent: "%" },
    { cc_cookie: vanilla(months(14), ["analytics"]) },
    { cc_cookie: vanilla(future, ["analytics"]) },
    { cc_cookie: vanilla(made, ["analytics"]).slice(0, -20) },
    { cc_cookie: vanilla(made, ["analytics"], { categories: 7 }) },
    { cc_cookie: vanilla(made, ["analytics"], { lastConsentTimestamp: "hier" }) },
    { cc_cookie: encodeURIComponent('{"categories":["analytics"],"level":["analytics"],"revision":0,"data":null,"rfc_cookie":false}') },
    { cc_cookie: "%7B%7D" },
    { cc_cookie: "null" },
    { klaro: "true" },
    { klaro: "%7B%22mesure%22%3Atrue" },
    { klaro: "null" },
    { klaro: klaro({}) },
  ];
  const readings = await lab.read(cases.map((cookies): BrowserState => ({ cookies })));
  readings.forEach((reading, nth) => {
    expect(reading, JSON.stringify(cases[nth])).toEqual({ state: "unasked", asked: true, granted: ["necessary"] });
  });
  // That reading works at all: these two are taken over, which takes the widget.
  const good = await lab.read([{ cookies: { CookieConsent: cookiebot(made, yes) } }, { cookies: { klaro: klaro({ mesure: false }) } }]);
  expect(good.map(({ asked }) => asked)).toEqual([false, false]);
});

test.describe("whoever has answered here is not answered for", () => {
  test("a new question is asked, not answered with what an old tool has kept", async ({ lab, visitor }) => {
    await publish(lab);
    await visitWith(lab, "CookieConsent", cookiebot(made, ["statistics"]));
    await visitor.receipt();
    await publish(lab, { policy: { version: "2", url: "/confidentialite" } });
    await lab.page.reload();
    await expect(visitor.banner).toBeVisible();
    await visitor.refuse();
    await expect.poll(() => lab.auditor.count()).toBe(2);
    await publish(lab, { policy: { version: "3", url: "/confidentialite" } });
    lab.hits.length = 0;
    await lab.page.reload();
    await expect(visitor.banner).toBeVisible();
    expect(await visitor.consentStatus()).toBeNull();
    expect(lab.hits).toEqual([]);
    expect(await lab.auditor.count()).toBe(2);
  });

  test("their own choice stands beside another tool's, before its end and after", async ({ lab, visitor, context }) => {
    await publish(lab);
    await lab.page.goto(lab.origin + "/");
    await visitor.refuse();
    await visitor.receipt();
    await context.addCookies([{ name: "CookieConsent", value: cookiebot(made, ["statistics"]), url: lab.origin }]);
    await lab.page.reload();
    expect(await visitor.consentStatus()).toBe("refused");
    await lab.page.clock.setFixedTime(Date.now() + 400 * DAY);
    await lab.page.reload();
    await expect(visitor.banner).toBeVisible();
    expect(lab.hits).toEqual([]);
    expect(await lab.auditor.count()).toBe(1);
  });
});

test("a site that names no tool takes nothing over", async ({ lab, visitor }) => {
  await publish(lab, { import_from: ["klaro"] });
  await visitWith(lab, "CookieConsent", cookiebot(made, ["statistics"]));
  await expect(visitor.banner).toBeVisible();
  expect(await visitor.consentStatus()).toBeNull();
  expect(lab.hits).toEqual([]);
});
