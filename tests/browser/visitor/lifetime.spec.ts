/** How long a choice lasts, what ends it, and what its storage may hold meanwhile. */
import { MATERIAL, expect, service, test, waitingScript, type BrowserState, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

const DAY = 86_400_000;
const MEASURE = waitingScript("statistics", "https://tiers.example/mesure.js");

/** The same time of day, months later. Only for days that every month has. */
function later(date: Date, months: number): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate(), date.getUTCHours()));
}

for (const [made, end, why] of [
  ["2027-01-31T10:00:00Z", "2028-02-29T10:00:00Z", "31 January, to the leap day"],
  ["2028-01-31T23:59:59Z", "2029-02-28T23:59:59Z", "31 January, to the last of a common February"],
  ["2026-12-31T00:00:00Z", "2028-01-31T00:00:00Z", "31 December, over two ends of a year"],
  ["2027-08-31T00:00:00Z", "2028-09-30T00:00:00Z", "31 August, to a month of thirty days"],
  ["2028-02-29T12:00:00Z", "2029-03-29T12:00:00Z", "the leap day, to 29 March"],
  // In Montréal it is still 28 February: months are counted by one clock everywhere.
  ["2027-03-01T03:00:00Z", "2028-04-01T03:00:00Z", "the first of a month, which is the last of another west of Greenwich"],
] as const) {
  test(`a choice ends thirteen calendar months later, to the second: ${why}`, async ({ lab, visitor, context }) => {
    await lab.publish();
    await lab.page.clock.setFixedTime(made);
    await lab.open(MEASURE);
    await visitor.accept();
    await visitor.receipt();
    const { cookie, local } = await visitor.stored();
    expect(cookie).toBe(local);
    expect(cookie!.split(".").slice(2, 4)).toEqual([made, end].map((at) => String(Date.parse(at))));
    // The browser counts the cookie's life by the real clock, which has not moved.
    const kept = (await context.cookies()).find(({ name }) => name === "consent_temoin")!;
    const life = Date.parse(end) - Date.parse(made);
    expect(Math.abs(kept.expires * 1000 - Date.now() - life)).toBeLessThan(60_000);

    for (const [seconds, holds] of [
      [-1, true],
      [0, false],
      [1, false],
    ] as const) {
      await lab.page.clock.setFixedTime(Date.parse(end) + seconds * 1000);
      lab.hits.length = 0;
      await lab.page.reload();
      expect(await visitor.consentStatus()).toBe(holds ? "given" : null);
      await expect(visitor.banner).toBeVisible({ visible: !holds });
      if (holds) await expect.poll(() => lab.hits).toHaveLength(1);
      else expect(lab.hits).toEqual([]);
    }
  });
}

test("no visit moves the end: not a page, not the dialog, not a year of them", async ({ lab, visitor, context }) => {
  await lab.publish();
  const made = new Date("2027-01-15T10:00:00Z");
  await lab.page.clock.setFixedTime(made);
  await lab.open(MEASURE);
  await visitor.refuse();
  await visitor.receipt();
  const before = [await visitor.stored(), await context.cookies()];
  for (const months of [1, 6, 12]) {
    await lab.page.clock.setFixedTime(later(made, months));
    await lab.page.reload();
    await visitor.reopenDialog();
    await visitor.button("close", visitor.dialog).click();
    expect([await visitor.stored(), await context.cookies()]).toEqual(before);
  }
  expect(await lab.auditor.count()).toBe(1);
});

for (const [law, months, config] of [
  ["the site's own", 3, { reask_after_months: 3 }],
  ["the French preset", 6, { jurisdiction: "FR" }],
  ["the Californian preset", 12, { jurisdiction: "US-CA" }],
] as const) {
  for (const [answer, word] of [
    ["accept", "a yes"],
    ["refuse", "a no"],
  ] as const) {
    test(`after ${months} months (${law}) ${word} is asked anew, and still holds meanwhile`, async ({ lab, visitor }) => {
      await lab.publish(config);
      const made = new Date("2027-01-15T10:00:00Z");
      const again = later(made, months);
      await lab.page.clock.setFixedTime(made);
      await lab.open(MEASURE);
      await visitor[answer]();
      await visitor.receipt();
      const [status, hits] = answer === "accept" ? ["given", ["https://tiers.example/mesure.js"]] : ["refused", []];
      for (const [at, asked] of [
        [again.getTime() - 1000, false],
        [again.getTime(), true],
      ] as const) {
        await lab.page.clock.setFixedTime(at);
        lab.hits.length = 0;
        await lab.page.reload();
        await expect(visitor.banner).toBeVisible({ visible: asked });
        expect(await visitor.consentStatus()).toBe(status);
        await expect.poll(() => lab.hits).toEqual(hits);
      }
      // A new answer starts anew.
      await visitor.refuse();
      await expect.poll(() => lab.auditor.count()).toBe(2);
      const [, , at, end] = (await visitor.stored()).cookie!.split(".");
      expect([at, end].map(Number)).toEqual([again, later(again, 13)].map((date) => date.getTime()));
      await lab.page.reload();
      await expect(visitor.banner).toBeHidden();
      expect(await visitor.consentStatus()).toBe("refused");
    });
  }
}

