/** What a page's own scripts can ask, are told, and are told by their compiler. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, service, test, waitingScript } from "../support/lab";
import { HOME, loads, test as demo } from "../support/demo-sites";
import { CONSENT } from "../support/environment";

/** Everything the page was told, in order, with its details. */
async function listen(page: Page): Promise<() => Promise<[string, any][]>> {
  await page.addInitScript(() => {
    const heard: [string, unknown][] = [];
    (window as any).heard = heard;
    for (const name of ["ready", "shown", "consent", "change", "withdraw", "receipt", "error", "held"]) {
      addEventListener("temoin:" + name, (event) => heard.push([name, (event as CustomEvent).detail]));
    }
  });
  return () => page.evaluate(() => (window as any).heard);
}

const NOTHING = { necessary: true, preferences: false, statistics: false, marketing: false };
const ALL = { necessary: true, preferences: true, statistics: true, marketing: true };

demo("a call made before the widget is there is queued", async ({ visitor, page, auditor }) => {
  await visitor.visit(HOME);
  await page.evaluate(() => (window as any).Temoin.set({ statistics: true }));
  const { id } = await visitor.receipt();
  expect(await auditor.record(id)).toMatchObject({
    method: "api",
    layer: "none",
    trusted: false,
    decision: { preferences: "denied", statistics: "granted", marketing: "denied" },
  });
  await expect.poll(loads).toMatchObject({ analytics: 1, pixel: 0, preferences: 0 });
  expect(await visitor.consent()).toMatchObject({ statistics: true, marketing: false });
});

demo("events tell the page what happened, in order", async ({ visitor, page }) => {
  const heard = await listen(page);
  await visitor.visit(HOME);
  await visitor.accept();
  await visitor.receipt();
  expect((await heard()).map(([name]) => name)).toEqual(["ready", "shown", "consent", "receipt"]);
  await page.evaluate(() => (window as any).Temoin.withdraw());
  await expect.poll(async () => (await heard()).length).toBe(8);
  const after = (await heard()).slice(4);
  expect(after.map(([name]) => name)).toEqual(["consent", "change", "withdraw", "receipt"]);
  expect(after[1]![1]).toEqual({ necessary: true, preferences: false, statistics: false, marketing: false });
  expect(after[3]![1]).toMatchObject({ status: "withdrawn" });
});

demo("a purpose cannot be smuggled in", async ({ visitor, page }) => {
  await visitor.visit(HOME);
  const failures = await page.evaluate(() => {
    const temoin = (window as any).Temoin;
    temoin.consent.marketing = true;
    return [{ marketing: "yes" }, { statistics: 1 }, { other: true }, { necessary: false }].filter((changes) => {
      try {
        temoin.set(changes);
      } catch (error) {
        return error instanceof TypeError;
      }
    }).length;
  });
  expect(failures).toBe(4);
  await visitor.atRest();
  expect(await visitor.consent()).toEqual({
    necessary: true,
    preferences: false,
    statistics: false,
    marketing: false,
  });
});

demo("scripts added later are gated too", async ({ visitor, page }) => {
  await visitor.visit(HOME);
  const add = (category: string) =>
    page.evaluate((category) => {
      const script = document.createElement("script");
      script.type = "text/plain";
      script.dataset["category"] = category;
      script.textContent = `(window.standin = window.standin || []).push("late ${category}")`;
      document.body.append(script);
    }, category);
  await add("statistics");
  await visitor.customize();
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await expect.poll(() => visitor.ran()).toContain("late statistics");
  for (const category of ["marketing", "statistics marketing", "", "unknown"]) await add(category);
  await add("necessary statistics");
  await expect.poll(() => visitor.ran()).toContain("late necessary statistics");
  expect((await visitor.ran()).filter((name) => name.startsWith("late"))).toEqual([
    "late statistics",
    "late necessary statistics",
  ]);
});

demo("a tag pasted twice is one banner", async ({ visitor, page, auditor }) => {
  await visitor.visit(HOME);
  await page.addScriptTag({ url: await page.locator("script[src*='/t/']").getAttribute("src") ?? "" });
  await expect(page.locator("#cookie-consent")).toHaveCount(1);
  const count = await auditor.count();
  await visitor.accept();
  await visitor.receipt();
  expect(await auditor.count()).toBe(count + 1);
  await expect.poll(loads).toMatchObject({ analytics: 1, pixel: 1 });
});

