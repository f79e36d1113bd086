/** The five demo sites, end to end: each with its own configuration, pages, policy and language. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { violations } from "../support/accessibility";
import { test as laboratory } from "../support/lab";
import { Auditor } from "../support/auditor";
import { NO_LOADS, type Loads, expect, loads, test } from "../support/demo-sites";
import { type Visitor } from "../support/visitor";

/** What a purpose lets run on a site's home page, and leaves in the browser. */
interface Effect {
  ran: string[];
  loads: Partial<Loads>;
  keeps: string[];
}

interface DemoSite {
  title: string;
  language: string;
  asks: Record<string, Effect>;
  /** After how many months the question comes back. */
  again: number;
  /** What its policy page must say of itself, in the declaration. */
  declares: string[];
  pages: string[];
  /** What its visitors came for. */
  use(visitor: Visitor, page: Page): Promise<void>;
}

const ANALYTICS: Effect = { ran: ["analytics"], loads: { analytics: 1 }, keeps: ["_ga"] };
const PIXEL: Effect = { ran: ["pixel"], loads: { pixel: 1, pixel_image: 1 }, keeps: ["_fbp"] };
const LANGUAGE: Effect = { ran: ["preferences"], loads: { preferences: 1 }, keeps: ["pref_lang"] };

const SITES: Record<string, DemoSite> = {
  communautaire: {
    title: "Vos témoins, votre choix",
    language: "fr-CA",
    asks: {
      preferences: LANGUAGE,
      statistics: { ...ANALYTICS, ran: ["analytics", "inline"] },
      marketing: PIXEL,
    },
    again: 13,
    declares: ["LinkedIn Corporation", "évaluation des facteurs relatifs à la vie privée", "Maëlle Thibodeau-Roy", "CAI"],
    pages: ["", "atelier.html", "don.html", "confidentialite.html"],
    async use(visitor, page) {
      await visitor.visit("/communautaire/atelier.html");
      await expect(page.locator(".temoin-placeholder")).toContainText("YouTube");
      await page.getByText("Lire la transcription").click();
      await expect(page.getByText("Neuf heures, rue des Tanneurs.")).toBeVisible();
    },
  },
  boutique: {
    title: "Vos témoins, votre choix",
    language: "fr-CA",
    asks: {
      preferences: LANGUAGE,
      statistics: ANALYTICS,
      marketing: { ran: ["mailchimp"], loads: { pixel_image: 1 }, keeps: ["mc_landing_site"] },
    },
    again: 13,
    declares: ["Panier", "session_boutique", "Square", "MailerLite Limited", "2026-03-01", "CAI"],
    pages: ["", "produit.html", "panier.html", "confidentialite.html"],
    async use(visitor, page) {
      await visitor.visit("/boutique/");
      await page.locator('[data-article="trousse"]').first().click();
      await page.goto("/boutique/panier.html");
      await expect(page.locator('[data-panier="lignes"]')).toContainText("Trousse complète du primaire");
      await page.getByLabel("Compte PayPal").check();
      await page.getByRole("button", { name: "Passer la commande" }).click();
      await expect(page.getByRole("region", { name: "Facture" })).toContainText("57,38");
      await page.getByLabel("Courriel").fill("parent@exemple.example");
      await page.getByLabel("Mot de passe").fill("craie");
      await page.getByRole("button", { name: "Se connecter" }).click();
      await page.reload();
      await expect(page.getByText("Votre session est ouverte.")).toBeVisible();
    },
  },
  formation: {
    title: "Vos cookies, votre choix",
    language: "fr-FR",
    asks: { statistics: ANALYTICS, marketing: PIXEL },
    again: 6,
    declares: ["décision d’adéquation", "clauses contractuelles types", "Anselme Quéméneur", "6 mois", "CNIL"],
    pages: ["", "cours.html", "test.html", "confidentialite.html"],
    async use(visitor, page) {
      await visitor.visit("/formation/test.html");
      for (let question = 1; question <= 6; question++) {
        await expect(page.getByText(`Question ${question} sur 6`)).toBeVisible();
        await page.getByRole("radio").nth(2).check();
        await page.getByRole("button", { name: "Valider" }).click();
        await page.getByRole("button", { name: question < 6 ? "Question suivante" : "Voir mon résultat" }).click();
      }
      await expect(page.locator('[data-test="score"]')).toHaveText("3 / 6");
    },
  },
  atelier: {
    // In the practitioner's own words.
    title: "Vos cookies, à votre rythme",
    language: "fr-FR",
    asks: { statistics: ANALYTICS },
    again: 13,
    declares: ["WordPress", "Créneau Libre SAS", "décision d’adéquation", "25 mois", "Hélène Carrouges", "CNIL"],
    pages: ["", "seances.html", "reserver.html", "confidentialite.html"],
    async use(visitor, page) {
      await visitor.visit("/atelier/reserver.html");
      await page.locator('[name="creneau"]').first().check();
      await page.getByLabel("Prénom").fill("Odile");
      await page.getByLabel("Téléphone ou courriel").fill("odile@exemple.example");
      await page.getByRole("button", { name: "Confirmer le rendez-vous" }).click();
      await expect(page.getByRole("heading", { name: "C’est noté" })).toBeVisible();
    },
  },
};

