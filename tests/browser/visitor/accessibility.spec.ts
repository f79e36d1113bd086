/** What can be measured of WCAG 2.2 and RGAA; `docs/accessibility.md` says which test shows what. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { chromium, type Locator, type Page } from "@playwright/test";
import { SCHEMES, SIZES, expectFit, layoutFaults, violations } from "../support/accessibility";
import { Lab, expect, service, test, waitingScript } from "../support/lab";
import { Visitor, doublePressOver } from "../support/visitor";

const STATISTICS = "https://tiers.example/mesure.js";
const FILM = `<iframe title="Notre film" width="560" height="315" data-category="marketing" data-service="video" data-src="https://video.example/1"></iframe>`;

/** A site that has everything there is to show. */
async function publish(lab: Lab, languages: string[]): Promise<void> {
  const description = Object.fromEntries(languages.map((language) => [language, "Ce que fait ce service."]));
  const cookies = [{ name: "mesure_*", lifetime: "P13M" }];
  await lab.publish({
    name: "Le Relais communautaire",
    languages,
    services: [
      service("session", "necessary", { description, cookies: [{ name: "session", lifetime: "session" }] }),
      service("mesure", "statistics", { description, cookies, country: "US", safeguard: "assessment", policy_url: "https://tiers.example/" }),
      service("sondage", "statistics", { description }),
      service("video", "marketing", { description }),
    ],
  });
}

async function openServices(visitor: Visitor): Promise<void> {
  const details = visitor.dialog.locator(".temoin-purpose details");
  await details.evaluateAll((all) => all.forEach((each) => each.setAttribute("open", "")));
}

/** Every layer, one after the other, each reached as a visitor reaches it. */
async function eachLayer(lab: Lab, visitor: Visitor, look: (layer: string, within?: string) => Promise<void>): Promise<void> {
  const { page } = lab;
  await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await lab.open(`
    <h1>Nos films</h1>${FILM}<h2>Nos témoins</h2><div data-temoin="declaration"></div>
    ${waitingScript("statistics", STATISTICS)}`);
  await expect(visitor.banner.locator("[data-gpc]")).toBeVisible();
  await look("the banner, with Global Privacy Control");
  await page.locator("[data-gpc]").evaluate((note) => note.remove());
  await look("the banner");
  await look("the placeholder", ".temoin-placeholder");
  await expect(page.locator(".temoin-declaration")).toBeVisible();
  await look("the declaration", "[data-temoin=declaration]");

  await visitor.customize();
  await look("the dialog, before a choice");
  await openServices(visitor);
  await visitor.dialog.locator("[value=mesure]").check();
  await look("the dialog, with its services and a choice half made");
  await visitor.button("save", visitor.dialog).click();
  await expect(visitor.status).not.toBeEmpty();
  await look("what is said once a choice is kept, and the small button");

  await visitor.receipt();
  await visitor.reopenDialog();
  await expect(visitor.dialog.locator("[data-slot=receipt]")).toContainText(lab.site);
  await look("my consent");
  await visitor.verify();
  await look("the receipt, verified");
  await visitor.dialog.locator("[data-slot=past] summary").click();
  await visitor.button("erase", visitor.dialog).click();
  await look("the history, and whether to erase it");
  await visitor.button("erase_confirm", visitor.dialog).click();
  await expect(visitor.dialog.locator("[data-slot=erased]")).not.toBeEmpty();
  await look("what is said once it is erased");

  await visitor.button("accept_all", visitor.dialog).click();
  await visitor.receipt();
  await visitor.reopenDialog();
  await visitor.button("withdraw", visitor.dialog).click();
  await expect(page.locator(".temoin-reload")).toBeVisible();
  await look("the offer to reload");
}

for (const language of ["fr-CA", "fr-FR", "en"]) {
  test.describe(() => {
    test.use({ locale: language });

    test(`axe finds nothing and nothing is cut on any layer: ${language}`, async ({ lab, visitor, page }) => {
      await publish(lab, [language]);
      await eachLayer(lab, visitor, (layer, within) => expectFit(page, layer, within));
    });
  });
}