test("window.Temoin has what its types say, from the first script of the page on", async ({ lab }) => {
  await lab.publish();
  await lab.open("", "<script>window.first = [Object.keys(Temoin).sort(), Temoin.consent, Temoin.status, Temoin.receipt(), Temoin.gpc]</script>");
  const first = await lab.page.evaluate(() => (window as any).first);
  const members = ["acceptAll", "allows", "consent", "gpc", "on", "open", "receipt", "rejectAll", "set", "site", "status", "withdraw"];
  expect(first).toEqual([members, NOTHING, null, null, false]);
});

test("`consent` is a copy: four booleans, and writing to it grants nothing", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open(waitingScript("marketing", "https://pub.example/pub.js"));
  const after = await lab.page.evaluate(() => {
    const { consent } = window.Temoin;
    consent.marketing = true;
    // The page's own attempt to put another in its place fails as well.
    try {
      (window.Temoin as any).consent = { marketing: true };
    } catch {}
    document.body.append(document.createElement("i"));
    return [window.Temoin.consent, window.Temoin.allows("pub"), window.Temoin.consent !== window.Temoin.consent];
  });
  expect(after).toEqual([NOTHING, false, true]);
  let details = 0;
  await lab.page.exposeFunction("counted", () => details++);
  await lab.page.evaluate(() => {
    window.Temoin.on("consent", (consent) => {
      (window as any).counted();
      consent.marketing = true;
    });
    window.Temoin.rejectAll();
  });
  await visitor.receipt();
  await expect.poll(() => details).toBe(1);
  expect(await visitor.consent()).toEqual(NOTHING);
  expect(lab.hits).toEqual([]);
});

test("status and receipt follow the choice: given, refused, withdrawn, and given again", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open("");
  let last: string | undefined;
  for (const [call, status, method] of [
    ["acceptAll", "given", "api"],
    ["withdraw", "withdrawn", "withdraw"],
    ["rejectAll", "refused", "api"],
    ["acceptAll", "given", "api"],
  ] as const) {
    await lab.page.evaluate((call) => window.Temoin[call](), call);
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(last);
    const receipt = (await lab.page.evaluate(() => window.Temoin.receipt()))!;
    last = receipt.id;
    expect(await visitor.consentStatus()).toBe(status);
    expect(await visitor.consent()).toEqual(status === "given" ? ALL : NOTHING);
    expect(receipt).toMatchObject({ status, method });
    expect(await lab.auditor.record(receipt.id)).toMatchObject({ status, method, layer: "none", trusted: false });
  }
  await lab.page.reload();
  expect((await visitor.receipt()).id).toBe(last);
  expect(await visitor.consentStatus()).toBe("given");
});

test("allows() and set({services}) speak of one service, apart from its purpose", async ({ lab, visitor }) => {
  await lab.publish({
    services: [service("panier", "necessary"), service("mesure", "statistics"), service("pub", "marketing"), service("film", "marketing")],
  });
  await lab.open(`
    ${waitingScript("marketing", "https://pub.example/pub.js", "pub")}
    ${waitingScript("marketing", "https://film.example/film.js", "film")}`);
  const allows = () =>
    lab.page.evaluate(() =>
      ["panier", "mesure", "pub", "film"].filter((name) => window.Temoin.allows(name)),
    );
  expect(await allows()).toEqual(["panier"]);
  await lab.page.evaluate(() => window.Temoin.set({ services: { film: true } }));
  const first = await visitor.receipt();
  expect(await allows()).toEqual(["panier", "film"]);
  await expect.poll(() => lab.ran()).toEqual(["film"]);
  expect(await visitor.consent()).toEqual(NOTHING);
  expect(await visitor.consentStatus()).toBe("given");
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true, services: { pub: false } }));
  await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first.id);
  expect(await allows()).toEqual(["panier", "film"]);
  const records = await lab.auditor.records();
  expect(records.map(({ decision, services }) => [decision["marketing"], services])).toEqual([
    ["denied", { film: "granted" }],
    ["granted", { pub: "denied" }],
  ]);
  expect(lab.hits).toEqual(["https://film.example/film.js"]);
});