/** What is in the browser, but for the product's own. */
async function kept(page: Page): Promise<string[]> {
  const cookies = (await page.context().cookies()).map(({ name }) => name);
  const keys = await page.evaluate(() => Object.keys(localStorage));
  return [...cookies, ...keys].filter((name) => !name.startsWith("consent_temoin")).sort();
}

/** What all these together let run. */
function together(effects: Effect[]): Effect {
  return {
    ran: effects.flatMap((effect) => effect.ran).sort(),
    loads: Object.assign({}, ...effects.map((effect) => effect.loads)) as Partial<Loads>,
    keeps: effects.flatMap((effect) => effect.keeps).sort(),
  };
}

/** Exactly this has run, was loaded and is kept. */
async function expectOnly(effect: Effect, visitor: Visitor): Promise<void> {
  await expect.poll(async () => (await visitor.ran()).sort()).toEqual(effect.ran);
  await expect.poll(loads).toEqual({ ...NO_LOADS, ...effect.loads });
  await visitor.atRest();
  expect((await visitor.ran()).sort()).toEqual(effect.ran);
  expect(await loads()).toEqual({ ...NO_LOADS, ...effect.loads });
  expect(await kept(visitor.page)).toEqual(effect.keeps);
}

const NOTHING: Effect = { ran: [], loads: {}, keeps: [] };

/** Every purpose of a record, with these granted. */
function decision(...granted: string[]): Record<string, string> {
  const all = ["necessary", "preferences", "statistics", "marketing"];
  return Object.fromEntries(all.map((purpose) => [purpose, ["necessary", ...granted].includes(purpose) ? "granted" : "denied"]));
}

