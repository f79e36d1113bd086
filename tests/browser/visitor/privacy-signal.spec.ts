/** Global Privacy Control under an opt-out law: what it overrides, what stands against it, and what the page says of it. */
import { readFileSync } from "node:fs";
import type { BrowserContext } from "@playwright/test";
import { SIZES, expectFit } from "../support/accessibility";
import { Lab, MATERIAL, expect, test, waitingScript } from "../support/lab";
import { Visitor } from "../support/visitor";

const OPT_OUT = { jurisdiction: "US-CA", signals: { google: {} } };
const BOTH = `
  ${waitingScript("statistics", "https://mesure.example/mesure.js", "mesure")}
  ${waitingScript("marketing", "https://pub.example/pub.js", "pub")}`;

/** Lets a test turn the signal on and off, from the next page on. */
async function withSwitch(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    try {
      if (sessionStorage.getItem("signal")) Object.defineProperty(navigator, "globalPrivacyControl", { value: true });
    } catch {
      // A page without storage sends none.
    }
  });
}

async function reload({ page }: Lab, signal: "on" | "off"): Promise<void> {
  await page.evaluate((on) => (on ? sessionStorage.setItem("signal", "on") : sessionStorage.removeItem("signal")), signal === "on");
  await page.reload();
}

const honoured = ({ page }: Visitor) => page.locator(".temoin-honoured");
const conflict = ({ page }: Visitor) => page.locator(".temoin-conflict");

test.beforeEach(async ({ lab, context }) => {
  await withSwitch(context);
  await lab.publish(OPT_OUT);
  // A page that the loader is not in, to turn the signal on before the first visit.
  lab.serve("/before", "<!doctype html><title>Before</title>");
});

/** The first page of a visitor whose browser has the signal on. */
async function firstVisit(lab: Lab): Promise<void> {
  await lab.page.goto(lab.origin + "/before");
  await lab.page.evaluate(() => sessionStorage.setItem("signal", "on"));
  await lab.open(BOTH);
}

/** Everything accepted while the signal was off. */
async function grantWithout(lab: Lab, visitor: Visitor): Promise<void> {
  await lab.open(BOTH);
  await visitor.accept();
  await visitor.receipt();
  await expect.poll(() => lab.auditor.count()).toBe(1);
  expect((await visitor.stored()).cookie).toMatch(/^c1\.gggg\./);
}