test("every control is at least 44 px high and wide, on every layer", async ({ lab, visitor, page }) => {
  await publish(lab, ["fr-CA"]);
  await page.setViewportSize(SIZES[2]!);
  await eachLayer(lab, visitor, async (layer, within) => {
    // The declaration is the page's own in style; a browser's own button is no target of ours.
    if (layer === "the declaration") return;
    const targets = await page.locator(within ?? "#cookie-consent").evaluate((root) =>
      [...root.querySelectorAll("button, summary, label, a")].flatMap((target) => {
        const { width, height } = target.getBoundingClientRect();
        return width > 0 ? [{ name: target.textContent!.trim(), least: Math.min(Math.round(width), Math.round(height)) }] : [];
      }),
    );
    expect(targets.filter(({ least }) => least < 44), layer).toEqual([]);
    expect(layer.startsWith("what is said") || targets.length > 0, layer).toBe(true);
  });
});

const WORDS = {
  "fr-CA": {
    banner: `
      - region "Vos témoins, votre choix":
        - heading "Vos témoins, votre choix" [level=2]
        - paragraph:
          - text: /Le Relais communautaire utilise des témoins/
          - link "Politique de confidentialité"
        - paragraph:
          - strong: "Finalités demandées :"
          - text: Préférences · Statistiques · Marketing
        - button "Tout refuser"
        - button "Tout accepter"
        - button "Personnaliser"`,
    dialog: `
      - dialog "Choisir mes témoins":
        - heading "Choisir mes témoins" [level=2]
        - button "Fermer sans rien changer"
        - paragraph: /Chaque finalité est refusée/
        - paragraph: /Global Privacy Control/
        - group "Nécessaires":
          - heading "Nécessaires" [level=3]
          - text: Toujours actifs
          - paragraph
          - group: /Services \\(1\\) – Nécessaires/
        - group "Préférences":
          - heading "Préférences" [level=3]:
            - checkbox "Préférences"
          - paragraph
        - group "Statistiques":
          - heading "Statistiques" [level=3]:
            - checkbox "Statistiques" [checked=mixed]
          - paragraph
          - group:
            - text: /Services \\(2\\)/
            - checkbox "mesure" [checked]
            - paragraph
            - term: Destinataire
            - definition: Tiers inc.
            - term: Pays
            - definition: États-Unis
            - term: Garantie
            - definition
            - term: Témoins et durée
            - definition: mesure_* (13 mois)
            - link "Sa politique (mesure)"
            - checkbox "sondage"
        - group "Marketing":
          - heading "Marketing" [level=3]:
            - checkbox "Marketing"
          - paragraph
          - group
        - button "Tout refuser"
        - button "Tout accepter"
        - button "Enregistrer mon choix"`,
    mine: `
      - heading "Mon consentement" [level=3]
      - term: Choix fait le
      - definition
      - term: Valable jusqu’au
      - definition
      - term: Reçu
      - definition
      - button "Retirer mon consentement"
      - button "Vérifier mon reçu"
      - button "Télécharger le reçu"
      - button "Télécharger en JSON-LD"
      - group:
        - list:
          - listitem: /Préférences \\(refusé\\), Statistiques \\(refusé\\), Marketing \\(refusé\\)/
        - paragraph
        - button "Effacer pour de bon"`,
    proof: `
      - status:
        - paragraph: /Votre reçu tient/
        - list:
          - listitem: Vérifié Le reçu dit exactement ce qui a été scellé.
          - listitem: /Vérifié Votre choix est inscrit au registre de preuves .* depuis le .*, au rang 1/
          - listitem: Vérifié Cet état du registre porte la signature du serveur.
      - 'figure "Votre reçu sous forme de code : il mène à votre preuve dans le registre."':
        - 'img "Votre reçu sous forme de code : il mène à votre preuve dans le registre."'
        - text: /temoin-receipt/`,
    reload: `
      - region /Ce qui fonctionnait déjà/:
        - paragraph
        - button "Recharger la page"
        - button "Fermer sans rien changer"`,
    placeholder: `
      - paragraph: /Notre film .* « Marketing »/
      - button "Afficher cette fois-ci"
      - button "Toujours afficher video"`,
  },
  en: {
    banner: `
      - region "Your cookies, your choice":
        - heading "Your cookies, your choice" [level=2]
        - paragraph:
          - text: /Le Relais communautaire uses cookies/
          - link "Privacy policy"
        - paragraph:
          - strong: "Purposes asked for:"
          - text: Preferences · Statistics · Marketing
        - button "Refuse all"
        - button "Accept all"
        - button "Customize"`,
    dialog: `
      - dialog "Choose my cookies":
        - heading "Choose my cookies" [level=2]
        - button "Close and change nothing"
        - paragraph: /Each purpose is refused/
        - paragraph: /Global Privacy Control/
        - group "Necessary":
          - heading "Necessary" [level=3]
          - text: Always on
          - paragraph
          - group: /Services \\(1\\) – Necessary/
        - group "Preferences":
          - heading "Preferences" [level=3]:
            - checkbox "Preferences"
          - paragraph
        - group "Statistics":
          - heading "Statistics" [level=3]:
            - checkbox "Statistics" [checked=mixed]
          - paragraph
          - group:
            - text: /Services \\(2\\)/
            - checkbox "mesure" [checked]
            - paragraph
            - term: Recipient
            - definition: Tiers inc.
            - term: Country
            - definition: United States
            - term: Safeguard
            - definition
            - term: Cookies and lifetime
            - definition: mesure_* (13 months)
            - link "Its policy (mesure)"
            - checkbox "sondage"
        - group "Marketing":
          - heading "Marketing" [level=3]:
            - checkbox "Marketing"
          - paragraph
          - group
        - button "Refuse all"
        - button "Accept all"
        - button "Save my choice"`,
    mine: `
      - heading "My consent" [level=3]
      - term: Chosen on
      - definition
      - term: Valid until
      - definition
      - term: Receipt
      - definition
      - button "Withdraw my consent"
      - button "Verify my receipt"
      - button "Download the receipt"
      - button "Download as JSON-LD"
      - group:
        - list:
          - listitem: /Preferences \\(refused\\), Statistics \\(refused\\), Marketing \\(refused\\)/
        - paragraph
        - button "Erase them for good"`,
    proof: `
      - status:
        - paragraph: /Your receipt holds/
        - list:
          - listitem: Verified The receipt says exactly what was sealed.
          - listitem: /Verified Your choice has been written in the proof log .* since .*, at place 1/
          - listitem: Verified That state of the log bears the server’s signature.
      - 'figure "Your receipt as a code: it leads to your proof in the log."':
        - 'img "Your receipt as a code: it leads to your proof in the log."'
        - text: /temoin-receipt/`,
    reload: `
      - region /What was already running/:
        - paragraph
        - button "Reload the page"
        - button "Close and change nothing"`,
    placeholder: `
      - paragraph: /Notre film.* “Marketing”/
      - button "Show it this once"
      - button "Always show video"`,
  },
};

