/** Every language that the product speaks: the same layers, equal in layout and in weight. */
import { readdirSync } from "node:fs";
import { expectEqualAnswers, expectFit } from "../support/accessibility";
import { expect, service, test } from "../support/lab";

const LOCALES = readdirSync(`${import.meta.dirname}/../../../crates/consent-core/locales`).map((file) => file.replace(".json", ""));
const RIGHT_TO_LEFT = ["ar", "he"];
const SIZES = [
  { width: 1280, height: 860 },
  { width: 320, height: 568 },
];

for (const language of LOCALES) {
  test.describe(() => {
    test.use({ locale: language });

    test(`in ${language} the layers fit, the answers are equal, and axe finds nothing`, async ({ lab, visitor, page }) => {
      const description = { [language]: "…", en: "…" };
      const cookies = [{ name: "mesure_de_la_frequentation_des_pages_*", lifetime: "P13M" }];
      await lab.publish({
        name: "Le Relais communautaire",
        // English first, so that the language shown is the visitor's and not the site's first.
        languages: [...new Set(["en", language])],
        services: [
          service("session", "necessary", { description }),
          service("mesure", "statistics", { description, cookies, safeguard: "standard_clauses", policy_url: "https://tiers.example/" }),
          service("pub", "marketing", { description, cookies, safeguard: "adequacy", country: "US" }),
        ],
      });
      await lab.open("<h1>Page</h1>");
      await expect(visitor.banner).toBeVisible();
      await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", language);
      const direction = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
      await expect(page.locator("#cookie-consent")).toHaveAttribute("dir", direction);
      await expectFit(page, "the banner", undefined, SIZES);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await expectEqualAnswers(visitor.banner);
        // Whatever of the text must scroll, the answers are in sight.
        for (const action of ["reject_all", "accept_all", "customize"]) {
          await expect(visitor.button(action)).toBeInViewport({ ratio: 1 });
          expect(await visitor.onTop(visitor.button(action)), action).toBe(true);
        }
        // The banner stands where a line of the language begins.
        const box = (await visitor.banner.boundingBox())!;
        const gap = direction === "ltr" ? box.x : size.width - box.x - box.width;
        expect(gap).toBe(12);
      }
      await visitor.customize();
      await visitor.dialog.locator("details").evaluateAll((details) => details.forEach((each) => each.setAttribute("open", "")));
      await expectFit(page, "the dialog", undefined, SIZES);
      await expectEqualAnswers(visitor.dialog);
      const { x: refuse } = (await visitor.button("reject_all", visitor.dialog).boundingBox())!;
      const { x: accept } = (await visitor.button("accept_all", visitor.dialog).boundingBox())!;
      expect(Math.sign(accept - refuse)).toBe(direction === "ltr" ? 1 : -1);

      await visitor.button("save", visitor.dialog).click();
      await visitor.receipt();
      await visitor.reopenDialog();
      for (const { step, outcome, said } of await visitor.verify()) {
        expect(step === "anchor" ? ["passed", "pending"] : ["passed"], said).toContain(outcome);
      }
      await expectFit(page, "the receipt, verified", undefined, SIZES);
    });
  });
}

test("only the language shown is sent", async ({ lab, visitor, page }) => {
  await lab.publish({ languages: ["fr-CA", "en"], services: [] });
  const texts = new Map<string, string>();
  page.on("response", async (answer) => {
    if (answer.url().includes("/t/") || answer.url().endsWith(".html")) texts.set(answer.url(), await answer.text());
  });
  await lab.open("");
  await visitor.customize();
  await expect.poll(() => texts.size).toBe(2);
  for (const text of texts.values()) {
    expect(text).toContain("Tout refuser");
    expect(text).not.toContain("Refuse all");
  }
});
