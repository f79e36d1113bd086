/** Tokens made and revoked in the console, how visitors answer, and the banner of a draft. */
import { AUDITOR, CONSENT, OWNER } from "../support/environment";
import { expectFit } from "../support/accessibility";
import { expect, test } from "../support/lab";
import { Console } from "./console";

test("a token is shown once, opens what it is for, and stops when it is revoked", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(OWNER, `#/sites/${lab.site}/tokens`);
  await page.locator("#token-name").fill("Cabinet Érable");
  await console.button("Make a token").click();
  const token = await console.main.locator(".note.good pre").innerText();
  expect(token).toMatch(/^temoin_/);
  const ask = async () => (await fetch(`${CONSENT}/v1/sites/${lab.site}/consents`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await ask()).toBe(200);
  await expectFit(page, "tokens", "html");
  await console.button("Revoke: Cabinet Érable").click();
  await console.button("Yes, revoke it").click();
  await expect(console.main.locator(".token-list li", { hasText: "Cabinet Érable" })).toContainText("Revoked");
  expect(await ask()).toBe(401);
});

test("an auditor is offered no page that takes an owner's token", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(AUDITOR, `#/sites/${lab.site}`);
  const nav = page.getByRole("navigation", { name: "This site" });
  await expect(nav.getByRole("link", { name: "Tokens" })).toHaveCount(0);
  await expect(nav.getByRole("link", { name: "Install" })).toHaveCount(0);
  await expect(nav.getByRole("link", { name: "Proofs" })).toHaveCount(1);
});

test("rates are a chart for each purpose, with the numbers in a table", async ({ page, lab, visitor }) => {
  await lab.publish();
  await lab.open("<h1>Accueil</h1>");
  await visitor.button("accept_all").click();
  await visitor.receipt();
  const console = new Console(page);
  await console.enter(AUDITOR, `#/sites/${lab.site}/statistics`);
  await expect(console.main.locator("svg.chart")).toHaveCount(3);
  await expect(console.main.locator(".rate").first()).toHaveText("100%");
  const numbers = console.main.getByRole("table", { name: "The numbers, period by period" });
  await expect(numbers.locator("tbody td").first()).toHaveText("1");
  await expectFit(page, "statistics", "html");
});

test("a draft's real banner is shown in a frame, in each language, and is not published", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(OWNER, `#/sites/${lab.site}/configuration`);
  await console.field("name").fill("Nom du brouillon");
  await console.button("Show the banner").click();
  const frame = page.frameLocator("iframe.preview");
  const banner = frame.locator("#cookie-consent .temoin-banner");
  await expect(banner).toContainText("Nom du brouillon");
  await expect(frame.getByRole("button", { name: "Tout refuser" })).toBeVisible();
  // It looks as visitors see it.
  expect(await banner.evaluate((banner) => getComputedStyle(banner).position)).toBe("fixed");
  await page.locator("#preview-language").selectOption("0");
  await expect(frame.getByRole("button", { name: "Refuse all" })).toBeVisible();
  const editions = await fetch(`${CONSENT}/v1/sites/${lab.site}/editions`, { headers: { authorization: `Bearer ${OWNER}` } });
  expect(((await editions.json()) as { editions: unknown[] }).editions).toHaveLength(1);
});
