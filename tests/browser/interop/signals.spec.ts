/** What other people's tags are told, and what the browser tells us: Global Privacy Control. */
import type { BrowserContext, Page } from "@playwright/test";
import { expect, service, test, waitingScript, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

const TAG = "https://mesure.example/tag.js";
const BLOCKED = waitingScript("statistics", TAG, "mesure");
/** The page's own first script, right after ours. */
const PAGE = `<script>(window.dataLayer ??= []).push(["page"])</script>`;

const DENIED = {
  ad_personalization: "denied",
  ad_storage: "denied",
  ad_user_data: "denied",
  analytics_storage: "denied",
  functionality_storage: "denied",
  personalization_storage: "denied",
  security_storage: "granted",
};
const GRANTED = Object.fromEntries(Object.keys(DENIED).map((type) => [type, "granted"]));
const DEFAULT = ["consent", "default", { ...DENIED, wait_for_update: 500 }];
const REDACTION = ["set", "ads_data_redaction", true];

/** What is in `dataLayer`, in order. A command counts only as an `arguments` object: that is how Google's tags know it. */
async function dataLayer(page: Page): Promise<unknown[]> {
  return page.evaluate(() =>
    ((window as unknown as { dataLayer?: object[] }).dataLayer ?? []).filter((entry) => !("event" in entry)).map((entry) => {
      const written = Array.from(entry as ArrayLike<unknown>);
      const command = Object.prototype.toString.call(entry) === "[object Arguments]";
      return command === (written[0] === "consent" || written[0] === "set") ? written : { misshapen: written };
    }),
  );
}

/** The events in `dataLayer`, each with what stands right before it. */
async function events(page: Page): Promise<unknown[]> {
  return page.evaluate(() => {
    const layer = (window as unknown as { dataLayer: { event?: string }[] }).dataLayer;
    return layer.flatMap((entry, at) => (entry.event ? [[(layer[at - 1] as unknown as unknown[])?.[1], entry]] : []));
  });
}

/** A site with this configuration whose statistics tag notes in `dataLayer` that it runs. */
async function publish(lab: Lab, signals: unknown, more: Record<string, unknown> = {}): Promise<void> {
  await lab.publish({ signals, ...more });
  lab.answer(TAG, "text/javascript", `(window.ran ??= []).push("tag"); (window.dataLayer ??= []).push(["tag"])`);
}

test.describe("Google Consent Mode", () => {
  test("basic: all is denied before anything else, the tag is not even asked for, and one update follows a choice", async ({
    lab,
    visitor,
  }) => {
    await publish(lab, { google: {} });
    await lab.open(BLOCKED, PAGE);
    await expect(visitor.banner).toBeVisible();
    expect(await dataLayer(lab.page)).toEqual([DEFAULT, REDACTION, ["page"]]);
    expect(lab.hits).toEqual([]);
    await visitor.accept();
    await visitor.receipt();
    await expect.poll(() => lab.ran()).toEqual(["tag"]);
    expect(await dataLayer(lab.page)).toEqual([DEFAULT, REDACTION, ["page"], ["consent", "update", GRANTED], ["tag"]]);
    expect(lab.hits).toEqual([TAG]);
  });

  for (const mode of ["basic", "advanced"]) {
    test(`${mode}: one event follows the update of each choice, and none a choice made before`, async ({ lab, visitor }) => {
      await publish(lab, { google: { mode } });
      await lab.open(BLOCKED);
      await expect(visitor.banner).toBeVisible();
      expect(await events(lab.page)).toEqual([]);
      const event = (statistics: boolean) => [
        "update",
        { event: "temoin_consent", temoin_consent: { necessary: true, preferences: false, statistics, marketing: false } },
      ];
      await visitor.refuse();
      await visitor.receipt();
      expect(await events(lab.page)).toEqual([event(false)]);
      await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
      await expect.poll(() => lab.auditor.count()).toBe(2);
      expect(await events(lab.page)).toEqual([event(false), event(true)]);
      // The same once more starts no tag a second time.
      await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
      await expect.poll(() => lab.auditor.count()).toBe(3);
      expect(await events(lab.page)).toEqual([event(false), event(true)]);
      await lab.page.reload();
      await expect.poll(() => lab.ran()).toEqual(["tag"]);
      expect(await events(lab.page)).toEqual([]);
    });
  }

  test("basic: a refusal is an update too", async ({ lab, visitor }) => {
    await publish(lab, { google: {} });
    await lab.open(BLOCKED);
    await visitor.refuse();
    await visitor.receipt();
    expect(await dataLayer(lab.page)).toEqual([DEFAULT, REDACTION, ["consent", "update", DENIED]]);
    expect(lab.hits).toEqual([]);
  });

  for (const [purpose, types] of Object.entries({
    preferences: ["functionality_storage", "personalization_storage"],
    statistics: ["analytics_storage"],
    marketing: ["ad_storage", "ad_user_data", "ad_personalization"],
  })) {
    test(`${purpose} alone grants ${types.join(", ")}`, async ({ lab, visitor }) => {
      await publish(lab, { google: {} });
      await lab.open("");
      await lab.page.evaluate((purpose) => window.Temoin.set({ [purpose]: true }), purpose);
      await visitor.receipt();
      const granted = Object.fromEntries(types.map((type) => [type, "granted"]));
      expect((await dataLayer(lab.page)).at(-1)).toEqual(["consent", "update", { ...DENIED, ...granted }]);
    });
  }

  test("waiting, redaction and passing click identifiers on are as the owner says", async ({ lab, visitor }) => {
    await publish(lab, { google: { wait_for_update_ms: 1200, url_passthrough: true, ads_data_redaction: false } });
    await lab.open("");
    await expect(visitor.banner).toBeVisible();
    expect(await dataLayer(lab.page)).toEqual([
      ["consent", "default", { ...DENIED, wait_for_update: 1200 }],
      ["set", "url_passthrough", true],
    ]);
  });

  test("advanced: a tag that obeys runs before the choice, after the default; the others wait", async ({ lab, visitor }) => {
    await publish(lab, { google: { mode: "advanced" } }, {
      services: [service("mesure", "statistics", { consent_mode: true }), service("pub", "marketing")],
    });
    await lab.open(`${BLOCKED}${waitingScript("marketing", "https://pub.example/pub.js", "pub")}`);
    await expect.poll(() => lab.ran()).toEqual(["tag"]);
    await expect(visitor.banner).toBeVisible();
    expect(await dataLayer(lab.page)).toEqual([DEFAULT, REDACTION, ["tag"]]);
    await visitor.accept();
    await visitor.receipt();
    await expect.poll(() => lab.ran()).toEqual(["tag", "pub"]);
    expect(await dataLayer(lab.page)).toEqual([DEFAULT, REDACTION, ["tag"], ["consent", "update", GRANTED]]);
    expect(lab.hits).toEqual([TAG, "https://pub.example/pub.js"]);
  });

  test("a returning visitor: default and update stand before every script of the page", async ({ lab, visitor }) => {
    await publish(lab, { google: {} });
    await lab.open(BLOCKED, PAGE);
    await visitor.accept();
    await visitor.receipt();
    visitor.forget();
    await lab.page.reload();
    await expect.poll(() => lab.ran()).toEqual(["tag"]);
    expect(await dataLayer(lab.page)).toEqual([DEFAULT, REDACTION, ["consent", "update", GRANTED], ["page"], ["tag"]]);
    expect(visitor.downloadedWidget()).toBe(false);
  });

  test("a withdrawal is an update that denies", async ({ lab, visitor }) => {
    await publish(lab, { google: {} });
    await lab.open(BLOCKED);
    await visitor.accept();
    const first = await visitor.receipt();
    await lab.page.evaluate(() => window.Temoin.withdraw());
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first.id);
    const updates = (await dataLayer(lab.page)).filter((entry) => (entry as unknown[])[1] === "update");
    expect(updates).toEqual([
      ["consent", "update", GRANTED],
      ["consent", "update", DENIED],
    ]);
    await lab.page.reload();
    await expect(visitor.reopen).toBeVisible();
    expect(await dataLayer(lab.page)).toEqual([DEFAULT, REDACTION, ["consent", "update", DENIED]]);
  });

  test("where another tab forgets the choice, tags are told and what waited waits again", async ({ lab, visitor, context }) => {
    await publish(lab, { google: {} });
    await lab.open(BLOCKED);
    await visitor.accept();
    await visitor.receipt();
    const other = await context.newPage();
    await other.goto(lab.origin + "/");
    await context.clearCookies();
    await other.evaluate(() => localStorage.clear());
    await expect(visitor.banner).toBeVisible();
    expect((await dataLayer(lab.page)).at(-1)).toEqual(["consent", "update", DENIED]);
    const before = lab.hits.length;
    await lab.page.evaluate((html) => document.body.insertAdjacentHTML("beforeend", html), BLOCKED);
    expect(await lab.page.evaluate(() => window.Temoin.allows("mesure"))).toBe(false);
    await lab.page.evaluate(() => new Promise(requestAnimationFrame));
    expect(lab.hits).toHaveLength(before);
  });
});