for (const [language, said] of Object.entries(WORDS)) {
  test.describe(() => {
    test.use({ locale: language });

    test(`what a screen reader is told: ${language}`, async ({ lab, visitor, page }) => {
      await publish(lab, [language]);
      const seen: string[] = [];
      await eachLayer(lab, visitor, async (layer) => {
        seen.push(layer);
        const { dialog } = visitor;
        if (layer === "the banner") await expect(visitor.banner).toMatchAriaSnapshot(said.banner);
        if (layer === "the placeholder") await expect(page.locator(".temoin-placeholder")).toMatchAriaSnapshot(said.placeholder);
        if (layer.endsWith("half made")) await expect(dialog).toMatchAriaSnapshot(said.dialog);
        if (layer.endsWith("verified")) await expect(dialog.locator("[data-slot=proof]")).toMatchAriaSnapshot(said.proof);
        if (layer.startsWith("the history")) await expect(dialog.locator(".temoin-mine")).toMatchAriaSnapshot(said.mine);
        if (layer === "the offer to reload") await expect(page.locator("#cookie-consent")).toMatchAriaSnapshot(said.reload);
      });
      expect(seen).toHaveLength(12);
    });
  });
}

test.describe(() => {
  test.use({ locale: "ar" });

  test("what a screen reader is told, from right to left: ar", async ({ lab, visitor }) => {
    await publish(lab, ["ar"]);
    await lab.open("<h1>Page</h1>");
    await expect(visitor.banner).toMatchAriaSnapshot(`
      - 'region "ملفات تعريف الارتباط: الاختيار لك"':
        - 'heading "ملفات تعريف الارتباط: الاختيار لك" [level=2]'
        - paragraph:
          - link "سياسة الخصوصية"
        - paragraph:
          - strong: /.+/
        - button "رفض الكل"
        - button "قبول الكل"
        - button "تخصيص"
    `);
  });
});

