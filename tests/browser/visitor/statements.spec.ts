/** What a site states of its data: in the dialog and in the declaration, in words, and nothing of it in the first layer. */
import { expectFit } from "../support/accessibility";
import { expect, service, test } from "../support/lab";
import { Visitor } from "../support/visitor";

const STATED = {
  jurisdiction: "FR",
  legal_bases: { necessary: "contract", statistics: "consent" },
  rights: { url: "/droits", email: "vie-privee@relais.example", address: "1, rue des Lilas, 75020 Paris" },
  customer: { name: { "fr-CA": "votre école", en: "your school" }, contact: { "fr-CA": "son secrétariat", en: "its office" } },
  services: [
    service("hebergement", "necessary", {
      legal_basis: "legitimate_interests",
      country: "FR",
      retention: [
        { data: "ip_addresses", keep: "P12M" },
        { data: "logs", keep: "P1M" },
        { data: "other", name: { "fr-CA": "sauvegardes", en: "backups" }, keep: "P30D" },
      ],
    }),
    service("mesure", "statistics", {
      country: "US",
      role: "processor",
      safeguard: "privacy_framework",
      safeguard_url: "https://www.dataprivacyframework.gov/",
      cookies: [{ name: "_m", lifetime: "P13M" }],
      retention: [
        { data: "trackers", keep: "P13M" },
        { data: "audience_data", keep: "P25M" },
      ],
    }),
  ],
};

const openAll = async (visitor: Visitor): Promise<void> => {
  const details = visitor.dialog.locator(".temoin-purpose details");
  await details.evaluateAll((all) => all.forEach((each) => each.setAttribute("open", "")));
};

for (const [locale, facts, rights, within] of [
  [
    "fr-CA",
    [
      "Fondementexécution d’un contrat",
      "Fondementintérêts légitimes",
      "Conservationadresses IP (12 mois) · journaux (1 mois) · sauvegardes (30 jours)",
      "Conservationtémoins (13 mois) · données d’audience (25 mois)",
      "votre école · son secrétariat",
      "Data Privacy Framework (décision d’adéquation) – Lire la garantie (mesure)",
    ],
    ["accès à vos renseignements", "directives pour après votre décès", "plainte auprès de l’autorité"],
    "Réponse dans un délai de1 mois",
  ],
  [
    "en",
    [
      "Legal basisperformance of a contract",
      "Legal basislegitimate interests",
      "Data keptIP addresses (12 months) · logs (1 month) · backups (30 days)",
      "Data kepttrackers (13 months) · audience data (25 months)",
      "your school · its office",
      "Data Privacy Framework (adequacy decision) – Read the safeguard (mesure)",
    ],
    ["access to your data", "instructions for after your death", "complaint to the authority"],
    "Answer within1 month",
  ],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test("the dialog and the declaration say why, how long, for whom, and which rights there are", async ({ lab, visitor }) => {
      expect((await lab.publish(STATED)).findings).toEqual([]);
      await lab.open(`<h1>Relais</h1><h2>Cookies</h2><div data-temoin="declaration"></div>`);
      const { page } = lab;
      const text = async (within: string) => ((await page.locator(within).textContent()) ?? "").replaceAll(/[\u00a0\u202f]/g, " ");
      await expect(page.locator(".temoin-declaration")).toBeVisible();
      const declaration = await text(".temoin-declaration");
      for (const fact of [...facts, ...rights, within]) expect(declaration).toContain(fact);
      await expect(page.locator(".temoin-declaration li")).toHaveCount(10);
      await expect(page.locator('.temoin-declaration [href="mailto:vie-privee@relais.example"]')).toBeVisible();
      for (const fact of [...facts, ...rights]) expect(await text("#cookie-consent .temoin-banner")).not.toContain(fact);
      await expectFit(page, "the declaration", "[data-temoin=declaration]");

      await visitor.customize();
      await openAll(visitor);
      const dialog = await text("#cookie-consent dialog");
      for (const fact of facts) expect(dialog).toContain(fact);
      await expect(visitor.dialog.locator('a[href="/droits"]')).toBeVisible();
      await expectFit(page, "the dialog");
      await visitor.button("reject_all", visitor.dialog).click();
      await visitor.receipt();
      const [record] = await lab.auditor.records();
      expect(record).toMatchObject({ status: "refused", jurisdiction: "FR" });
      expect(lab.hits).toEqual([]);
    });
  });
}
