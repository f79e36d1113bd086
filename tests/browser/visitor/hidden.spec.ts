/** A content blocker hides what is ours: the page is never dead, and who asks for the dialog gets it. */
import { expect, test, waitingScript, type Lab } from "../support/lab";
import { doublePressOver } from "../support/visitor";
import type { Locator, Page } from "@playwright/test";

const LINK = `<button data-temoin="open" id="mine">Mes témoins</button><p id="text">Du texte</p>`;
const SCRIPT = waitingScript("statistics", "https://tiers.example/mesure.js");

/** What lists of filters say of a banner: as a style of the user's, or by taking the element out of the page. */
const BLOCKERS: Record<string, string> = {
  "display": "#cookie-consent { display: none !important }",
  "visibility": "#cookie-consent { visibility: hidden !important }",
  "opacity": "#cookie-consent { opacity: 0 !important }",
  "size": "#cookie-consent, #cookie-consent dialog { max-height: 0 !important; max-width: 0 !important; min-height: 0 !important; overflow: hidden !important; padding: 0 !important; border: 0 !important }",
  "place": "#cookie-consent dialog { left: -9999px !important; right: auto !important }",
  "pointer": "#cookie-consent { pointer-events: none !important }",
  "a class": "[id*=cookie] [class^=temoin] { display: none !important }",
};

/** Styles as strong as a blocker's: important, and in a layer that is declared before ours. */
async function block(page: Page, css: string): Promise<void> {
  await page.evaluate((css) => {
    const style = document.createElement("style");
    style.textContent = `@layer blocker { ${css} }`;
    document.head.prepend(style);
  }, css);
}

/** The dialog, wherever it is. */
const dialog = (page: Page): Locator => page.locator("dialog[open]");

async function open(lab: Lab): Promise<void> {
  await lab.publish();
  await lab.open(LINK + SCRIPT);
  await expect(lab.page.locator("#cookie-consent")).toBeAttached();
}

for (const [name, css] of Object.entries(BLOCKERS)) {
  test(`hidden by its ${name}: the dialog is shown elsewhere, styled, and works`, async ({ lab, visitor, page }) => {
    await open(lab);
    await block(page, css);
    await page.locator("#mine").click();
    const save = dialog(page).locator("[data-action=save]");
    await expect(save).toBeVisible();
    await doublePressOver(page);
    expect(await visitor.onTop(save)).toBe(true);
    const look = await save.evaluate((button) => {
      const { backgroundColor, minHeight } = getComputedStyle(button);
      return { backgroundColor, minHeight, display: getComputedStyle(button.closest("dialog")!).display };
    });
    expect(look).toEqual({ backgroundColor: "rgb(20, 57, 94)", minHeight: "44px", display: "flex" });
    await dialog(page).locator("input[name=statistics]").check();
    await save.click();
    await expect(dialog(page)).toHaveCount(0);
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    await page.locator("#text").click();
    // And once more, where it is now.
    await doublePressOver(page);
    await page.locator("#mine").click();
    await expect(dialog(page).locator("[data-action=withdraw]")).toBeVisible();
  });
}

test("taken out of the page, again and again: the dialog is shown all the same, and the page does not hang", async ({ lab, page }) => {
  await lab.publish();
  const blocker = `<script>
    new MutationObserver(() => {
      const found = document.querySelector("#cookie-consent");
      if (found) { found.remove(); document.documentElement.dataset.taken = 1 + +(document.documentElement.dataset.taken ?? 0); document.querySelector("#text")?.remove() }
    }).observe(document, { childList: true, subtree: true });
  </script>`;
  await lab.open(`<p id="text">Du texte</p><button data-temoin="open" id="mine">Mes témoins</button>`, blocker);
  await page.locator("#mine").click();
  await expect(dialog(page).locator("[data-action=save]")).toBeVisible();
  expect(Number(await page.locator("html").getAttribute("data-taken"))).toBeLessThan(500);
});

test("hidden only once it is open: it is closed and shown elsewhere", async ({ lab, visitor, page }) => {
  await open(lab);
  await visitor.customize();
  await block(page, "#cookie-consent { display: none !important }");
  await expect(dialog(page).locator("[data-action=save]")).toBeVisible();
  expect(await page.locator("#cookie-consent dialog").count()).toBe(0);
});

test("hidden wherever it is put: a click leads to the declaration's page", async ({ lab, page }) => {
  await open(lab);
  await block(page, "dialog { display: none !important }");
  await page.locator("#mine").click();
  await expect(page).toHaveURL(new RegExp(`/d/${lab.site}/fr-CA$`));
});

test("where a script asks for the dialog, the page stays, is told, and can be used", async ({ lab, page }) => {
  await open(lab);
  await block(page, "dialog { display: none !important }");
  await page.evaluate(() => {
    addEventListener("temoin:error", (event) => (document.title = event.detail.message));
    window.Temoin.open();
  });
  await expect(page).toHaveTitle("something hides the dialog, such as a content blocker");
  await expect(dialog(page)).toHaveCount(0);
  await page.locator("#text").click();
});