for (const [site, { title, language, asks, again, declares, use }] of Object.entries(SITES)) {
  test.describe(site, () => {
    const auditor = new Auditor(site);
    const purposes = Object.keys(asks);
    const everything = together(Object.values(asks));

    test("visit: asked in its language, and nothing happens before the answer", async ({ visitor, page }) => {
      const count = await auditor.count();
      await visitor.visit(`/${site}/`);
      await expect(visitor.banner.getByRole("heading")).toHaveText(title);
      await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", language);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(visitor.banner.getByRole("link")).toHaveAttribute("href", `/${site}/confidentialite.html`);
      await page.mouse.wheel(0, 3000);
      await expectOnly(NOTHING, visitor);
      expect(await visitor.stored()).toEqual({ cookie: undefined, local: null });
      expect(await auditor.count()).toBe(count);
    });

    test("refuse: the site does what it is for, and nothing optional loads", async ({ visitor, page }) => {
      await visitor.visit(`/${site}/`);
      await visitor.refuse();
      const record = await auditor.record((await visitor.receipt()).id);
      expect(record).toMatchObject({ status: "refused", method: "reject_all", language, decision: decision() });
      await use(visitor, page);
      expect(await visitor.ran()).toEqual([]);
      expect(await loads()).toEqual(NO_LOADS);
      const left = await kept(page);
      for (const name of everything.keeps) expect(left).not.toContain(name);
      await expect(visitor.banner).toBeHidden();
    });

    test("accept: exactly what is configured loads", async ({ visitor }) => {
      await visitor.visit(`/${site}/`);
      await visitor.accept();
      await expectOnly(everything, visitor);
      const record = await auditor.record((await visitor.receipt()).id);
      expect(record).toMatchObject({ status: "given", method: "accept_all", decision: decision(...purposes) });
    });

    for (const [purpose, effect] of Object.entries(asks)) {
      test(`choose: ${purpose} alone`, async ({ visitor }) => {
        await visitor.visit(`/${site}/`);
        await visitor.customize();
        await expect(visitor.dialog.locator("input:checked")).toHaveCount(0);
        await visitor.box(purpose).check();
        await visitor.button("save", visitor.dialog).click();
        await expectOnly(together([effect]), visitor);
        const record = await auditor.record((await visitor.receipt()).id);
        expect(record).toMatchObject({ status: "given", method: "save", decision: decision(purpose) });
      });
    }

    test("withdraw, from the foot of the page: what was kept is gone, and stays away", async ({ visitor, page }) => {
      await visitor.visit(`/${site}/`);
      await visitor.accept();
      await expectOnly(everything, visitor);
      const given = await visitor.receipt();
      await page.locator("footer [data-temoin=open]").click();
      await expect(visitor.dialog).toBeVisible();
      for (const purpose of purposes) await expect(visitor.box(purpose)).toBeChecked();
      await visitor.button("withdraw", visitor.dialog).click();
      await expect.poll(async () => (await visitor.receipt()).id).not.toBe(given.id);
      const record = await auditor.record((await visitor.receipt()).id);
      expect(record).toMatchObject({ status: "withdrawn", previous: given.id, decision: decision() });
      await expect.poll(() => kept(page)).toEqual([]);
      const before = await loads();
      await page.reload();
      await visitor.atRest();
      expect(await visitor.ran()).toEqual([]);
      expect(await loads()).toEqual(before);
      expect(await kept(page)).toEqual([]);
    });

    test(`expire: asked again after ${again} months, and not before`, async ({ visitor, page }) => {
      await page.clock.setFixedTime(new Date("2027-01-15T10:00:00Z"));
      await visitor.visit(`/${site}/`);
      await visitor.accept();
      await visitor.receipt();
      const asked = new Date(Date.UTC(2027, again, 15, 10));
      await page.clock.setFixedTime(asked.getTime() - 1000);
      await page.reload();
      await expect.poll(() => visitor.ran()).not.toEqual([]);
      await expect(visitor.banner).toBeHidden();
      await page.clock.setFixedTime(asked);
      await page.reload();
      await expect(visitor.banner).toBeVisible();
      // Asked early, as the CNIL advises, the visitor still has the choice they made; at its end, none.
      const end = new Date("2028-02-15T10:00:00Z");
      expect(await visitor.consentStatus()).toBe(asked < end ? "given" : null);
      await page.clock.setFixedTime(end);
      await page.reload();
      await expect(visitor.banner).toBeVisible();
      expect(await visitor.consentStatus()).toBeNull();
      expect(await visitor.ran()).toEqual([]);
    });

    test("the policy page shows the declaration in force, and opens the choice", async ({ visitor, page }) => {
      await visitor.visit(`/${site}/confidentialite.html`);
      const declaration = page.locator("[data-temoin=declaration]");
      for (const words of declares) await expect(declaration).toContainText(words);
      const { services } = configuration(site);
      const names = await declaration.getByRole("heading", { level: 4 }).allTextContents();
      expect(names.sort()).toEqual(services.map(({ name }) => name).sort());
      await declaration.locator("[data-temoin=open]").click();
      await expect(visitor.dialog).toBeVisible();
      await expect(visitor.dialog.locator("input:checked")).toHaveCount(0);
    });
  });
}