test.describe("Microsoft", () => {
  const queues = (page: Page) =>
    page.evaluate(() => {
      const { uetq, clarity } = window as unknown as { uetq?: unknown[]; clarity?: { q?: IArguments[] } };
      return { uetq, clarity: clarity?.q?.map((call) => Array.from(call)) };
    });

  test("UET and Clarity are told by default and after each choice", async ({ lab, visitor }) => {
    await publish(lab, { microsoft_uet: true, clarity: true });
    await lab.open("");
    await expect(visitor.banner).toBeVisible();
    const consent = (ad_Storage: string, analytics_Storage: string) => ["consentv2", { ad_Storage, analytics_Storage }];
    const uetq: unknown[] = ["consent", "default", { ad_storage: "denied" }];
    const clarity = [consent("denied", "denied")];
    expect(await queues(lab.page)).toEqual({ uetq, clarity });
    await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
    const first = await visitor.receipt();
    uetq.push("consent", "update", { ad_storage: "denied" });
    clarity.push(consent("denied", "granted"));
    expect(await queues(lab.page)).toEqual({ uetq, clarity });
    await lab.page.evaluate(() => window.Temoin.acceptAll());
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first.id);
    uetq.push("consent", "update", { ad_storage: "granted" });
    clarity.push(consent("granted", "granted"));
    expect(await queues(lab.page)).toEqual({ uetq, clarity });
    await lab.page.reload();
    await expect(visitor.reopen).toBeVisible();
    expect(await queues(lab.page)).toEqual({
      uetq: ["consent", "default", { ad_storage: "denied" }, "consent", "update", { ad_storage: "granted" }],
      clarity: [consent("denied", "denied"), consent("granted", "granted")],
    });
    expect(await dataLayer(lab.page)).toEqual([]);
  });

  test("a tag that is there already gets the calls itself", async ({ lab, visitor }) => {
    await publish(lab, { microsoft_uet: true, clarity: true });
    lab.serve("/", lab.html("").replace("<meta", `<script>
      window.calls = [];
      window.uetq = { push: (...call) => calls.push(["uetq", ...call]) };
      window.clarity = (...call) => calls.push(["clarity", ...call]);
    </script><meta`));
    await lab.page.goto(lab.origin + "/");
    await visitor.refuse();
    await visitor.receipt();
    const both = { ad_Storage: "denied", analytics_Storage: "denied" };
    expect(await lab.page.evaluate(() => (window as unknown as { calls: unknown[] }).calls)).toEqual([
      ["uetq", "consent", "default", { ad_storage: "denied" }],
      ["clarity", "consentv2", both],
      ["uetq", "consent", "update", { ad_storage: "denied" }],
      ["clarity", "consentv2", both],
    ]);
  });

  test("nobody is told whom the owner does not name", async ({ lab, visitor }) => {
    await lab.publish();
    await lab.open("");
    await visitor.accept();
    await visitor.receipt();
    const names = await lab.page.evaluate(() => ["dataLayer", "uetq", "clarity"].filter((name) => name in window));
    expect(names).toEqual([]);
  });
});