test("from the first visit on, the page says without a click that the signal is honoured", async ({ lab, visitor }) => {
  await firstVisit(lab);
  await expect(honoured(visitor)).toHaveText("Demande de refus respectée");
  await expect(honoured(visitor)).toBeVisible();
  await expect(visitor.banner).toBeHidden();
  await expect(conflict(visitor)).toBeHidden();
  await visitor.receipt();
  expect((await visitor.stored()).cookie).toMatch(/^c2\.gggd\./);
  // It takes no focus, and is there on every page.
  expect(await lab.page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await lab.page.reload();
  await expect(honoured(visitor)).toBeVisible();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  expect(await lab.auditor.count()).toBe(1);
});

test("the permanent button is the statutory link, with its icon", async ({ lab, visitor, browser }) => {
  await lab.open(BOTH);
  await expect(visitor.banner).toContainText("au moyen du bouton « Vos choix de confidentialité »");
  await visitor.refuse();
  await expect(visitor.reopen).toHaveAccessibleName("Vos choix de confidentialité");
  const icon = await visitor.reopen.locator("svg").boundingBox();
  expect(icon!.width).toBeGreaterThan(20);
  await visitor.reopenDialog();
  const english = await browser.newContext({ locale: "en-US" });
  await lab.connect(english);
  const page = await english.newPage();
  await page.goto(lab.origin + "/");
  await expect(page.locator(".temoin-reopen")).toHaveText("Your Privacy Choices");
  await english.close();
});

test("over an older grant the signal takes marketing at once, says so, and leaves the rest", async ({ lab, visitor }) => {
  await grantWithout(lab, visitor);
  lab.hits.length = 0;
  await reload(lab, "on");
  await expect(conflict(visitor)).toBeVisible();
  await expect(conflict(visitor)).toContainText("Vous l’aviez accepté ici");
  await expect(honoured(visitor)).toBeVisible();
  await expect.poll(() => lab.auditor.count()).toBe(2);
  await lab.atRest();
  expect(lab.hits).toEqual(["https://mesure.example/mesure.js"]);
  expect(await visitor.consent()).toMatchObject({ preferences: true, statistics: true, marketing: false });
  const [, newest] = (await lab.auditor.records()).sort((one, other) => one.index - other.index);
  expect(newest).toMatchObject({
    method: "gpc",
    gpc: true,
    layer: "none",
    trusted: false,
    decision: { preferences: "granted", statistics: "granted", marketing: "denied" },
  });
  expect((await visitor.stored()).cookie).toMatch(/^c2\.gggd\./);
  // Asked once: the next page only says that it is honoured.
  await lab.page.reload();
  await expect(honoured(visitor)).toBeVisible();
  await expect(conflict(visitor)).toBeHidden();
  await lab.atRest();
  expect(await lab.auditor.count()).toBe(2);
});

test("what is accepted despite the signal is an answer of its own, stands, and is not asked again", async ({ lab, visitor }) => {
  await grantWithout(lab, visitor);
  await reload(lab, "on");
  await visitor.button("keep", conflict(visitor)).click();
  await expect(conflict(visitor)).toBeHidden();
  await expect.poll(() => lab.auditor.count()).toBe(3);
  const newest = (await lab.auditor.records()).sort((one, other) => one.index - other.index).at(-1);
  expect(newest).toMatchObject({
    method: "save",
    layer: "banner",
    gpc: true,
    trusted: true,
    decision: { statistics: "granted", marketing: "granted" },
  });
  await expect.poll(() => lab.ran()).toContain("pub");
  await expect(honoured(visitor)).toBeHidden();
  for (const signal of ["on", "off", "on"] as const) {
    await reload(lab, signal);
    await expect.poll(() => lab.ran()).toEqual(["mesure", "pub"]);
    await expect(conflict(visitor)).toBeHidden();
    await expect(honoured(visitor)).toBeHidden();
  }
  await lab.atRest();
  expect(await lab.auditor.count()).toBe(3);
});

test("to leave marketing off is one press, and not asked again", async ({ lab, visitor }) => {
  await grantWithout(lab, visitor);
  await reload(lab, "on");
  await visitor.button("leave", conflict(visitor)).click();
  await expect(conflict(visitor)).toBeHidden();
  await expect(visitor.reopen).toBeFocused();
  await reload(lab, "on");
  await expect(honoured(visitor)).toBeVisible();
  await expect(conflict(visitor)).toBeHidden();
  await lab.atRest();
  expect(await lab.auditor.count()).toBe(2);
});

test("without WebAssembly the signal overrides all the same, on every page", async ({ lab, visitor, context }) => {
  await grantWithout(lab, visitor);
  await context.route("**/*.wasm", (route) => route.abort());
  for (let page = 0; page < 2; page++) {
    lab.hits.length = 0;
    await reload(lab, "on");
    await expect(honoured(visitor)).toBeVisible();
    await lab.atRest();
    expect(lab.hits).toEqual(["https://mesure.example/mesure.js"]);
  }
  await context.unroute("**/*.wasm");
  await reload(lab, "on");
  await expect.poll(() => lab.auditor.count()).toBe(2);
});

test("a click of before the signal accepts no marketing", async ({ lab, visitor, context }) => {
  await context.route("**/*.wasm", (route) => route.abort());
  await lab.open(BOTH);
  await visitor.accept();
  expect((await visitor.stored()).cookie).toMatch(/^p1\.accept_all\./);
  await context.unroute("**/*.wasm");
  lab.hits.length = 0;
  await reload(lab, "on");
  await expect(conflict(visitor)).toBeVisible();
  await expect.poll(() => lab.auditor.count()).toBe(1);
  await lab.atRest();
  expect(lab.hits).toEqual(["https://mesure.example/mesure.js"]);
  expect((await lab.auditor.records())[0]).toMatchObject({ method: "gpc", decision: { marketing: "denied" } });
});

test("a refusal by the signal stays when the signal is off, until the visitor changes it", async ({ lab, visitor }) => {
  await firstVisit(lab);
  await visitor.receipt();
  await reload(lab, "off");
  await expect(honoured(visitor)).toBeHidden();
  expect(await visitor.consent()).toMatchObject({ statistics: true, marketing: false });
  await visitor.reopenDialog();
  await visitor.box("marketing").check();
  await visitor.button("save", visitor.dialog).click();
  await expect.poll(() => lab.auditor.count()).toBe(2);
  expect((await visitor.stored()).cookie).toMatch(/^c1\.gggg\./);
  // The signal comes back: what was accepted without it is overridden anew.
  await reload(lab, "on");
  await expect(conflict(visitor)).toBeVisible();
  expect(await visitor.consent()).toMatchObject({ statistics: true, marketing: false });
});

test("what another tool had stored grants no marketing against the signal", async ({ lab, visitor, context }) => {
  await lab.publish({ import_from: ["klaro"] });
  const value = encodeURIComponent(JSON.stringify({ mesure: true, pub: true }));
  await context.addCookies([{ name: "klaro", value, url: lab.origin }]);
  await firstVisit(lab);
  await visitor.receipt();
  expect(await lab.auditor.records()).toMatchObject([{ method: "imported", gpc: true, decision: { statistics: "granted", marketing: "denied" } }]);
  await lab.atRest();
  expect(lab.hits).toEqual(["https://mesure.example/mesure.js"]);
  await expect(honoured(visitor)).toBeVisible();
});

test("where consent comes first, what was accepted stands, and nothing of this is shown", async ({ lab, visitor }) => {
  await lab.publish({ jurisdiction: "CA-QC" });
  await grantWithout(lab, visitor);
  await reload(lab, "on");
  await expect.poll(() => lab.ran()).toEqual(["mesure", "pub"]);
  await expect(visitor.reopen).toHaveText("Témoins");
  expect(await honoured(visitor).count()).toBe(0);
  expect(await conflict(visitor).count()).toBe(0);
  await lab.atRest();
  expect(await lab.auditor.count()).toBe(1);
});

interface Case {
  why: string;
  text: string;
  now: string;
  granted: string[];
  services: string;
  overridden: boolean;
}

const file = new URL("../../../crates/consent-core/tests/privacy-signal.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

test("the loader takes from a choice what the shared list says", async ({ lab, visitor, context }) => {
  await context.route("**/*.wasm", (route) => route.abort());
  const material = await lab.material();
  expect(cases.length).toBeGreaterThan(8);
  for (const { why, text, now, granted, services, overridden } of cases) {
    await lab.page.goto(lab.origin + "/before");
    await lab.page.clock.setFixedTime(new Date(now));
    await lab.page.evaluate((text) => {
      sessionStorage.setItem("signal", "on");
      localStorage.setItem("consent_temoin", text);
    }, text.replace(MATERIAL, material));
    await lab.open("");
    const consent = await visitor.consent();
    expect(Object.keys(consent).filter((purpose) => consent[purpose]), why).toEqual(granted);
    // A service that is not answered apart follows its purpose.
    const expected = (id: string, purpose: string) => services.includes("g" + id) || (granted.includes(purpose) && !services.includes("d" + id));
    const allows = await lab.page.evaluate(() => [window.Temoin.allows("pub"), window.Temoin.allows("mesure")]);
    expect(allows, why).toEqual([expected("pub", "marketing"), expected("mesure", "statistics")]);
    await expect(conflict(visitor), why).toBeVisible({ visible: overridden });
  }
});

for (const locale of ["fr-CA", "en"]) {
  test.describe(() => {
    test.use({ locale });
    test(`${locale}: what is said of the signal fits and reads well, at every size and in both themes`, async ({ lab, visitor }) => {
      await grantWithout(lab, visitor);
      await reload(lab, "on");
      await expect(conflict(visitor)).toBeVisible();
      await expectFit(lab.page, "the conflict");
      await visitor.button("leave", conflict(visitor)).click();
      await expectFit(lab.page, "the signal honoured");
      for (const size of SIZES) {
        await lab.page.setViewportSize(size);
        // What the window's new size moves, it moves a moment later.
        await expect.poll(() => visitor.onTop(visitor.reopen), `${size.width} px`).toBe(true);
        const [note, link] = [await honoured(visitor).boundingBox(), await visitor.reopen.boundingBox()];
        expect(note!.y + note!.height, `${size.width} px`).toBeLessThanOrEqual(link!.y);
      }
    });
  });
}
