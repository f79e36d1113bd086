/** Pages that are XML: the tag works in them as in pages of HTML. */
import { violations } from "../support/accessibility";
import { expect, test, type Lab } from "../support/lab";

const XHTML = "http://www.w3.org/1999/xhtml";
const FILM = `<iframe title="Film" width="400" height="225" data-category="marketing" data-service="pub" data-src="https://pub.example/film"></iframe>`;

async function open(lab: Lab, type: string, config: Record<string, unknown> = {}): Promise<void> {
  await lab.publish(config);
  const body = `<p>Une page<br /></p><div data-temoin="declaration"></div>${FILM}
    <script type="text/plain" data-category="statistics" data-src="https://tiers.example/mesure.js"></script>
    <button data-temoin="open" id="mine">Mes témoins</button>`;
  lab.serve(
    "/",
    `<?xml version="1.0" encoding="utf-8"?><html xmlns="${XHTML}" lang="fr" xml:lang="fr"><head><title>Page</title>${lab.tag}</head><body>${body}</body></html>`,
    { "content-type": `${type}; charset=utf-8` },
  );
  await lab.page.goto(lab.origin + "/");
  expect(await lab.page.evaluate(() => document.contentType)).toBe(type);
}

for (const type of ["application/xhtml+xml"]) {
  for (const blocking of ["marked"]) {
    test(`${type}, ${blocking}: asked, held, answered, opened again`, async ({ lab, visitor, page }) => {
      await open(lab, type, { blocking });
      await expect(visitor.banner).toBeVisible();
      expect(await visitor.onTop(visitor.button("reject_all"))).toBe(true);
      await expect(page.locator(".temoin-placeholder")).toBeVisible();
      await expect(page.locator("[data-temoin=declaration]")).toContainText("Le service mesure.");
      expect(await page.evaluate(() => window.Temoin.consent.statistics)).toBe(false);
      await lab.atRest();
      expect(lab.hits).toEqual([]);
      await visitor.customize();
      await visitor.box("statistics").check();
      await visitor.button("save", visitor.dialog).click();
      const { id } = await visitor.receipt();
      expect(await lab.auditor.record(id)).toMatchObject({ method: "save", trusted: true });
      await expect.poll(() => lab.hits).toEqual(["https://tiers.example/mesure.js"]);
      await page.locator("#mine").click();
      await expect(visitor.dialog.locator("[data-slot=receipt]")).toHaveText(id);
      await expect(visitor.dialog.locator("[data-slot=history] li")).toHaveCount(1);
    });
  }
}

test("an XHTML page's banner is as accessible as any", async ({ lab, visitor, page }) => {
  await open(lab, "application/xhtml+xml");
  await expect(visitor.banner).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