test.describe("a clock that jumps", () => {
  const now = new Date("2027-05-15T10:00:00Z");
  const jump = (days: number) => now.getTime() + days * DAY;

  test("back or forward, asks where the choice cannot be in force, and finds it again", async ({ lab, visitor }) => {
    await lab.publish();
    await lab.page.clock.setFixedTime(now);
    await lab.open(MEASURE);
    await visitor.accept();
    await visitor.receipt();
    const before = await visitor.stored();
    for (const [days, holds] of [
      [-1, true],
      [-1.01, false],
      [-4000, false],
      [380, true],
      [4000, false],
      [1, true],
    ] as const) {
      await lab.page.clock.setFixedTime(jump(days));
      await lab.page.reload();
      expect(await visitor.consentStatus(), `${days} days`).toBe(holds ? "given" : null);
      await expect(visitor.banner).toBeVisible({ visible: !holds });
    }
    expect(await visitor.stored()).toEqual(before);
  });

  test("after an answer by a wrong clock, the answer by the right one counts", async ({ lab, visitor }) => {
    await lab.publish();
    await lab.page.clock.setFixedTime(jump(700));
    await lab.open(MEASURE);
    await visitor.accept();
    await visitor.receipt();
    await lab.page.clock.setFixedTime(now);
    await lab.page.reload();
    await expect(visitor.banner).toBeVisible();
    await visitor.refuse();
    await expect.poll(() => lab.auditor.count()).toBe(2);
    for (const days of [0, 30]) {
      await lab.page.clock.setFixedTime(jump(days));
      await lab.page.reload();
      expect(await visitor.consentStatus()).toBe("refused");
    }
    // The server's clock was right all along.
    for (const record of await lab.auditor.records()) {
      expect(Math.abs(Date.parse(record.time) - Date.now())).toBeLessThan(60_000);
    }
  });
});