/** What a browser with the signal on says. */
async function sendGpc(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
}

const BOTH = `
  ${waitingScript("statistics", "https://mesure.example/mesure.js", "mesure")}
  ${waitingScript("marketing", "https://pub.example/pub.js", "pub")}`;

const OPT_OUT = { jurisdiction: "US-CA" };

async function onlyRecord(lab: Lab) {
  const records = await lab.auditor.records();
  expect(records).toHaveLength(1);
  return records[0]!;
}

test.describe("Global Privacy Control where consent comes first", () => {
  const note = (visitor: Visitor) => visitor.banner.locator("[data-gpc]");

  test("the banner says that marketing is refused in advance, nothing runs, and the record states the signal", async ({
    lab,
    visitor,
    context,
  }) => {
    await sendGpc(context);
    await lab.publish();
    await lab.open(BOTH);
    await expect(note(visitor)).toHaveText(/Global Privacy Control.*refusé d’avance/);
    expect(await lab.page.evaluate(() => window.Temoin.gpc)).toBe(true);
    expect(await visitor.consent()).toMatchObject({ statistics: false, marketing: false });
    await visitor.customize();
    await expect(visitor.dialog.locator("[data-slot=gpc]")).toContainText("le marketing est désactivé");
    await visitor.box("statistics").check();
    await visitor.button("save", visitor.dialog).click();
    await visitor.receipt();
    expect(await onlyRecord(lab)).toMatchObject({
      gpc: true,
      method: "save",
      decision: { statistics: "granted", marketing: "denied" },
    });
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    expect(lab.hits).toEqual(["https://mesure.example/mesure.js"]);
  });

  test("an express yes still counts, and the dialog then does not say that marketing is off", async ({
    lab,
    visitor,
    context,
  }) => {
    await sendGpc(context);
    await lab.publish();
    await lab.open(BOTH);
    await visitor.accept();
    await visitor.receipt();
    expect(await onlyRecord(lab)).toMatchObject({ gpc: true, method: "accept_all", decision: { marketing: "granted" } });
    await expect.poll(() => lab.ran()).toEqual(["mesure", "pub"]);
    await visitor.reopenDialog();
    await expect(visitor.dialog.locator("[data-slot=gpc]")).toBeHidden();
  });

  test("without the signal nothing is said of it", async ({ lab, visitor }) => {
    await lab.publish();
    await lab.open("");
    await expect(visitor.banner).toBeVisible();
    await expect(note(visitor)).toBeHidden();
    await visitor.refuse();
    await visitor.receipt();
    expect(await onlyRecord(lab)).toMatchObject({ gpc: false });
  });

  test("any value but true is no signal", async ({ lab, visitor, context }) => {
    await context.addInitScript(() => {
      const value = JSON.parse(decodeURIComponent(location.search.slice(1)) || "null");
      Object.defineProperty(navigator, "globalPrivacyControl", { value });
    });
    await lab.publish();
    await lab.open("");
    for (const value of [false, null, 1, 0, "1", "true", {}, [true]]) {
      await lab.page.goto(`${lab.origin}/?${encodeURIComponent(JSON.stringify(value))}`);
      await expect(visitor.banner).toBeVisible();
      await expect(note(visitor), JSON.stringify(value)).toBeHidden();
      expect(await lab.page.evaluate(() => window.Temoin.gpc), JSON.stringify(value)).toBe(false);
    }
    // The same page does see the signal itself.
    await lab.page.goto(`${lab.origin}/?true`);
    await expect(note(visitor)).toBeVisible();
  });
});

