/** In which language a visitor is asked: the page's, if the site has it, then their browser's. */
import { expect, service, test, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

const FILM = `<iframe title="Film" width="400" height="225" data-category="marketing" data-service="pub" data-src="https://pub.example/film"></iframe>`;

/** How many loaders a page asked for. */
const loaders = (visitor: Visitor) => visitor.requests.filter((request) => new URL(request.url()).pathname.startsWith("/t/")).length;

async function open(lab: Lab, lang: string, languages = ["fr-CA", "en"], tag = lab.tag): Promise<void> {
  const description = Object.fromEntries(languages.map((language) => [language, "…"]));
  await lab.publish({ languages, services: [service("pub", "marketing", { description })] });
  lab.serve("/", lab.html(FILM).replace("<html>", lang ? `<html lang="${lang}">` : "<html>").replace(lab.tag, tag));
  await lab.page.goto(lab.origin + "/");
}

// The browser of these tests is in French of Canada.
for (const [lang, languages, expected, requests] of [
  ["en", ["fr-CA", "en"], "en", 2],
  ["en-GB", ["fr-CA", "en"], "en", 2],
  ["EN", ["fr-CA", "en"], "en", 2],
  ["fr", ["fr-CA", "en"], "fr-CA", 1],
  ["fr-FR", ["fr-CA", "en"], "fr-CA", 1],
  ["fr-FR", ["fr-CA", "fr-FR"], "fr-FR", 2],
  ["de", ["fr-CA", "en"], "fr-CA", 1],
  ["", ["fr-CA", "en"], "fr-CA", 1],
  ["en", ["fr-CA"], "fr-CA", 1],
  ["fr", ["en", "ar"], "en", 1],
  ["ar", ["en", "ar"], "ar", 2],
  ["no", ["en", "nb"], "nb", 2],
  ["zh-CN", ["en", "zh-Hans"], "zh-Hans", 2],
  ["pt-PT", ["pt-BR", "pt"], "pt", 2],
  ["pt-BR", ["pt-BR", "pt"], "pt-BR", 1],
] as const) {
  test(`a page in “${lang}” of a site in ${languages.join(", ")}: ${expected}`, async ({ lab, visitor, page }) => {
    await open(lab, lang, [...languages]);
    await expect(visitor.banner).toBeVisible();
    await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", expected);
    await expect(page.locator("#cookie-consent")).toHaveAttribute("dir", expected === "ar" ? "rtl" : "ltr");
    await expect(page.locator(".temoin-placeholder")).toHaveAttribute("lang", expected);
    await lab.atRest();
    expect(loaders(visitor)).toBe(requests);
    await visitor.customize();
    await visitor.button("save", visitor.dialog).click();
    const { id } = await visitor.receipt();
    expect((await lab.auditor.record(id)).language).toBe(expected);
    // Who has answered sees the button in that language.
    await page.reload();
    await expect(visitor.reopen).toBeVisible();
    await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", expected);
  });
}

test("a tag that names its language is taken at its word", async ({ lab, visitor, page }) => {
  await open(lab, "en", ["fr-CA", "en"], lab.tag.replace(".js", ".js?language=fr-CA"));
  await expect(visitor.banner).toBeVisible();
  await lab.atRest();
  await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", "fr-CA");
  expect(loaders(visitor)).toBe(1);
});

test("a tag with a language that the site does not have still closes the gate and asks", async ({ lab, visitor, page }) => {
  await open(lab, "fr", ["fr-CA", "en"], lab.tag.replace(".js", ".js?language=de"));
  await expect(visitor.banner).toBeVisible();
  await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", "fr-CA");
});

test("where the page's language cannot be had, the browser's is shown", async ({ lab, visitor, page }) => {
  await page.route("**/t/*.js?language=*", (route) => route.abort());
  await open(lab, "en");
  await expect(visitor.banner).toBeVisible();
  await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", "fr-CA");
  await visitor.refuse();
  expect((await lab.auditor.record((await visitor.receipt()).id)).language).toBe("fr-CA");
});
