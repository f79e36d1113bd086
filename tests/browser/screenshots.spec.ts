/** The pictures of the documentation: `cargo xtask screenshots`. */
import { HOME, VIDEO, expect, test } from "./visitor";

const folder = process.env["TEMOIN_SCREENSHOTS"];
test.skip(!folder, "pictures are taken by `cargo xtask screenshots`");

const views = [
  { name: "desktop", width: 1280, height: 860, colorScheme: "light" },
  { name: "desktop-dark", width: 1280, height: 860, colorScheme: "dark" },
  { name: "phone", width: 390, height: 844, colorScheme: "light" },
  { name: "narrow", width: 320, height: 640, colorScheme: "light" },
] as const;

for (const { name, width, height, colorScheme } of views) {
  test(name, async ({ visitor, page }) => {
    const take = (state: string) => page.screenshot({ path: `${folder}/${state}-${name}.png` });
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await visitor.visit(HOME);
    await expect(visitor.banner).toBeVisible();
    await take("banner");
    await visitor.customize();
    await take("dialog");
    await visitor.dialog.locator("summary").nth(2).click();
    await visitor.box("statistics").check();
    await take("dialog-open");
    await visitor.button("save", visitor.dialog).click();
    await visitor.receipt();
    await take("saved");
    await visitor.reopenDialog();
    await expect(visitor.dialog.locator("[data-receipt]")).toContainText("communautaire.");
    await visitor.dialog.locator(".temoin-mine").scrollIntoViewIfNeeded();
    await take("my-consent");
    await visitor.visit(VIDEO);
    await page.locator(".temoin-placeholder").scrollIntoViewIfNeeded();
    await take("placeholder");
  });
}