test.describe("what is no choice", () => {
  const at = Date.parse("2026-10-01T00:00:00Z");
  const now = "2026-11-01T00:00:00Z";
  const end = at + 30 * DAY * 13;
  const refusal = `c1.gddd.${at}.${end}.${MATERIAL}`;

  /** Corrupt, foreign, from the future, of another version; the shared list has more of the exact edges. */
  const broken = [
    "null", "undefined", "true", "1", "{}", "[]", '""', "NaN", "c1", "c1.", "c1....", ".....", "p1", "p1.accept_all",
    "%", "%00", "%E0%A4%A", "\u0000", "\ud800", "é🍪", "a".repeat(5000), "c1." + "g".repeat(4000), "g".repeat(3),
    "yes", "gggg", "accept_all", '{"necessary":true,"marketing":true}', "<script>alert(1)</script>", "__proto__", "constructor",
    `c0.gggg.${at}.${end}.${MATERIAL}`, `c3.gggg.${at}.${end}.${MATERIAL}`, `c2.gggg.${at}.${end}`, `C2.gggg.${at}.${end}.${MATERIAL}`, `c1.gggg.${at}.${end}.${MATERIAL}.gconstructor.x`,
    `C1.gggg.${at}.${end}.${MATERIAL}`, `c1.gggg.${at}.${end}`, `c1.gggg.${end}.${at}.${MATERIAL}`,
    `c1.gggg.-${at}.${end}.${MATERIAL}`, `c1.gggg.0x1.${end}.${MATERIAL}`, `c1.gggg.Infinity.Infinity.${MATERIAL}`,
    `c1.gggg.${at}.${at + 400 * DAY}.${MATERIAL}`, `c1.gggg.${Date.parse(now) + 2 * DAY}.${Date.parse(now) + 9 * DAY}.${MATERIAL}`,
    `c1.gggg.${at}.${end}.ffffffffffff`, `c1.gggg.${at}.${end}.${MATERIAL}\n`, `"c1.gggg.${at}.${end}.${MATERIAL}"`,
    `c1.gggg.${at}.${end}.${MATERIAL} `, `c1.gggg.${at}.${at}.${MATERIAL}`, `p1.accept_all.t.${at}.${MATERIAL}.zz`,
    `c1.gggg.${at}.${end}.${MATERIAL}`.split("").reverse().join(""), encodeURIComponent(`{"v":"${refusal}"}`),
  ]; // prettier-ignore

  test("is asked again, wherever it stands, and never throws", async ({ lab }) => {
    await lab.publish();
    // A cookie cannot hold them all: white space at its ends is no part of it, and a control character or a ";" ends it.
    const storable = (text: string) => !/[;\s\u0000-\u001f]|[\ud800-\udfff]/.test(text) && text.length < 4000;
    const cases = [
      ...broken.map((text): BrowserState => ({ local: { consent_temoin: text }, now })),
      ...broken.filter(storable).map((text): BrowserState => ({ cookies: { consent_temoin: text }, now })),
      ...["consent_temoin_wallet", "consent_temoin_outbox"].flatMap((key) =>
        ["x", "null", "[]", '{"receipts":7}', '{"receipts":[null]}', '[{"id":1}]'].map((text): BrowserState => ({ local: { [key]: text }, now })),
      ),
    ];
    expect(cases.length).toBeGreaterThan(90);
    // One valid one, so that it is not the reading that is broken.
    const [valid, ...readings] = await lab.read([{ local: { consent_temoin: refusal }, now }, ...cases]);
    expect(valid).toEqual({ state: "chosen", asked: false, granted: ["necessary"] });
    readings.forEach((reading, nth) => {
      expect(reading, JSON.stringify(cases[nth])).toEqual({ state: "unasked", asked: true, granted: ["necessary"] });
    });
  });

  test("a refusal with a byte changed never grants, unless the byte is the answer", async ({ lab }) => {
    await lab.publish();
    // A generator of our own: a failure must come again.
    let seed = 20_261_101;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const answers = [4, 5, 6, 7];
    const altered = Array.from({ length: 60 }, () => {
      const place = random(refusal.length);
      const byte = String.fromCharCode(33 + random(94));
      const cut = random(3);
      return refusal.slice(0, place) + (cut === 0 ? "" : byte) + refusal.slice(place + (cut === 1 ? 0 : 1));
    }).filter((text) => !answers.some((place) => text[place] === "g") && text !== refusal);
    expect(altered.length).toBeGreaterThan(40);
    const readings = await lab.read(altered.map((text): BrowserState => ({ local: { consent_temoin: text }, now })));
    readings.forEach(({ granted }, nth) => expect(granted, altered[nth]).toEqual(["necessary"]));
  });

  test("the visitor's answer takes the place of every broken value", async ({ lab, visitor, context }) => {
    await lab.publish();
    lab.serve("/", lab.html(MEASURE));
    await context.addCookies([{ name: "consent_temoin", value: "c1.gggg", url: lab.origin }]);
    await lab.page.addInitScript(() => {
      if (localStorage.length) return;
      for (const key of ["consent_temoin", "consent_temoin_wallet", "consent_temoin_outbox"]) localStorage.setItem(key, "{broken");
    });
    await lab.page.goto(lab.origin + "/");
    await expect(visitor.banner).toBeVisible();
    await visitor.accept();
    const { id } = await visitor.receipt();
    expect(await lab.auditor.record(id)).toMatchObject({ method: "accept_all" });
    // An outbox that stays would have every page ask for the widget.
    await expect.poll(() => lab.page.evaluate(() => localStorage.getItem("consent_temoin_outbox"))).toBeNull();
    visitor.forget();
    await lab.page.reload();
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    expect(visitor.downloadedWidget()).toBe(false);
  });
});