/** The configuration that a demo site publishes. */
function configuration(name: string): Record<string, unknown> & { services: { name: string }[] } {
  const file = new URL(`../../../demo-site/sites/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

test.describe("boutique, to an English browser", () => {
  test.use({ locale: "en-CA" });

  test("asks in French, as its pages are", async ({ visitor, page }) => {
    await visitor.visit("/boutique/");
    await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", "fr-CA");
    await expect(visitor.button("reject_all")).toHaveText("Tout refuser");
    await visitor.refuse();
    const record = await new Auditor("boutique").record((await visitor.receipt()).id);
    expect(record).toMatchObject({ status: "refused", language: "fr-CA" });
  });
});

laboratory("boutique asks everyone again when its policy of October 2023 is replaced", async ({ lab, visitor }) => {
  const { policy, ...boutique } = configuration("boutique");
  await lab.publish({ ...boutique, origins: [lab.origin], policy: { version: "2023-10", url: "/confidentialite" } });
  await lab.open("");
  await visitor.refuse();
  await visitor.receipt();
  expect((await lab.publish({ policy })).asks_anew).toBe(true);
  await lab.open("");
  await expect(visitor.banner).toBeVisible();
  expect(await visitor.consentStatus()).toBeNull();
});

laboratory("communautaire, as published: the lint says which pixels are marketing", async ({ lab }) => {
  const { findings } = await lab.publish({ ...configuration("communautaire-as-published"), origins: [lab.origin] });
  const misfiled = (findings as { field: string; message: string }[]).filter(({ field }) => field.endsWith(".purpose"));
  expect(misfiled.map(({ message }) => message)).toEqual([
    "is statistics, but Pixel Meta (Facebook) is marketing by its own terms: file it there",
    "is statistics, but LinkedIn Insight is marketing by its own terms: file it there",
  ]);
});

for (const [answer, status, ran] of [
  ["reject_all", "refused", []],
  ["accept_all", "given", ["analytics", "pixel"]],
] as const) {
  test(`formation: ${answer} holds on its other domain too, by a signed link`, async ({ visitor, page }) => {
    await visitor.visit("/formation/cours.html");
    await visitor.button(answer).click();
    await visitor.receipt();
    const count = await new Auditor("formation").count();
    const link = page.getByRole("link", { name: "L’application d’entraînement" });
    await link.hover();
    await expect(link).toHaveAttribute("href", /#temoin=/);
    await link.click();
    await expect(page).toHaveURL(/^http:\/\/entrainement\.localhost:\d+\/formation\/test\.html$/);
    await expect.poll(() => visitor.consentStatus()).toBe(status);
    await expect(visitor.banner).toBeHidden();
    await expect.poll(() => visitor.ran()).toEqual(ran);
    await page.reload();
    expect(await visitor.consentStatus()).toBe(status);
    expect(await new Auditor("formation").count()).toBe(count);
  });
}

test("atelier: thirteen months at most for a cookie, a visit for the booking's", async ({ visitor, page, context }) => {
  await visitor.visit("/atelier/");
  await visitor.accept();
  await visitor.receipt();
  await SITES["atelier"]!.use(visitor, page);
  const days = new Map((await context.cookies()).map(({ name, expires }) => [name, (expires - Date.now() / 1000) / 86_400]));
  // Thirteen calendar months are 393 to 397 days.
  for (const name of ["_ga", "consent_temoin"]) {
    expect(days.get(name)).toBeGreaterThan(392);
    expect(days.get(name)).toBeLessThan(398);
  }
  const booking = (await context.cookies()).find(({ name }) => name === "rdv_session");
  expect(booking?.expires).toBe(-1);
});

test("atelier: a body that is a grid keeps its cells for the page", async ({ visitor, page }) => {
  await visitor.visit("/atelier/");
  await expect(visitor.banner).toBeVisible();
  const places = async () => [await page.locator("header").boundingBox(), await page.locator("main").boundingBox()];
  const withBanner = await places();
  await page.evaluate(() => document.querySelector("#cookie-consent")!.remove());
  expect(await places()).toEqual(withBanner);
});

const GARDERIE = ["", "logiciel.html", "connexion.html", "confidentialite.html"].map((page) => `/garderie/${page}`);

test.describe("garderie", () => {
  const auditor = new Auditor("garderie");

  test("no banner, no button, nothing stored, nothing reported", async ({ visitor, page, context }) => {
    for (const path of GARDERIE) {
      await visitor.visit(path);
      await visitor.atRest();
      await expect(visitor.banner).toHaveCount(0);
      await expect(visitor.reopen).toHaveCount(0);
    }
    expect(visitor.downloadedWidget()).toBe(false);
    // Not even by a script of the page, which can only open the dialog.
    await page.evaluate(() => [window.Temoin.acceptAll(), window.Temoin.rejectAll(), window.Temoin.open()]);
    await expect(visitor.dialog).toBeVisible();
    expect(await visitor.consentStatus()).toBeNull();
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])).toEqual([]);
    expect(await loads()).toEqual(NO_LOADS);
    expect(visitor.requests.filter((request) => request.method() === "POST")).toEqual([]);
    expect(await auditor.records()).toEqual([]);
  });

  test("the dialog and the declaration say why, and ask nothing", async ({ visitor, page, context }) => {
    const why = "Il n’y a rien à accepter ni à refuser : aucun bandeau ne vous le demande donc.";
    await visitor.visit("/garderie/confidentialite.html");
    await expect(page.locator("[data-temoin=declaration]")).toContainText(why);
    await expect(page.locator("[data-temoin=declaration]")).toContainText("Messagerie Fleuve inc.");
    await page.locator("footer [data-temoin=open]").click();
    await expect(visitor.dialog).toBeVisible();
    await expect(visitor.dialog).toHaveAccessibleName("Témoins (cookies) et outils semblables");
    await expect(visitor.dialog).toContainText(why);
    await expect(visitor.dialog.getByRole("checkbox")).toHaveCount(0);
    await expect(visitor.dialog.locator("[data-action]")).toHaveCount(1);
    await visitor.button("close", visitor.dialog).click();
    await expect(visitor.dialog).toBeHidden();
    expect(await context.cookies()).toEqual([]);
    expect(await auditor.records()).toEqual([]);
  });

  test("signing in needs no third party, and Facebook only after its own explanation", async ({ visitor, page, context }) => {
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      if (!/^(localhost|127\.0\.0\.1)$/.test(new URL(request.url()).hostname)) elsewhere.push(request.url());
    });
    await visitor.visit("/garderie/connexion.html");
    await page.getByRole("button", { name: "Continuer avec Facebook" }).click();
    await expect(page.getByText("Votre navigateur appellera Meta")).toBeVisible();
    expect(await context.cookies()).toEqual([]);
    await page.getByRole("button", { name: "Annuler" }).click();
    await page.getByLabel("Courriel").fill("parent@exemple.example");
    await page.getByLabel("Mot de passe").fill("pinson");
    await page.getByRole("button", { name: "Se connecter", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Votre session est ouverte" })).toBeFocused();
    const cookies = await context.cookies();
    expect(cookies.map(({ name, expires }) => [name, expires])).toEqual([["session_pinsonnet", -1]]);
    expect(elsewhere).toEqual([]);
  });
});

const PAGES = [
  "/",
  ...Object.entries(SITES).flatMap(([site, { pages }]) => pages.map((page) => `/${site}/${page}`)),
  ...GARDERIE,
];

for (const path of PAGES) {
  test(`axe finds nothing in ${path}, and nothing overflows`, async ({ visitor, page }) => {
    for (const [width, colorScheme] of [
      [1280, "light"],
      [320, "dark"],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await visitor.visit(path);
      await visitor.atRest();
      expect(await violations(page, "html"), `${width} px`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });
}
