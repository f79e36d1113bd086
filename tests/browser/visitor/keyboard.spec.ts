/** Journeys by keyboard alone: no test here has a mouse. */
import type { Page } from "@playwright/test";
import { expect, service, test, waitingScript, type Lab } from "../support/lab";
import { doublePressOver, type Visitor } from "../support/visitor";

const FILM = `<iframe title="Notre film" width="400" height="225" data-category="marketing" data-service="video" data-src="https://video.example/1"></iframe>`;
const SCRIPT = waitingScript("statistics", "https://tiers.example/mesure.js");

const publish = (lab: Lab) =>
  lab.publish({ services: [service("mesure", "statistics"), service("sondage", "statistics"), service("video", "marketing")] });

/** What has the focus: its action, its name, its text. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    if (!at || at === document.body) return null;
    const { dataset, id } = at as HTMLElement;
    return dataset["action"] ?? dataset["temoin"] ?? ((at as HTMLInputElement).value || id || at.textContent!.trim());
  });

/** Presses Tab until an element has the focus; the way there is short. */
async function tabTo(page: Page, name: string, key = "Tab"): Promise<void> {
  for (let presses = 0; presses < 25; presses++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the focus did not come to ${name}`);
}

async function press(page: Page, name: string, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await tabTo(page, name);
  await pressAgain(page, key);
}

/** Presses what has the focus, once that would not be the second half of a double press. */
async function pressAgain(page: Page, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await doublePressOver(page);
  await page.keyboard.press(key);
}

/** Opens the dialog from the banner. */
async function customize(visitor: Visitor): Promise<void> {
  await press(visitor.page, "customize");
  await expect(visitor.dialog).toBeVisible();
}

test("the banner comes first, wherever it is painted, and takes no focus by itself", async ({ lab, page }) => {
  await publish(lab);
  await lab.open(`<a href="#" id="skip">Aller au contenu</a><button id="later">Plus tard</button>`);
  await expect(page.locator(".temoin-banner")).toBeVisible();
  expect(await focused(page)).toBeNull();
  const order: (string | null)[] = [];
  for (let at = 0; at < 6; at++) {
    await page.keyboard.press("Tab");
    order.push(await focused(page));
  }
  expect(order).toEqual(["Politique de confidentialité", "reject_all", "accept_all", "customize", "skip", "later"]);
});

for (const [action, key, decision] of [
  ["reject_all", "Enter", "denied"],
  ["reject_all", "Space", "denied"],
  ["accept_all", "Enter", "granted"],
  ["accept_all", "Space", "granted"],
] as const) {
  test(`${action} with ${key}: it is recorded as the visitor's own, and the focus goes on to the small button`, async ({ lab, visitor, page }) => {
    await publish(lab);
    await lab.open(SCRIPT);
    await press(page, action, key);
    await expect(visitor.banner).toBeHidden();
    expect(await focused(page)).toBe("open");
    const { id } = await visitor.receipt();
    const record = await lab.auditor.record(id);
    expect([record.method, record.trusted, record.decision["statistics"]]).toEqual([action, true, decision]);
    await expect.poll(() => lab.hits.length).toBe(decision === "granted" ? 1 : 0);
  });
}

test("a choice by purpose and by service", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(SCRIPT);
  await customize(visitor);
  // Preferences, by the space bar; then one of the two services for statistics.
  await tabTo(page, "close");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe("preferences");
  await page.keyboard.press("Space");
  await expect(visitor.box("preferences")).toBeChecked();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe("statistics");
  await page.keyboard.press("Tab");
  await expect(page.locator("summary:focus")).toHaveText(/Services \(2\)/);
  await page.keyboard.press("Enter");
  await tabTo(page, "mesure");
  await page.keyboard.press("Space");
  await press(page, "save");
  await expect(visitor.dialog).toBeHidden();
  expect(await focused(page)).toBe("open");
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({
    method: "save",
    trusted: true,
    decision: { preferences: "granted", statistics: "denied", marketing: "denied" },
    services: { mesure: "granted" },
  });
});