test("in a sandboxed frame, without any storage, the choice holds for the page and nothing throws", async ({ lab, visitor }) => {
  await lab.publish();
  lab.serve("/frame", lab.html(MEASURE + '<button data-temoin="open">Témoins</button>'));
  lab.serve("/", `<!doctype html><title>Outside</title><iframe sandbox="allow-scripts" src="/frame" width="1000" height="800"></iframe>`);
  await lab.page.goto(lab.origin + "/");
  const inside = lab.page.frameLocator("iframe").locator("#cookie-consent");
  const frame = () => lab.page.frames().find((frame) => frame.url().endsWith("/frame"))!;
  await expect(inside.locator(".temoin-banner")).toBeVisible();
  expect(await frame().evaluate(() => origin)).toBe("null");
  await expect(frame().evaluate(() => localStorage.length)).rejects.toThrow(/sandboxed/);
  await inside.locator(".temoin-banner [data-action=accept_all]").click();
  await expect(inside.locator(".temoin-banner")).toBeHidden();
  await expect.poll(() => lab.ran(frame())).toEqual(["mesure"]);
  // It can be seen and changed for as long as the page lives.
  await inside.locator(".temoin-reopen").click();
  await expect(inside.locator("dialog input[name=statistics]")).toBeChecked();
  await inside.locator("dialog [data-action=withdraw]").click();
  await expect.poll(() => frame().evaluate(() => window.Temoin.status)).toBe("withdrawn");
  // Its origin is nobody's, so the server keeps no record of it.
  expect(await lab.auditor.records()).toEqual([]);
  await lab.page.reload();
  await expect(inside.locator(".temoin-banner")).toBeVisible();
  expect(visitor.complaints).toEqual([]);
});

test.describe("a new notice", () => {
  /** A visitor accepts under the notice before it; their receipt. */
  async function accepted(lab: Lab, visitor: Visitor): Promise<string> {
    await lab.publish();
    await lab.open(MEASURE);
    await visitor.accept();
    return (await visitor.receipt()).id;
  }

  test("that corrects words asks nobody, and says so", async ({ lab, visitor }) => {
    await accepted(lab, visitor);
    const notice = (await lab.dryRun({})).notice;
    const publication = await lab.publish({
      name: "Le Laboratoire",
      services: [service("mesure", "statistics", { description: { "fr-CA": "Sans coquille.", en: "Without a typo." } }), service("pub", "marketing")],
      controller: { name: "Laboratoire", person_in_charge: "Dominique Roy", contact: "vie-privee@laboratoire.example" },
    });
    expect(publication).toMatchObject({ asks_anew: false, material_changes: [] });
    expect(publication.notice).not.toBe(notice);
    await lab.page.reload();
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    await expect(visitor.banner).toBeHidden();
    expect(await visitor.consentStatus()).toBe("given");
  });

  for (const [what, said, changes] of [
    ["with a new service", "service carte is new (preferences, Tiers inc.)", { services: [service("mesure", "statistics"), service("pub", "marketing"), service("carte", "preferences")] }],
    ["with another recipient", "service pub sends to Autre inc., no longer to Tiers inc.", { services: [service("mesure", "statistics"), service("pub", "marketing", { recipient: "Autre inc." })] }],
    ["with a new version of the policy", "the policy is version 2, no longer 1", { policy: { version: "2", url: "/confidentialite" } }],
    ["with a purpose less", "purpose preferences is gone", { purposes: ["statistics", "marketing"] }],
  ] as const) {
    test(`${what} asks everyone anew, once it is in force, and says why`, async ({ lab, visitor }) => {
      const first = await accepted(lab, visitor);
      expect(await lab.dryRun(changes)).toMatchObject({ asks_anew: true, material_changes: [said] });
      await lab.page.reload();
      await expect.poll(() => lab.ran()).toEqual(["mesure"]);
      await expect(visitor.banner).toBeHidden();

      expect(await lab.publish(changes)).toMatchObject({ asks_anew: true, material_changes: [said] });
      lab.hits.length = 0;
      await lab.page.reload();
      await expect(visitor.banner).toBeVisible();
      expect(await visitor.consentStatus()).toBeNull();
      expect(lab.hits).toEqual([]);
      await visitor.refuse();
      await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first);
      const [before, after] = await lab.auditor.records();
      expect(after).toMatchObject({ previous: first, subject: before!.subject, status: "refused" });
      expect(after!.notice).not.toBe(before!.notice);
      await lab.page.reload();
      await expect(visitor.banner).toBeHidden();
    });
  }

  test("that comes back as it was finds the choices that were made under it", async ({ lab, visitor }) => {
    await accepted(lab, visitor);
    await lab.publish({ policy: { version: "2", url: "/confidentialite" } });
    await lab.page.reload();
    await expect(visitor.banner).toBeVisible();
    await lab.publish({ policy: { version: "1", url: "/confidentialite" } });
    await lab.page.reload();
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    await expect(visitor.banner).toBeHidden();
  });
});
