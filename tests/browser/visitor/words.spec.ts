/** The owner's own words, and the places where the banner can stand: what stays ours, and that yes and no weigh the same everywhere. */
import type { Locator, Page } from "@playwright/test";
import { SCHEMES, SIZES, expectEqualAnswers, expectFit, layoutFaults } from "../support/accessibility";
import { expect, service, test, type Lab } from "../support/lab";

const POSITIONS = ["bottom", "corner", "centre"] as const;
type Position = (typeof POSITIONS)[number];

const WORDS = {
  en: {
    title: "Cookies at the Relais",
    text: "We count visits to see which pages help, and show films of our partners.",
    accept: "Yes, I accept",
    refuse: "No, I refuse",
    choose: "Let me choose",
    dialog_title: "What may we keep?",
    dialog_text: "You decide purpose by purpose.",
    save: "Keep these choices",
  },
  "fr-CA": {
    title: "Les témoins du Relais",
    text: "Nous comptons les visites pour savoir quelles pages sont utiles, et montrons des films de nos partenaires.",
    accept: "Oui, j’accepte",
    refuse: "Non, je refuse",
    choose: "Je choisis",
    dialog_title: "Que pouvons-nous garder ?",
    dialog_text: "Vous décidez finalité par finalité.",
    save: "Garder ces choix",
  },
  ar: {
    title: "ملفات الارتباط في موقعنا",
    text: "نحصي الزيارات لنعرف الصفحات المفيدة.",
    accept: "نعم، أوافق",
    refuse: "لا أوافق",
    choose: "دعني أختر",
    dialog_title: "ماذا يمكننا أن نحفظ؟",
    dialog_text: "القرار لك في كل غرض.",
    save: "احفظ هذه الاختيارات",
  },
} as const;
type Language = keyof typeof WORDS;

const LINKS = Array.from({ length: 40 }, (_, nth) => `<p><a href="#${nth}">Page ${nth}</a></p>`).join("");
const PAGE = `<h1>Relais</h1>${LINKS}<footer><button data-temoin="open">Témoins</button></footer>`;

async function publish(lab: Lab, language: Language, more: Record<string, unknown>): Promise<void> {
  const description = { [language]: "…", en: "…" };
  const words = { en: WORDS.en, [language]: WORDS[language] };
  const services = [service("mesure", "statistics", { description }), service("film", "marketing", { description })];
  await lab.publish({ languages: [...new Set(["en", language])], services, words, ...more });
}

/** The distances of an element from the four sides of the window. */
async function gaps(page: Page, element: Locator): Promise<Record<"left" | "right" | "top" | "bottom", number>> {
  return element.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    return { left, right: clientWidth - right, top, bottom: clientHeight - bottom };
  });
}

async function expectPlace(page: Page, banner: Locator, position: Position, rtl: boolean, height: number): Promise<void> {
  const found = await gaps(page, banner);
  const [start, end] = rtl ? [found.right, found.left] : [found.left, found.right];
  const isCentred = position === "centre" && height >= 640;
  if (isCentred) {
    expect(Math.abs(found.left - found.right)).toBeLessThanOrEqual(1);
    expect(Math.abs(found.top - found.bottom)).toBeLessThanOrEqual(1);
    expect(found.top).toBeGreaterThanOrEqual(12);
  } else {
    expect(found.bottom).toBeCloseTo(12, 0);
    if (position === "bottom") expect(start).toBeCloseTo(12, 0);
    if (position === "corner") {
      expect(end).toBeCloseTo(12, 0);
      expect((await banner.boundingBox())!.width).toBeLessThanOrEqual(361);
    }
  }
}