test("calls wait for the widget in their order, and none is lost", async ({ lab, visitor, context }) => {
  await lab.publish();
  let release!: () => void;
  const released = new Promise<void>((done) => (release = done));
  await context.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  // Before the page is even parsed.
  await lab.open("", "<script>Temoin.rejectAll(); Temoin.set({ statistics: true }); Temoin.set({ marketing: true }); Temoin.withdraw()</script>");
  await expect(visitor.banner).toBeHidden();
  expect(await visitor.consentStatus()).toBeNull();
  expect(await lab.auditor.records()).toEqual([]);
  release();
  await expect.poll(async () => (await lab.auditor.records()).length).toBe(4);
  const records = await lab.auditor.records();
  expect(records.map(({ method, decision }) => [method, decision["statistics"], decision["marketing"]])).toEqual([
    ["api", "denied", "denied"],
    ["api", "granted", "denied"],
    ["api", "granted", "granted"],
    ["withdraw", "denied", "denied"],
  ]);
  for (const [nth, record] of records.entries()) expect(record.previous).toBe(records[nth - 1]?.receipt);
});

test("open() shows the dialog, and grants nothing", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open("", "<script>Temoin.open()</script>");
  await expect(visitor.dialog).toBeVisible();
  await visitor.button("close", visitor.dialog).click();
  expect(await visitor.consentStatus()).toBeNull();
  expect(await lab.auditor.records()).toEqual([]);
});

test("a synthetic click counts, and the record says that nobody vouched for it", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open("");
  await visitor.button("accept_all").evaluate((button: HTMLElement) => button.click());
  const first = await visitor.receipt();
  expect(await lab.auditor.record(first.id)).toMatchObject({ method: "accept_all", layer: "banner", trusted: false });
  await visitor.reopenDialog();
  await visitor.button("withdraw", visitor.dialog).evaluate((button: HTMLElement) =>
    button.dispatchEvent(new MouseEvent("click", { bubbles: true })),
  );
  await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first.id);
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({ method: "withdraw", layer: "dialog", trusted: false });
});

test("a returning visitor's page hears ready, then consent, and is not told of a banner", async ({ lab, visitor }) => {
  const heard = await listen(lab.page);
  await lab.publish();
  await lab.open("");
  await visitor.accept();
  await visitor.receipt();
  await lab.page.reload();
  await expect(visitor.reopen).toBeVisible();
  await lab.atRest();
  expect(await heard()).toEqual([
    ["ready", ALL],
    ["consent", ALL],
  ]);
});

test("change is for what differs; the same answer again is a consent and a receipt only", async ({ lab, visitor }) => {
  const heard = await listen(lab.page);
  await lab.publish();
  await lab.open("");
  const calls = [{ statistics: true }, { statistics: true }, { statistics: false }];
  for (const [nth, changes] of calls.entries()) {
    await lab.page.evaluate((changes) => window.Temoin.set(changes), changes);
    await expect.poll(async () => (await heard()).filter(([name]) => name === "receipt").length).toBe(nth + 1);
  }
  expect((await heard()).map(([name]) => name)).toEqual([
    ...["ready", "shown", "consent", "receipt"],
    ...["consent", "receipt"],
    ...["consent", "change", "receipt"],
  ]);
  expect((await heard()).find(([name]) => name === "change")![1]).toEqual(NOTHING);
});

test("listeners that throw hurt nothing: the others hear, tags run, the record is kept", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open(
    waitingScript("statistics", "https://mesure.example/mesure.js"),
    `<script>
      window.heard = [];
      for (const name of ["ready", "shown", "consent", "receipt"]) {
        Temoin.on(name, () => { throw new Error("the page's own: " + name) });
        Temoin.on(name, () => heard.push(name));
      }
    </script>`,
  );
  await visitor.accept();
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({ method: "accept_all" });
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  expect(await lab.page.evaluate(() => (window as any).heard)).toEqual(["ready", "shown", "consent", "receipt"]);
  const complaints = visitor.complaints.splice(0);
  expect(complaints).toHaveLength(4);
  for (const complaint of complaints) expect(complaint).toContain("the page's own");
});

