/** The pictures of the documentation: `cargo xtask screenshots`. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { service, test as laboratory, waitingScript } from "../support/lab";
import { HOME, POLICY, VIDEO, expect, test } from "../support/demo-sites";
import { CONSENT, OWNER } from "../support/environment";
import { type Visitor } from "../support/visitor";
import { Console } from "../console/console";

const folder = process.env["TEMOIN_SCREENSHOTS"];
test.skip(!folder, "pictures are taken by `cargo xtask screenshots`");
laboratory.skip(!folder, "pictures are taken by `cargo xtask screenshots`");

const views = {
  desktop: { width: 1280, height: 860, colorScheme: "light" },
  "desktop-dark": { width: 1280, height: 860, colorScheme: "dark" },
  phone: { width: 390, height: 844, colorScheme: "light" },
  narrow: { width: 320, height: 640, colorScheme: "light" },
  small: { width: 1024, height: 700, colorScheme: "light" },
} as const;
type View = keyof typeof views;

async function look(page: Page, view: View): Promise<void> {
  await page.setViewportSize(views[view]);
  await page.emulateMedia({ colorScheme: views[view].colorScheme });
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** How to reach each state of the non-profit's site, and the views it is shown in. */
const states: Record<string, { views: View[]; reach(visitor: Visitor, page: Page): Promise<void> }> = {
  banner: {
    views: ["desktop", "desktop-dark", "phone", "narrow"],
    async reach(visitor) {
      await visitor.visit(HOME);
      await expect(visitor.banner).toBeVisible();
    },
  },
  dialog: {
    views: ["desktop", "desktop-dark", "narrow"],
    async reach(visitor) {
      await visitor.visit(HOME);
      await visitor.customize();
    },
  },
  "dialog-open": {
    views: ["desktop", "phone"],
    async reach(visitor) {
      await visitor.visit(HOME);
      await visitor.customize();
      await visitor.dialog.locator("summary").nth(2).click();
      await visitor.box("statistics").check();
    },
  },
  "my-consent": {
    views: ["desktop", "phone"],
    async reach(visitor, page) {
      await visitor.visit(HOME);
      await visitor.customize();
      await visitor.box("statistics").check();
      await visitor.button("save", visitor.dialog).click();
      await visitor.receipt();
      await page.reload();
      await visitor.reopenDialog();
      await expect(visitor.dialog.locator("[data-slot=receipt]")).toContainText("communautaire.");
    },
  },
  receipt: {
    views: ["desktop", "desktop-dark", "phone", "narrow"],
    async reach(visitor) {
      await visitor.visit(HOME);
      await visitor.refuse();
      await visitor.receipt();
      await visitor.reopenDialog();
      await expect.poll(async () => (await visitor.verify()).find(({ step }) => step === "anchor")?.outcome).toBe("passed");
      await visitor.dialog.locator("[data-slot=proof]").evaluate((proof) => proof.scrollIntoView());
    },
  },
  placeholder: {
    views: ["desktop", "phone"],
    async reach(visitor, page) {
      await visitor.visit(HOME);
      await visitor.refuse();
      await visitor.receipt();
      await visitor.visit(VIDEO);
      await page.locator(".temoin-placeholder").scrollIntoViewIfNeeded();
    },
  },
  declaration: {
    views: ["desktop", "phone"],
    async reach(visitor, page) {
      await visitor.visit(HOME);
      await visitor.refuse();
      await visitor.receipt();
      await visitor.visit(POLICY);
      const service = page.locator(".temoin-declaration").getByRole("heading", { name: "Google Analytics" });
      await service.evaluate((heading) => scrollTo({ top: heading.getBoundingClientRect().top - 160, behavior: "instant" }));
    },
  },
};

for (const [state, { views, reach }] of Object.entries(states)) {
  for (const view of views) {
    test(`${state}-${view}`, async ({ visitor, page }) => {
      await look(page, view);
      await reach(visitor, page);
      await take(page, `${state}-${view}`);
    });
  }
}

for (const site of ["communautaire", "boutique", "formation", "garderie", "atelier"]) {
  test(`site-${site}`, async ({ visitor, page }) => {
    await look(page, "small");
    await visitor.visit(`/${site}/`);
    await visitor.atRest();
    await take(page, `site-${site}`);
  });
}