test("the dialog keeps the focus, in both directions; Escape changes nothing and gives it back", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(`<button id="page">De la page</button>${SCRIPT}`);
  await customize(visitor);
  const inside = () => page.evaluate(() => document.activeElement === document.body || document.activeElement!.closest("dialog") !== null);
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let at = 0; at < 14; at++) {
      await page.keyboard.press(key);
      expect(await inside()).toBe(true);
    }
  }
  await tabTo(page, "save");
  await visitor.box("statistics").focus();
  await page.keyboard.press("Space");
  await expect(visitor.box("statistics")).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(visitor.dialog).toBeHidden();
  await expect(visitor.banner).toBeVisible();
  expect(await focused(page)).toBe("customize");
  expect(await visitor.stored()).toEqual({ cookie: undefined, local: null });
  expect(await lab.auditor.records()).toEqual([]);
  expect(lab.hits).toEqual([]);
  // What was ticked and not kept is forgotten.
  await pressAgain(page);
  await expect(visitor.dialog).toBeVisible();
  await expect(visitor.box("statistics")).not.toBeChecked();
  await press(page, "close");
  await expect(visitor.dialog).toBeHidden();
  expect(await focused(page)).toBe("customize");
});

test("Escape closes the dialog for those who have answered too, and the focus is where it was", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(`<button data-temoin="open" id="mine">Mes témoins</button>`);
  await press(page, "accept_all");
  const { id } = await visitor.receipt();
  await page.locator("#mine").focus();
  await pressAgain(page);
  await expect(visitor.dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(visitor.dialog).toBeHidden();
  await expect(page.locator("#mine")).toBeFocused();
  expect(await visitor.consent()).toMatchObject({ statistics: true, marketing: true });
  expect((await lab.auditor.records()).map(({ receipt }) => receipt)).toEqual([id]);
});

test("back by the small button: the receipt verified and downloaded, the consent withdrawn, the page reloaded", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(SCRIPT);
  await press(page, "accept_all");
  const { id } = await visitor.receipt();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  await press(page, "open", "Space");
  await expect(visitor.dialog).toBeVisible();
  await press(page, "verify");
  await expect(visitor.verdict).toBeVisible();
  expect(await focused(page)).toBe("verify");
  const download = page.waitForEvent("download");
  await press(page, "download");
  expect((await download).suggestedFilename()).toBe(`temoin-${id}.json`);
  await press(page, "withdraw");
  await expect(visitor.dialog).toBeHidden();
  await expect.poll(async () => (await lab.auditor.records()).map(({ status }) => status)).toEqual(["given", "withdrawn"]);
  // What was running stops when the page is loaded anew; that is offered, and reached.
  await expect(page.locator(".temoin-reload")).toBeVisible();
  const loaded = page.waitForEvent("load");
  await press(page, "reload");
  await loaded;
  expect(await lab.ran()).toEqual([]);
  await expect(visitor.reopen).toBeVisible();
});

test("the offer to reload can be put away", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(SCRIPT);
  await press(page, "accept_all");
  await visitor.receipt();
  await page.evaluate(() => window.Temoin.withdraw());
  await expect(page.locator(".temoin-reload")).toBeVisible();
  await press(page, "close");
  await expect(page.locator(".temoin-reload")).toBeHidden();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
});

test("the proofs erased, once that is confirmed", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open("");
  await press(page, "accept_all");
  await visitor.receipt();
  await press(page, "open");
  await expect(visitor.dialog).toBeVisible();
  await tabTo(page, "Historique de mes choix");
  await page.keyboard.press("Enter");
  await press(page, "erase");
  // The button is now another one, under the same finger: the focus must not be lost with the first.
  expect(await focused(page)).toBe("erase_confirm");
  expect(await lab.auditor.count()).toBe(1);
  await pressAgain(page);
  await expect(visitor.dialog.locator("[data-slot=erased]")).toHaveText("Vos preuves sont effacées.");
  await expect.poll(() => lab.auditor.count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement!.closest("dialog") !== null)).toBe(true);
  await page.keyboard.press("Escape");
  await expect(visitor.dialog).toBeHidden();
  expect(await focused(page)).toBe("open");
});