/** The contrast of a button's text on its colour (WCAG 2.2, relative luminance). */
async function contrast(button: Locator): Promise<number> {
  return button.evaluate((button) => {
    const { color, backgroundColor } = getComputedStyle(button);
    const luminance = (text: string) => {
      const channels = /(\d+), (\d+), (\d+)/.exec(text)!.slice(1).map((channel) => {
        const share = Number(channel) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * channels[0]! + 0.7152 * channels[1]! + 0.0722 * channels[2]!;
    };
    const [dark, light] = [luminance(color), luminance(backgroundColor)].sort((a, b) => a - b);
    return (light! + 0.05) / (dark! + 0.05);
  });
}

for (const position of POSITIONS) {
  for (const language of Object.keys(WORDS) as Language[]) {
    test.describe(() => {
      test.use({ locale: language });

      test(`${position}, ${language}: it fits, and yes and no weigh the same`, async ({ lab, visitor, page }) => {
        await publish(lab, language, { position });
        await lab.open(PAGE);
        await expect(visitor.banner).toBeVisible();
        await expectFit(page, `the banner, ${position}`);
        for (const size of SIZES) {
          await page.setViewportSize(size);
          await expectPlace(page, visitor.banner, position, language === "ar", size.height);
          for (const colorScheme of SCHEMES) {
            await page.emulateMedia({ colorScheme });
            await expectEqualAnswers(visitor.banner);
            for (const action of ["reject_all", "accept_all"]) {
              const button = visitor.button(action);
              expect(await contrast(button), `${action}, ${colorScheme}`).toBeGreaterThanOrEqual(4.5);
              await expect(button).toBeInViewport({ ratio: 1 });
              expect(await visitor.onTop(button), action).toBe(true);
            }
          }
        }
      });
    });
  }

  test(`${position}: text of twice the size fits, and the answers stay equal`, async ({ lab, visitor, page }) => {
    await publish(lab, "en", { position });
    await lab.open(PAGE, "<style>html { font-size: 200% }</style>");
    await expect(visitor.banner).toBeVisible();
    for (const size of SIZES) {
      await page.setViewportSize(size);
      expect(await layoutFaults(page), `${size.width} px`).toEqual([]);
      await expectEqualAnswers(visitor.banner);
    }
  });

  test(`${position}: it is no wall: the page is used beside it, the keyboard reaches all, and Escape changes nothing`, async ({ lab, visitor, page }) => {
    await publish(lab, "en", { position, reopen_button: false });
    await lab.open(PAGE);
    await expect(visitor.banner).toBeVisible();
    for (const size of [SIZES[0]!, SIZES[1]!]) {
      await page.setViewportSize(size);
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator("main a").first().click();
      await expect(page).toHaveURL(/#0$/);
      // Nothing that has the focus is under the banner (WCAG 2.4.11), to the last button of the page.
      const hidden: string[] = [];
      for (const link of await page.locator("main a, footer button").all()) {
        await link.focus();
        if (!(await visitor.onTop(link))) hidden.push((await link.textContent())!);
      }
      expect(hidden, `${size.width} px`).toEqual([]);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      expect(await visitor.onTop(page.locator("footer button"))).toBe(true);
    }
    await page.keyboard.press("Escape");
    await expect(visitor.banner).toBeVisible();
    expect(await visitor.consentStatus()).toBeNull();
    await page.locator("footer button").click();
    await expect(visitor.dialog).toBeVisible();
  });

  test(`${position}: nothing of the page moves when it comes`, async ({ lab, visitor, page }) => {
    await publish(lab, "en", { position });
    await lab.open(PAGE);
    await expect(visitor.banner).toBeVisible();
    await lab.atRest();
    const moved = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
        }),
    );
    expect(moved).toBe(0);
  });
}

for (const language of ["en", "fr-CA"] as const) {
  test.describe(() => {
    test.use({ locale: language });

    test(`${language}: the owner's words stand on both layers, beside what the law wants said, and what is pressed is recorded`, async ({ lab, visitor, page }) => {
      await publish(lab, language, {});
      await lab.open("<h1>Relais</h1>");
      const own = WORDS[language];
      await expect(visitor.banner.getByRole("heading")).toHaveText(own.title);
      await expect(visitor.button("reject_all")).toHaveText(own.refuse);
      await expect(visitor.button("accept_all")).toHaveText(own.accept);
      await expect(visitor.button("customize")).toHaveText(own.choose);
      const paragraphs = visitor.banner.locator("p:visible");
      await expect(paragraphs.first()).toHaveText(own.text);
      const ours = language === "en" ? /third parties \(1\).*13 months.*withdraw it at any time.*Privacy policy/ : /tiers \(1\).*13 mois.*Politique de confidentialité/;
      await expect(paragraphs.nth(1)).toHaveText(ours);
      await expect(paragraphs.nth(2)).toContainText(language === "en" ? "Preferences · Statistics · Marketing" : "Préférences · Statistiques · Marketing");

      await visitor.customize();
      await expect(visitor.dialog.getByRole("heading", { level: 2 })).toHaveText(own.dialog_title);
      await expect(visitor.dialog.getByText(own.dialog_text)).toBeVisible();
      await expect(visitor.button("save", visitor.dialog)).toHaveText(own.save);
      await expectFit(page, "the dialog");
      await expectEqualAnswers(visitor.dialog);
      await visitor.button("reject_all", visitor.dialog).click();
      await visitor.receipt();
      const [record] = await lab.auditor.records();
      expect(record).toMatchObject({ status: "refused", language });
    });
  });
}

test("the longest answers that are allowed beside each other are of one size at 320 px", async ({ lab, visitor, page }) => {
  const words = { en: { accept: "Accept", refuse: "Refuse others" }, "fr-CA": { accept: "J’accepte les témoins du site", refuse: "Je refuse les témoins du site" } };
  await lab.publish({ languages: ["en", "fr-CA"], words });
  await page.setViewportSize(SIZES[2]!);
  for (const language of ["en", "fr-CA"]) {
    lab.serve(`/${language}`, lab.html("<h1>Relais</h1>").replace("<html>", `<html lang="${language}">`));
    await page.goto(`${lab.origin}/${language}`);
    await expect(visitor.banner).toBeVisible();
    await expect(visitor.button("accept_all")).toHaveText(words[language as "en"].accept);
    expect(await layoutFaults(page)).toEqual([]);
    await expectEqualAnswers(visitor.banner);
  }
});