test("what was done is announced, each time: kept, withdrawn, verified, erased", async ({ lab, visitor, page }) => {
  await publish(lab, ["fr-CA"]);
  await lab.open(FILM);
  /** What its live regions said since it was last asked. */
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target.nodeType === Node.TEXT_NODE ? target.parentElement! : (target as Element)).closest("[role=status]");
        if (region?.textContent && region.checkVisibility()) said.push(region.textContent);
      }
    }).observe(document.querySelector("#cookie-consent")!, { childList: true, characterData: true, subtree: true });
  });
  const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said.splice(0));
  const kept = ["Votre choix est enregistré."];
  await visitor.refuse();
  await expect.poll(said).toEqual(kept);
  await visitor.receipt();
  await page.locator(".temoin-placeholder [data-action=always]").click();
  await expect.poll(said).toEqual(kept);
  await visitor.reopenDialog();
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await expect.poll(said).toEqual(kept);
  await visitor.reopenDialog();
  await visitor.button("withdraw", visitor.dialog).click();
  await expect.poll(said).toEqual(kept);
  await visitor.reopenDialog();
  await visitor.verify();
  await expect.poll(said).toEqual(["Vérification en cours…", expect.stringContaining("Votre reçu tient")]);
  await visitor.dialog.locator("[data-slot=past] summary").click();
  await visitor.button("erase", visitor.dialog).click();
  await visitor.button("erase_confirm", visitor.dialog).click();
  await expect.poll(said).toEqual(["Vos preuves sont effacées."]);
});

/** Every control of what is shown, reached with Tab: each in sight, whole, and on top. */
async function expectReachable(page: Page, within: string): Promise<void> {
  const controls = await page.locator(`${within} :is(a, button, input, summary)`).evaluateAll((all) => all.filter((control) => control.checkVisibility()).length);
  expect(controls).toBeGreaterThan(2);
  // For half a second after the last click, nothing lies bare.
  await doublePressOver(page);
  for (let at = 0; at < controls; at++) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    await expect(page.locator(within).locator(":focus")).toHaveCount(1);
    await expect(focused).toBeInViewport({ ratio: 0.95 });
    const hit = await focused.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });
    expect(hit, await focused.evaluate((element) => element.outerHTML.slice(0, 90))).toBe(true);
  }
}

/** On the banner, then on the dialog with everything open. */
async function expectNothingLost(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await expect(visitor.banner).toBeVisible();
  await expectReachable(page, ".temoin-banner");
  expect(await layoutFaults(page)).toEqual([]);
  await visitor.button("customize").press("Enter");
  await expect(visitor.dialog).toBeVisible();
  await openServices(visitor);
  await visitor.button("close", visitor.dialog).focus();
  await page.keyboard.press("Shift+Tab");
  await expectReachable(page, "#cookie-consent dialog");
  expect(await layoutFaults(page)).toEqual([]);
}

/** The ways in which a visitor may need it larger. */
const LARGER: Record<string, { size: { width: number; height: number }; style?: string }> = {
  // 1280 × 1024 at 400 %, as WCAG 1.4.10 has it.
  "at 400 % zoom": { size: { width: 320, height: 256 } },
  "with text at 200 %": { size: { width: 1280, height: 800 }, style: "html { font-size: 200% }" },
  "with text at 200 % on a phone": { size: { width: 390, height: 844 }, style: "html { font-size: 200% }" },
};

for (const [how, { size, style }] of Object.entries(LARGER)) {
  for (const language of ["fr-CA", "de", "ar"]) {
    test.describe(() => {
      test.use({ locale: language, viewport: size });

      test(`${how}, nothing is lost and every control is reached: ${language}`, async ({ lab, visitor, page }) => {
        await publish(lab, [language]);
        await lab.open("<h1>Page</h1>", style ? `<style>${style}</style>` : "");
        await expectNothingLost(visitor);
      });
    });
  }
}

/** The four of WCAG 1.4.12. */
const SPACING =
  "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";

