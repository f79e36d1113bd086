import { HOME, NO_LOADS, POLICY, expect, loads, test } from "../support/demo-sites";

test("nothing optional runs, loads or is stored before a choice", async ({ visitor, page, context }) => {
  await visitor.visit(HOME);
  await expect(visitor.banner).toBeVisible();
  await visitor.atRest();
  expect(await visitor.ran()).toEqual([]);
  expect(await loads()).toEqual(NO_LOADS);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  expect(await visitor.consentStatus()).toBeNull();
  expect(await visitor.consent()).toEqual({
    necessary: true,
    preferences: false,
    statistics: false,
    marketing: false,
  });
});

test("scrolling, Escape, following a link and waiting grant nothing", async ({ visitor, page, auditor }) => {
  const before = await auditor.count();
  await visitor.visit(HOME);
  await page.mouse.wheel(0, 2000);
  await page.keyboard.press("Escape");
  await page.locator("main").click({ position: { x: 5, y: 5 } });
  await expect(visitor.banner).toBeVisible();
  await page.goto(POLICY);
  await expect(visitor.banner).toBeVisible();
  expect(await visitor.ran()).toEqual([]);
  expect(await loads()).toEqual(NO_LOADS);
  expect(await auditor.count()).toBe(before);
});

test("the banner is painted without the widget, and does not lock the page", async ({ visitor, page }) => {
  await page.route("**/w/**", (route) => route.abort());
  await visitor.visit(HOME);
  await expect(visitor.banner).toBeVisible();
  const link = page.locator("header a").last();
  await link.click();
  await expect(page).not.toHaveURL(/\/communautaire\/$/);
});

test("refusing and accepting are of one kind", async ({ visitor }) => {
  await visitor.visit(HOME);
  const look = (action: string) =>
    visitor.button(action).evaluate((button) => {
      const style = getComputedStyle(button);
      const box = button.getBoundingClientRect();
      return {
        color: style.color,
        background: style.backgroundColor,
        font: style.font,
        border: style.border,
        height: box.height,
        top: box.top,
        opacity: style.opacity,
      };
    });
  expect(await look("reject_all")).toEqual(await look("accept_all"));
  const width = async (action: string) => (await visitor.button(action).boundingBox())!.width;
  expect(Math.abs((await width("reject_all")) - (await width("accept_all")))).toBeLessThan(2);
});

test("the first layer says what it must", async ({ visitor }) => {
  await visitor.visit(HOME);
  await expect(visitor.banner).toContainText("Le Relais");
  await expect(visitor.banner).toContainText("Préférences · Statistiques · Marketing");
  await expect(visitor.banner).toContainText("13 mois");
  await expect(visitor.banner).toContainText("retirez-le en tout temps");
  await expect(visitor.banner.getByRole("link")).toHaveAttribute("href", POLICY);
  await expect(visitor.banner.locator("input")).toHaveCount(0);
});

test("one element is named cookie-consent, and no other id has consent in it", async ({ visitor, page }) => {
  await visitor.visit(HOME);
  await visitor.customize();
  const ids = await page.evaluate(() =>
    [...document.querySelectorAll("[id*=consent i]")].map((element) => element.id),
  );
  expect(ids).toEqual(["cookie-consent"]);
});

test("only the keyboard is needed to refuse", async ({ visitor, page, auditor }) => {
  await visitor.visit(HOME);
  await expect(visitor.banner).toBeVisible();
  // The banner is first in the page: its link, then "refuse".
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(visitor.button("reject_all")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(visitor.banner).toBeHidden();
  await expect(visitor.reopen).toBeFocused();
  const record = await auditor.record((await visitor.receipt()).id);
  expect(record).toMatchObject({ status: "refused", trusted: true });
});