test.describe("where the law lets trackers run until the visitor objects", () => {
  test("they run, and stop when the visitor objects", async ({ lab, visitor }) => {
    await lab.publish(OPT_OUT);
    await lab.open(BOTH);
    await expect.poll(() => lab.ran()).toEqual(["mesure", "pub"]);
    expect(await visitor.consentStatus()).toBeNull();
    expect(await lab.auditor.records()).toEqual([]);
    await visitor.refuse();
    await visitor.receipt();
    expect(await onlyRecord(lab)).toMatchObject({ method: "reject_all", status: "refused", gpc: false });
    lab.hits.length = 0;
    await lab.page.reload();
    await expect(visitor.reopen).toBeVisible();
    expect(await visitor.consent()).toMatchObject({ statistics: false, marketing: false });
    await lab.atRest();
    expect(lab.hits).toEqual([]);
  });

  test("Global Privacy Control is the objection: marketing never runs, no banner, recorded and shown as honoured", async ({
    lab,
    visitor,
    context,
  }) => {
    await sendGpc(context);
    await lab.publish({ ...OPT_OUT, signals: { google: {} } });
    await lab.open(BOTH);
    await visitor.receipt();
    await expect(visitor.banner).toBeHidden();
    expect(await onlyRecord(lab)).toMatchObject({
      method: "gpc",
      gpc: true,
      layer: "none",
      decision: { preferences: "granted", statistics: "granted", marketing: "denied" },
    });
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    expect(lab.hits).toEqual(["https://mesure.example/mesure.js"]);
    const ads = { ad_personalization: "denied", ad_storage: "denied", ad_user_data: "denied" };
    expect(await dataLayer(lab.page)).toEqual([
      ["consent", "default", { ...GRANTED, ...ads, wait_for_update: 500 }],
      REDACTION,
      ["consent", "update", { ...GRANTED, ...ads }],
    ]);
    await visitor.reopenDialog();
    await expect(visitor.dialog.locator("[data-slot=gpc]")).toContainText("votre refus est respecté");
    // It is asked once: the next page knows.
    await lab.page.reload();
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    await onlyRecord(lab);
  });

  test("the signal holds without WebAssembly, and is recorded when there is some", async ({ lab, visitor, context }) => {
    await sendGpc(context);
    await context.route("**/*.wasm", (route) => route.abort());
    await lab.publish(OPT_OUT);
    await lab.open(BOTH);
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    await lab.atRest();
    expect(lab.hits).toEqual(["https://mesure.example/mesure.js"]);
    await expect(visitor.banner).toBeHidden();
    expect(await lab.auditor.records()).toEqual([]);
    await context.unroute("**/*.wasm");
    await lab.page.reload();
    await visitor.receipt();
    expect(await onlyRecord(lab)).toMatchObject({ method: "gpc", decision: { marketing: "denied" } });
  });

  test("a refusal holds from the click on, without WebAssembly too", async ({ lab, visitor, context }) => {
    await context.route("**/*.wasm", (route) => route.abort());
    await lab.publish({ ...OPT_OUT, signals: { google: {} } });
    await lab.open(`${BOTH}<iframe data-category="marketing" data-src="https://video.example/film" title="Film"></iframe>`);
    await expect.poll(() => lab.page.frames().map((frame) => frame.url())).toContain("https://video.example/film");
    await visitor.refuse();
    await expect.poll(() => lab.page.frames().map((frame) => frame.url())).not.toContain("https://video.example/film");
    expect((await dataLayer(lab.page)).at(-1)).toEqual(["consent", "update", DENIED]);
    lab.hits.length = 0;
    await lab.page.reload();
    await expect(visitor.reopen).toBeVisible();
    await lab.atRest();
    expect(lab.hits).toEqual([]);
    await context.unroute("**/*.wasm");
    await lab.page.reload();
    await visitor.receipt();
    expect(await onlyRecord(lab)).toMatchObject({ method: "reject_all", layer: "banner", status: "refused" });
    expect((await dataLayer(lab.page)).filter((entry) => (entry as unknown[])[1] === "update")).toEqual([
      ["consent", "update", DENIED],
    ]);
  });
});

test.describe("Do Not Track is neither a consent nor a refusal", () => {
  test.beforeEach(({ context }) =>
    context.addInitScript(() => Object.defineProperty(navigator, "doNotTrack", { value: "1" })),
  );

  test("where consent comes first the visitor is asked as ever", async ({ lab, visitor }) => {
    await lab.publish();
    await lab.open(BOTH);
    await expect(visitor.banner.locator("[data-gpc]")).toBeHidden();
    await visitor.accept();
    await visitor.receipt();
    await expect.poll(() => lab.ran()).toEqual(["mesure", "pub"]);
    expect(await onlyRecord(lab)).toMatchObject({ method: "accept_all", gpc: false });
  });

  test("where it does not, trackers run until the visitor objects", async ({ lab, visitor }) => {
    await lab.publish(OPT_OUT);
    await lab.open(BOTH);
    await expect.poll(() => lab.ran()).toEqual(["mesure", "pub"]);
    await expect(visitor.banner).toBeVisible();
    expect(await lab.auditor.records()).toEqual([]);
  });
});
