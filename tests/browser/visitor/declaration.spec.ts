/** The declaration of cookies, in a page of the site's own. */
import { expect, service, test } from "../support/lab";

const PLACE = `<div data-temoin="declaration"></div>`;
const SERVICES = [
  service("panier", "necessary", { name: "Panier", recipient: "Laboratoire", cookies: [{ name: "panier", lifetime: "session" }] }),
  service("mesure", "statistics", {
    name: "Mesure",
    recipient: "Compteurs ltée",
    country: "US",
    safeguard: "standard_clauses",
    policy_url: "https://mesure.example/politique",
    cookies: [
      { name: "_m", lifetime: "P13M" },
      { name: "_m_*", lifetime: "P1D" },
    ],
  }),
  service("pub", "marketing", { name: "Réclame & <Cie>", country: "DE", safeguard: "assessment", cookies: [{ name: "_r", lifetime: "P90D" }] }),
];

test.describe("says what is used, for what, by whom, where and for how long", () => {
  for (const [locale, purposes, facts] of [
    [
      "fr-CA",
      ["Nécessaires", "Préférences", "Statistiques", "Marketing"],
      ["Le service mesure.", "Compteurs ltée", "États-Unis", "clauses contractuelles types", "13 mois", "1 jour", "Allemagne", "90 jours", "le temps de la visite", "Camille Roy"],
    ],
    [
      "en",
      ["Necessary", "Preferences", "Statistics", "Marketing"],
      ["The service mesure.", "Compteurs ltée", "United States", "standard contractual clauses", "13 months", "1 day", "Germany", "90 days", "for this visit", "Camille Roy"],
    ],
  ] as const) {
    test.describe(locale, () => {
      test.use({ locale });
      test("in the visitor's language", async ({ lab, visitor }) => {
        await lab.publish({ services: SERVICES });
        await lab.open(PLACE);
        const declaration = lab.page.locator(".temoin-declaration");
        await expect(declaration).toHaveAttribute("lang", locale);
        await expect(declaration.getByRole("heading", { level: 3 })).toHaveText([...purposes]);
        for (const fact of facts) await expect(declaration).toContainText(fact);
        // Each service under its purpose, with its own table.
        const statistics = declaration.locator("section", { has: lab.page.getByRole("heading", { level: 3, name: purposes[2] }) });
        await expect(statistics.getByRole("heading", { level: 4 })).toHaveText(["Mesure"]);
        const rows = statistics.getByRole("table", { name: "Mesure" }).locator("tbody tr");
        await expect(rows).toHaveCount(2);
        await expect(rows.nth(1)).toContainText("_m_*");
        await expect(statistics.getByRole("link", { name: /Mesure/ })).toHaveAttribute("href", "https://mesure.example/politique");
        // What the owner writes is text.
        await expect(declaration.getByRole("heading", { level: 4 }).nth(2)).toHaveText("Réclame & <Cie>");
        expect(lab.hits).toEqual([]);
        // It opens the dialog.
        await declaration.locator('[data-temoin="open"]').click();
        await expect(visitor.dialog).toBeVisible();
      });
    });
  }
});

test("a place that is added later, or has a text in it until then, is filled once; a page has as many as it likes", async ({ lab, visitor }) => {
  await lab.publish({ services: SERVICES });
  await lab.open(`<div data-temoin="declaration">
    La déclaration arrive.
  </div>`);
  const filled = lab.page.locator(".temoin-declaration");
  await expect(filled).toHaveCount(1);
  await expect(lab.page.locator("main")).not.toContainText("arrive");
  await lab.page.evaluate((place) => document.querySelector("main")!.insertAdjacentHTML("beforeend", `<section>${place}</section>`), PLACE);
  await expect(filled).toHaveCount(2);
  expect(await filled.nth(0).innerHTML()).toBe(await filled.nth(1).innerHTML());
  expect(visitor.requests.filter((request) => request.url().endsWith("/declaration.html"))).toHaveLength(1);
  // It costs no WebAssembly.
  await visitor.refuse();
  await visitor.receipt();
  visitor.forget();
  await lab.page.reload();
  await expect(filled).toHaveCount(1);
  expect(visitor.downloadedWidget()).toBe(false);
});

test("a server that cannot be reached leaves the place empty and the page whole, until it answers", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.page.route("**/declaration.html", (route) => route.abort());
  await lab.open(PLACE);
  await expect(visitor.banner).toBeVisible();
  await lab.atRest();
  await expect(lab.page.locator("[data-temoin=declaration]")).toBeEmpty();
  await lab.page.unroute("**/declaration.html");
  await lab.page.evaluate((place) => document.querySelector("main")!.insertAdjacentHTML("beforeend", place), PLACE);
  await expect(lab.page.locator(".temoin-declaration")).not.toHaveCount(0);
  expect(visitor.complaints).toEqual([]);
});

test("a site that asks for nothing has no banner, and the declaration says why", async ({ lab, visitor }) => {
  await lab.publish({ purposes: ["necessary"], services: [SERVICES[0]], minors: true, reopen_button: false });
  await lab.open(PLACE);
  const declaration = lab.page.locator(".temoin-declaration");
  await expect(declaration).toContainText("Il n’y a rien à accepter ni à refuser : aucun bandeau ne vous le demande donc.");
  await expect(declaration).toContainText("Panier");
  await expect(declaration.locator('[data-temoin="open"]')).toHaveCount(0);
  await expect(visitor.banner).toHaveCount(0);
  await lab.atRest();
  expect(visitor.downloadedWidget()).toBe(false);
  expect(await visitor.stored()).toEqual({ cookie: undefined, local: null });
  expect(await lab.auditor.records()).toEqual([]);
});

test("the childcare site's policy page has it", async ({ visitor, page }) => {
  await visitor.visit("/garderie/confidentialite.html");
  await expect(page.locator(".temoin-declaration")).toContainText("Il n’y a rien à accepter ni à refuser");
  await expect(page.locator(".temoin-declaration")).toContainText("Connexion avec Facebook");
  await expect(visitor.banner).toHaveCount(0);
});