test("a placeholder's two buttons", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(FILM);
  await press(page, "reject_all");
  await visitor.receipt();
  await press(page, "load");
  await expect.poll(() => lab.hits).toEqual(["https://video.example/1"]);
  await page.reload();
  await press(page, "always", "Space");
  await expect.poll(() => lab.hits.length).toBe(2);
  await expect.poll(async () => (await lab.auditor.records()).map(({ services }) => services)).toEqual([undefined, { video: "granted" }]);
});

for (const size of [
  { width: 1280, height: 860 },
  { width: 320, height: 568 },
  { width: 320, height: 256 },
]) {
  test(`at ${size.width} × ${size.height} nothing that has the focus lies under the banner or the small button`, async ({ lab, visitor, page }) => {
    await publish(lab);
    await page.setViewportSize(size);
    const links = Array.from({ length: 40 }, (_, at) => `<p>Une ligne de texte.</p><a href="#${at}" id="link-${at}">Lien ${at}</a>`);
    await lab.open(`<meta name="viewport" content="width=device-width">${links.join("")}`);
    await expect(visitor.banner).toBeVisible();
    const uncovered = async (key: string, from: number, to: number) => {
      for (let at = from; at !== to; at += Math.sign(to - from)) {
        await page.keyboard.press(key);
        const link = page.locator(`#link-${at}`);
        await expect(link).toBeFocused();
        expect(await visitor.onTop(link), `link ${at}`).toBe(true);
      }
    };
    await visitor.button("customize").focus();
    await uncovered("Tab", 0, 40);
    await uncovered("Shift+Tab", 38, -1);
    await visitor.button("reject_all").focus();
    await page.keyboard.press("Enter");
    await expect(visitor.banner).toBeHidden();
    await doublePressOver(page);
    await visitor.reopen.focus();
    await uncovered("Tab", 0, 40);
  });
}

test("the focus shows on every control: a ring of at least 3 px and 3 to 1, on pages of any colour", async ({ lab, visitor, page }) => {
  await publish(lab);
  for (const [background, colorScheme] of [
    ["#fff", "light"],
    ["#000", "light"],
    ["#fff", "dark"],
    ["#000", "dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await lab.open(FILM, `<style>html { background: ${background} }</style>`);
    await expect(visitor.banner).toBeVisible();
    const seen: (string | null)[] = [];
    const look = async () => {
      seen.push(await focused(page));
      const ring = await page.locator(":focus").evaluate((element) => {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
        return { outlineStyle, outlineWidth, colours: [outlineColor, boxShadow.match(/rgba?\([^)]*\)/)?.[0]] };
      });
      expect(ring).toMatchObject({ outlineStyle: "solid", outlineWidth: "3px" });
      // Two rings, one dark and one light: one of them differs from whatever lies beneath.
      const [light, dark] = ["rgb(255, 255, 255)", "rgb(27, 36, 48)"];
      expect(ring.colours).toEqual(colorScheme === "light" ? [dark, light] : ["rgb(238, 242, 246)", "rgb(23, 28, 35)"]);
    };
    for (let at = 0; at < 6; at++) {
      await page.keyboard.press("Tab");
      await look();
    }
    expect(seen).toEqual(["Politique de confidentialité", "reject_all", "accept_all", "customize", "load", "always"]);
    await page.locator(".temoin-banner [data-action=customize]").focus();
    await page.keyboard.press("Enter");
    await expect(visitor.dialog).toBeVisible();
    for (let at = 0; at < 10; at++) {
      await page.keyboard.press("Tab");
      // Past the last one the browser's own controls have it.
      if (await focused(page)) await look();
    }
    expect(seen).toContain("save");
    await page.keyboard.press("Escape");
    await visitor.button("reject_all").focus();
    await pressAgain(page);
    await look();
    expect(seen.at(-1)).toBe("open");
    await page.evaluate(() => localStorage.clear());
    await page.context().clearCookies();
  }
});
