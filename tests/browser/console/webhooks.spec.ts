/** A webhook made and removed in the console. */
import { OWNER } from "../support/environment";
import { expectFit } from "../support/accessibility";
import { expect, test } from "../support/lab";
import { Console } from "./console";

test("a webhook's secret is shown once, and it is removed once that is confirmed", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(OWNER, `#/sites/${lab.site}/webhooks`);
  await expect(console.main.locator(".empty")).toBeVisible();
  await page.locator("#webhook-name").fill("Registre");
  await page.locator("#webhook-url").fill("https://registre.example/x");
  await console.button("Add a webhook").click();
  expect(await console.main.locator(".note.good pre").innerText()).toMatch(/^whsec_/);
  const listed = console.main.locator(".token-list > li", { hasText: "Registre" });
  await expect(listed).toHaveCount(1);
  await expectFit(page, "webhooks", "html");
  await console.button("Remove: Registre").click();
  await console.button("Cancel").click();
  await expect(listed).toHaveCount(1);
  await console.button("Remove: Registre").click();
  await console.button("Yes, remove it").click();
  await expect(listed).toHaveCount(0);
});