/** The spaces within a text, in its own font size: letters, words, lines, paragraphs. */
async function spacing(text: Locator): Promise<number[]> {
  return text.evaluate((element) => {
    const { letterSpacing, wordSpacing, lineHeight, marginBottom, fontSize } = getComputedStyle(element);
    return [letterSpacing, wordSpacing, lineHeight, marginBottom].map((length) => Number.parseFloat(length) / Number.parseFloat(fontSize) || 0);
  });
}

for (const language of ["fr-CA", "de", "ar"]) {
  test(`a visitor's own style sheet is stronger than ours; with its text spacing nothing is lost: ${language}`, async ({}, testInfo) => {
    const { launchOptions, timezoneId } = testInfo.project.use;
    // Only an extension can install what browsers call a user style sheet.
    const extension = testInfo.outputPath("extension");
    mkdirSync(extension, { recursive: true });
    const manifest = {
      manifest_version: 3,
      name: "Text spacing",
      version: "1",
      permissions: ["scripting", "tabs"],
      host_permissions: ["<all_urls>"],
      background: { service_worker: "worker.js" },
    };
    writeFileSync(`${extension}/manifest.json`, JSON.stringify(manifest));
    writeFileSync(`${extension}/worker.js`, "");
    const context = await chromium.launchPersistentContext("", {
      ...launchOptions,
      ignoreDefaultArgs: ["--disable-extensions"],
      args: [...launchOptions!.args!, `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
      locale: language,
      timezoneId,
      viewport: { width: 320, height: 640 },
    });
    const page = context.pages()[0]!;
    const lab = new Lab(page);
    await lab.connect(context);
    const visitor = new Visitor(page);
    await publish(lab, [language]);
    await lab.open("<h1>Page</h1>");
    const text = visitor.banner.locator("p").first();
    expect((await spacing(text))[0]).toBe(0);
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
    await worker.evaluate(async (css) => {
      const { tabs, scripting } = (globalThis as any).chrome;
      const [{ id }] = await tabs.query({ url: "http://*.localhost/*" });
      await scripting.insertCSS({ target: { tabId: id }, origin: "USER", css });
    }, SPACING);
    await expect.poll(() => spacing(text)).toEqual([0.12, 0.16, 1.5, 2].map((wanted) => expect.closeTo(wanted, 2)));
    await expectNothingLost(visitor);
    expect(visitor.complaints).toEqual([]);
    await context.close();
  });
}

test("a bookmarklet's text spacing takes effect too: letters, words, lines", async ({ lab, visitor, page }) => {
  await publish(lab, ["fr-CA"]);
  await lab.open("<h1>Page</h1>");
  await page.addStyleTag({ content: SPACING });
  for (const text of [visitor.banner.locator("p").first(), visitor.button("reject_all")]) {
    const [letters, words, lines] = await spacing(text);
    expect([letters! >= 0.12, words! >= 0.16, lines! >= 1.5]).toEqual([true, true, true]);
  }
  await expectNothingLost(visitor);
});

test("in forced colours every control has an edge, and the focus shows", async ({ lab, visitor, page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await publish(lab, ["fr-CA"]);
  await lab.open(FILM);
  const edges = (within: string) =>
    page.locator(`${within} button`).evaluateAll((buttons) =>
      buttons
        .filter((button) => button.checkVisibility())
        .map((button) => {
          const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(button);
          return { wide: Number.parseFloat(borderTopWidth) >= 1, seen: borderTopColor !== backgroundColor };
        }),
    );
  for (const within of [".temoin-banner", ".temoin-placeholder", "#cookie-consent dialog"]) {
    if (within.endsWith("dialog")) await visitor.customize();
    const found = await edges(within);
    expect(found.length).toBeGreaterThan(1);
    expect(found.every(({ wide, seen }) => wide && seen), within).toBe(true);
  }
  const box = visitor.box("statistics");
  expect(await box.evaluate((input) => getComputedStyle(input).appearance)).toBe("auto");
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").evaluate((element) => getComputedStyle(element).outlineStyle)).toBe("solid");
});

test("nothing moves, for those who asked for less motion as for everyone", async ({ lab, visitor, page }) => {
  await publish(lab, ["fr-CA"]);
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    await page.emulateMedia({ reducedMotion });
    await lab.open(FILM);
    await visitor.customize();
    const moving = await page.evaluate(() => document.getAnimations().length);
    const timed = await page.locator("#cookie-consent, #cookie-consent *, .temoin-placeholder *").evaluateAll((all) =>
      all.filter((element) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
        return transitionDuration !== "0s" || animationName !== "none" || scrollBehavior !== "auto";
      }).length,
    );
    expect([moving, timed]).toEqual([0, 0]);
  }
});

/** Least contrast with the surface of text of less weight, of a button's edge, of a line that divides. */
const LEAST = { "no-preference": [4.5, 3, 1], more: [7, 7, 7] };

test("text and edges have the contrast they need, and 7 to 1 for those who ask for more", async ({ lab, visitor, page }) => {
  await publish(lab, ["fr-CA"]);
  for (const colorScheme of SCHEMES) {
    for (const contrast of ["no-preference", "more"] as const) {
      await page.emulateMedia({ colorScheme, contrast });
      await lab.open("<h1>Page</h1>");
      await visitor.customize();
      const ratios = await visitor.dialog.evaluate((dialog) => {
        const canvas = document.createElement("canvas").getContext("2d")!;
        const luminance = (colour: string) => {
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
          const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
            const value = part / 255;
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
        };
        const surface = luminance(getComputedStyle(dialog).backgroundColor);
        const against = (colour: string) => {
          const other = luminance(colour);
          return (Math.max(surface, other) + 0.05) / (Math.min(surface, other) + 0.05);
        };
        const style = (selector: string) => getComputedStyle(dialog.querySelector(selector)!);
        const colours = [style(".temoin-purpose p").color, style("[data-action=close]").borderTopColor, style(".temoin-purpose").borderTopColor];
        return colours.map(against);
      });
      ratios.forEach((ratio, at) => expect(ratio, `${colorScheme}, ${contrast}`).toBeGreaterThan(LEAST[contrast][at]!));
    }
  }
});

test("on paper there is no banner, and no room kept for it", async ({ lab, visitor, page }) => {
  await publish(lab, ["fr-CA"]);
  await lab.open("<h1>Page</h1>");
  await expect(visitor.banner).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(visitor.banner).toBeHidden();
  await expect(page.locator("html")).toHaveCSS("padding-bottom", "0px");
  await page.emulateMedia({ media: "screen" });
  await visitor.refuse();
  await expect(visitor.reopen).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(visitor.reopen).toBeHidden();
});

test("each part says what language it is in, on a page in another that runs the other way", async ({ lab, visitor, page }) => {
  await publish(lab, ["fr-CA"]);
  lab.serve("/", lab.html(`${FILM}<div data-temoin="declaration"></div>`).replace("<html>", '<html lang="ar" dir="rtl">'));
  await page.goto(lab.origin + "/");
  await expect(page.locator(".temoin-declaration")).toBeVisible();
  for (const part of ["#cookie-consent", ".temoin-placeholder", ".temoin-declaration"]) {
    await expect(page.locator(part)).toHaveAttribute("lang", "fr-CA");
    await expect(page.locator(part)).toHaveCSS("direction", "ltr");
  }
  await expect(visitor.banner).toBeVisible();
  const { x } = (await visitor.banner.boundingBox())!;
  expect(x).toBe(12);
  expect(await violations(page)).toEqual([]);
});

test("the page on accessibility states every criterion of WCAG 2.2 A and AA, and cites tests that exist", () => {
  const text = readFileSync(`${import.meta.dirname}/../../../docs/accessibility.md`, "utf8");
  const stated = [...text.matchAll(/^\| (\d\.\d\.\d+) /gm)].map(([, criterion]) => criterion!);
  // WCAG 2.2 has 31 criteria of level A and 24 of level AA.
  expect(stated).toHaveLength(55);
  expect(new Set(stated).size).toBe(55);
  const cited = [...text.matchAll(/`([a-z-]+)` \*([^*]+)\*/g)];
  expect(cited.length).toBeGreaterThan(40);
  const folder = `${import.meta.dirname}/..`;
  const specs = new Map(readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => [basename(path), join(folder, path)]));
  for (const [, file, title] of cited) expect(readFileSync(specs.get(`${file}.spec.ts`)!, "utf8"), title).toContain(title!);
});