test.describe("to an English browser", () => {
  test.use({ locale: "en-CA" });

  test("banner-english", async ({ visitor, page }) => {
    await look(page, "small");
    await visitor.visit("/bench/");
    await expect(visitor.banner).toBeVisible();
    await take(page, "banner-english");
  });
});

laboratory("banner-arabic and dialog-arabic", async ({ lab, visitor, page }) => {
  const says = (ar: string) => ({ description: { ar } });
  await lab.publish({
    name: "مكتبة الحي",
    languages: ["ar"],
    services: [
      service("القياس", "statistics", { id: "mesure", ...says("يحصي الزيارات والصفحات المقروءة.") }),
      service("الإعلانات", "marketing", { id: "pub", ...says("يعرض إعلاناتنا ويقيس أثرها.") }),
    ],
  });
  const body = "<h1>مكتبة الحي</h1><p>أبوابنا مفتوحة كل يوم من التاسعة صباحًا إلى الثامنة مساءً.</p>";
  await look(page, "phone");
  await lab.open(`<div lang="ar" dir="rtl" style="font: 1.25rem/1.6 system-ui">${body}</div>`);
  await expect(visitor.banner).toBeVisible();
  await take(page, "banner-arabic");
  await visitor.customize();
  await take(page, "dialog-arabic");
});

laboratory("theme", async ({ lab, visitor, page }) => {
  const documentation = readFileSync(`${import.meta.dirname}/../../../docs/theming.md`, "utf8");
  const theme = /```css\n([^]*?)```/.exec(documentation)![1];
  await lab.publish({ name: "La Librairie du Port" });
  const style = "body { font: 17px/1.6 Georgia, serif; max-width: 40em; margin: 28px auto; color: #2a1f14; background: #f3e9da }";
  const body = "<h1>La Librairie du Port</h1><p>Chaque samedi, un auteur vient lire une page de son livre, et une de celui d’un autre.</p>";
  await page.setViewportSize({ width: 800, height: 480 });
  await lab.open(body, `<style>${theme}${style}</style>`);
  await expect(visitor.banner).toBeVisible();
  await take(page, "theme");
});

for (const view of ["desktop", "phone"] as const) {
  laboratory(`inspector-${view}`, async ({ lab, visitor, page }) => {
    const { inspector } = await lab.publish({
      name: "Maison Boréale",
      services: [service("mesure", "statistics", { name: "Mesure", hosts: ["mesure.example"] }), service("pub", "marketing", { name: "Réclame", hosts: ["pub.example"] })],
    });
    const style = "body { font: 18px/1.6 Georgia, serif; max-width: 34em; margin: 40px; color: #23302b; background: #f4f1ea }";
    const body = `<h1>Nos nouvelles</h1><p>La saison des plantations commence : voici ce qui pousse à l’ombre.</p>
      <script src="https://pub.example/balise.js"></script><script>document.cookie = "_ga=GA1.1; path=/";</script>
      ${waitingScript("statistics", "https://mesure.example/m.js", "mesure")}`;
    await look(page, view);
    await lab.open(body, `<style>${style}</style>`);
    await visitor.refuse();
    await page.evaluate(inspector.replace("javascript:", ""));
    const panel = page.locator("temoin-inspector");
    await panel.locator("input").fill(OWNER);
    await panel.locator("button.main").click();
    await expect(panel.locator("li").first()).toBeVisible();
    await take(page, `inspector-${view}`);
  });
}

test("declaration-page", async ({ page }) => {
  await look(page, "small");
  await page.goto(`${CONSENT}/d/communautaire/fr-CA`);
  await take(page, "declaration-page");
});

test("console", async ({ page }) => {
  await look(page, "desktop");
  const console = new Console(page);
  await console.enter(OWNER, "#/sites/boutique/configuration");
  await console.button("Show the banner").click();
  const frame = page.frameLocator("iframe.preview");
  await expect(frame.locator("#cookie-consent .temoin-banner")).toBeVisible();
  await page.locator("iframe.preview").evaluate((frame) => frame.scrollIntoView({ block: "end" }));
  await take(page, "console-banner");
});
