/** Who read records, and an owner who leaves. */
import { AUDITOR, CONSENT, OWNER } from "../support/environment";
import { expectFit } from "../support/accessibility";
import { expect, test } from "../support/lab";
import { Console } from "./console";

for (const language of ["en", "fr"]) {
  test(`each search leaves a read that its owner sees: ${language}`, async ({ page, lab }) => {
    await lab.publish();
    const console = new Console(page);
    await console.enter(AUDITOR, `#/sites/${lab.site}/reads`, language);
    await expect(console.main.locator(".empty")).toBeVisible();
    await console.go(`#/sites/${lab.site}/proofs?status=refused&method=reject_all`);
    await console.go(`#/sites/${lab.site}/reads`);
    // The console asks for the records and for how many there are.
    await expect(console.records).toHaveCount(2);
    for (const row of await console.records.all()) {
      await expect(row).toContainText("status: refused");
      await expect(row).toContainText("method: reject_all");
    }
    await expect(console.main).toContainText(`temoin reads ${CONSENT} --site ${lab.site}`);
    await expectFit(page, "reads", "html");
    await page.evaluate(() => sessionStorage.clear());
    await console.enter(OWNER, `#/sites/${lab.site}/reads`, language);
    await expect(console.records).toHaveCount(2);
  });

  test(`an owner leaves once they have written the site's name, and comes back: ${language}`, async ({ page, lab }) => {
    await lab.publish();
    const loader = async () => (await fetch(`${CONSENT}/t/${lab.site}.js`)).status;
    const console = new Console(page);
    await console.enter(OWNER, `#/sites/${lab.site}`, language);
    await console.main.locator('a[href$="/leave"]').click();
    const name = page.locator("#leave-name");
    await expect(name).toBeVisible();
    await expectFit(page, "leave", "html");
    await name.fill("another");
    await console.main.locator("form button").click();
    await expect(page.locator("#leave-name-error")).toContainText(lab.site);
    await expect(name).toBeFocused();
    expect(await loader()).toBe(200);
    await name.fill(lab.site);
    await console.main.locator("form button").click();
    await expect(console.main.locator(".note.warn")).toBeVisible();
    expect(await loader()).toBe(410);
    await expectFit(page, "left", "html");
    // It is only told again.
    await page.reload();
    await expect(console.main.locator(".note.warn")).toBeVisible();
    await lab.publish();
    expect(await loader()).toBe(200);
  });
}