test("temoin:held tells the owner what automatic blocking holds, and for which service", async ({ lab, visitor }) => {
  const heard = await listen(lab.page);
  await lab.publish({
    blocking: "automatic",
    services: [service("mesure", "statistics", { hosts: ["mesure.example"] }), service("pub", "marketing")],
  });
  await lab.open("");
  await expect(visitor.banner).toBeVisible();
  await lab.page.evaluate(() => {
    new Image().src = "https://cdn.mesure.example/a.gif";
    navigator.sendBeacon("https://stranger.example/b");
  });
  const held = (await heard()).filter(([name]) => name === "held").map(([, detail]) => detail);
  expect(held).toEqual([
    { url: "https://cdn.mesure.example/a.gif", service: "mesure" },
    { url: "https://stranger.example/b", service: null },
  ]);
  expect(lab.hits).toEqual([]);
});

test("temoin:error says that a report was refused", async ({ lab, visitor, context }) => {
  const heard = await listen(lab.page);
  await lab.publish();
  await context.route(`**/v1/sites/${lab.site}/consents`, (route) => route.fulfill({ status: 422, body: "{}", headers: { "access-control-allow-origin": "*" } }));
  await lab.open("");
  await visitor.refuse();
  await expect.poll(async () => (await heard()).map(([name]) => name)).toContain("error");
  const [, detail] = (await heard()).at(-1)!;
  expect(detail.message).toContain("the server refused a report");
  expect(await visitor.consentStatus()).toBe("refused");
});

test.describe("the types that the consent server publishes", () => {
  /** What the TypeScript compiler says of a page's script that uses them. */
  async function check(script: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "temoin-types-"));
    try {
      const answer = await fetch(`${CONSENT}/t/temoin.d.ts`);
      expect(answer.status).toBe(200);
      await writeFile(join(folder, "temoin.d.ts"), await answer.text());
      await writeFile(join(folder, "page.ts"), `/// <reference path="temoin.d.ts" />\n${script}`);
      const tsc = join(import.meta.dirname, "../../../node_modules/.bin/tsc");
      const options = ["--pretty", "false", "--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
      return await new Promise((done, failed) =>
        execFile(tsc, [...options, "page.ts"], { cwd: folder }, (error, output) =>
          // It fails where it has something to say.
          error && !output ? failed(error) : done(output),
        ),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test("a script that uses everything is right", async () => {
    const said = await check(`
      const { Temoin } = window;
      const words: string[] = Object.entries(Temoin.consent).map(([purpose, granted]) => purpose + (granted ? "+" : "-"));
      if (Temoin.status === "withdrawn" || Temoin.gpc || Temoin.allows("ga4")) Temoin.open();
      Temoin.set({ statistics: true, services: { youtube: false } });
      Temoin.acceptAll(); Temoin.rejectAll(); Temoin.withdraw();
      Temoin.on("consent", (consent) => words.push(String(consent.marketing)));
      Temoin.on("held", ({ url, service }) => words.push(url, service ?? "unknown"));
      addEventListener("temoin:receipt", ({ detail }) => words.push(detail.id, detail.decision.statistics));
      const receipt = Temoin.receipt();
      if (receipt) words.push(receipt.valid_until, receipt.services?.["youtube"] ?? "as its purpose");
    `);
    expect(said).toBe("");
  });

  for (const [what, script, complaint] of [
    ["a purpose that does not exist", "window.Temoin.set({ statistic: true })", "'statistic' does not exist"],
    ["a consent that is no boolean", 'window.Temoin.set({ statistics: "yes" })', "not assignable to type 'boolean"],
    ["an event that does not exist", 'window.Temoin.on("consented", () => {})', "'\"consented\"' is not assignable"],
    ["writing to the status", 'window.Temoin.status = "given"', "read-only property"],
    ["a receipt that may not be there", "window.Temoin.receipt().id", "possibly 'null'"],
    ["another event's detail", 'addEventListener("temoin:error", ({ detail }) => detail.statistics)', "'statistics' does not exist"],
  ] as const) {
    test(`${what} is found`, async () => {
      const said = await check(script);
      expect(said).toContain("page.ts(2,");
      expect(said).toContain(complaint);
      expect(said.trim().split("\n"), said).toHaveLength(1);
    });
  }
});
