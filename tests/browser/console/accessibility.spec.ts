/** Every page in both languages, light and dark, at a desktop, a phone and 320 px; and by keyboard alone. */
import { expectFit } from "../support/accessibility";
import { AUDITOR, OWNER } from "../support/environment";
import { expect, test, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";
import { Console } from "./console";

/** A site with two editions and a proof. */
async function furnish(lab: Lab, visitor: Visitor): Promise<void> {
  // Short values: a text that is longer than its field scrolls in it, which is no fault.
  await lab.publish({ controller: { name: "Laboratoire", person_in_charge: "Camille Roy", contact: "info@lab.example" } });
  await lab.publish({ policy: { version: "2", url: "/confidentialite" } });
  await lab.open("<h1>Accueil</h1>");
  await visitor.button("reject_all").click();
  await visitor.receipt();
}

for (const language of ["fr", "en"]) {
  test.describe(() => {
    // Every page is looked at six times.
    test.slow();

    test(`axe finds nothing and nothing is cut on any page of an owner: ${language}`, async ({ page, lab, visitor }) => {
      await furnish(lab, visitor);
      const console = new Console(page);
      const look = (name: string) => expectFit(page, name, "html");
      await console.open("", language);
      await look("sign in");
      await console.signIn("wrong");
      await expect(page.locator("#token-error")).not.toBeEmpty();
      await look("a wrong token");
      await console.enter(OWNER, "#/", language);
      await look("sites");
      await console.go("#/new");
      await look("new site");
      await console.go(`#/sites/${lab.site}`);
      await look("overview");
      await console.go(`#/sites/${lab.site}/install`);
      await look("install");
      await console.go(`#/sites/${lab.site}/editions`);
      await console.main.locator(".compare button").click();
      await expect(console.main.locator(".change")).toHaveCount(1);
      await console.main.locator(".timeline button").first().click();
      await expect(console.main.locator(".panel .change")).toHaveCount(1);
      await look("editions, compared, and the way back");
      await console.go(`#/sites/${lab.site}/configuration`);
      await console.main.locator("details.service summary").first().click();
      await look("the form");
      await console.field("policy.version").fill("3");
      await page.locator("#review-button").click();
      await expect(console.main.locator(".review")).toBeVisible();
      await look("the review");
      await console.go("#/sites/neuf/configuration?new=1");
      await console.main.locator(".bar button").first().click();
      await expect(console.alert).toBeVisible();
      await look("errors in place");
      await console.go("#/sites/nulle-part");
      await look("an unknown site");
      await console.go("#/rien");
      await look("an unknown page");
    });

    test(`axe finds nothing and nothing is cut on any page of an auditor: ${language}`, async ({ page, lab, visitor }) => {
      await furnish(lab, visitor);
      const console = new Console(page);
      const look = (name: string) => expectFit(page, name, "html");
      await console.enter(AUDITOR, `#/sites/${lab.site}/proofs`, language);
      await expect(console.records).toHaveCount(1);
      await console.main.locator(".filters summary").click();
      await look("proofs");
      await console.records.first().getByRole("link").click();
      await console.main.locator(".proof .button").click();
      await console.steps();
      await console.main.locator(".steps summary").click();
      await look("one proof, checked");
      await console.go(`#/sites/${lab.site}/proofs?status=given`);
      await look("no proof");
    });
  });
}

test("by keyboard alone: a token, a site, its proofs; each page takes the focus to its heading", async ({ page, lab, visitor }) => {
  await furnish(lab, visitor);
  const console = new Console(page);
  await console.open();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(console.main).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.locator("#token")).toBeFocused();
  await page.keyboard.type(AUDITOR);
  await page.keyboard.press("Enter");
  await expect(console.title).toHaveText("Sites");
  await expect(console.title).toBeFocused();
  await console.go(`#/sites/${lab.site}`);
  await expect(console.title).toBeFocused();
  const proofs = page.getByRole("link", { name: "Proofs" });
  await proofs.focus();
  // What has the focus shows it.
  expect(await proofs.evaluate((link) => getComputedStyle(link).outlineStyle)).toBe("solid");
  await page.keyboard.press("Enter");
  await expect(console.title).toHaveText("Proofs");
  await expect(console.title).toBeFocused();
  await console.filter("status").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await console.button("Search").focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/status=refused/);
  await expect(console.records).toHaveCount(1);
});
