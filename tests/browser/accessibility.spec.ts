import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Visitor } from "./visitor";

const layers: Record<string, (visitor: Visitor) => Promise<void>> = {
  banner: async () => {},
  dialog: async (visitor) => visitor.customize(),
  "dialog with a choice": async (visitor) => {
    await visitor.accept();
    await visitor.receipt();
    await visitor.reopenDialog();
  },
};

for (const width of [1280, 390, 320]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing at ${width} px, ${colorScheme}`, async ({ visitor, page, context }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      for (const [layer, reach] of Object.entries(layers)) {
        await context.clearCookies();
        await visitor.visit();
        await page.evaluate(() => localStorage.clear());
        await page.reload();
        await reach(visitor);
        const { violations } = await new AxeBuilder({ page }).include("#cookie-consent").analyze();
        expect(violations, layer).toEqual([]);
        const overflow = await page.evaluate(() => {
          const root = document.querySelector("#cookie-consent")!;
          return [...root.querySelectorAll("*")]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
            .map((element) => element.outerHTML.slice(0, 80));
        });
        expect(overflow, layer).toEqual([]);
      }
    });
  }
}

test("every target is at least 44 px high and wide", async ({ visitor }) => {
  await visitor.visit();
  await visitor.customize();
  const root = visitor.page.locator("#cookie-consent");
  for (const target of await root.locator("button, summary, label").all()) {
    const box = await target.boundingBox();
    if (!box) continue;
    expect(Math.round(box.height)).toBeGreaterThanOrEqual(44);
    expect(Math.round(box.width)).toBeGreaterThanOrEqual(44);
  }
});

test("what a screen reader is told", async ({ visitor }) => {
  await visitor.visit();
  await expect(visitor.banner).toMatchAriaSnapshot(`
    - region "Vos témoins, votre choix":
      - heading "Vos témoins, votre choix" [level=2]
      - paragraph
      - paragraph:
        - strong: /Fins demandées/
        - link "Politique de confidentialité"
      - button "Tout refuser"
      - button "Tout accepter"
      - button "Personnaliser"
  `);
  await visitor.customize();
  await expect(visitor.dialog).toMatchAriaSnapshot(`
    - dialog "Choisir mes témoins":
      - heading "Choisir mes témoins" [level=2]
      - button "Fermer sans rien changer"
      - paragraph
      - heading "Nécessaires" [level=3]
      - text: Toujours actifs
      - paragraph
      - group: Services (2) – Nécessaires
      - heading "Préférences" [level=3]:
        - checkbox "Préférences"
      - paragraph
      - group: Services (1) – Préférences
      - heading "Statistiques" [level=3]:
        - checkbox "Statistiques"
      - paragraph
      - group: Services (1) – Statistiques
      - heading "Marketing" [level=3]:
        - checkbox "Marketing"
      - paragraph
      - group: Services (4) – Marketing
      - button "Tout refuser"
      - button "Tout accepter"
      - button "Enregistrer mon choix"
  `);
});
