/** A page and frames in it, with the tag in both. */
import { expect, service, test, waitingScript, type Lab } from "../support/lab";
import type { FrameLocator, Page } from "@playwright/test";

const SCRIPT = waitingScript("statistics", "https://tiers.example/mesure.js");
const framed = (src: string, more = "") => `<iframe id="frame" title="Cadre" width="700" height="600" src="${src}" ${more}></iframe>`;
const inside = (page: Page): FrameLocator => page.frameLocator("#frame");
const ran = (page: Page) => page.frames().at(-1)!.evaluate(() => (window as unknown as { ran?: string[] }).ran ?? []);

/** A page without the tag. */
const bare = (body: string) => `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Sans</title><body>${body}`;

async function expectPageAsks(lab: Lab): Promise<void> {
  await expect(lab.page.locator(".temoin-banner")).toBeVisible();
  await expect(inside(lab.page).locator("h1")).toBeVisible();
  await lab.atRest();
  await expect(inside(lab.page).locator(".temoin-banner")).toBeHidden();
  await expect(inside(lab.page).locator(".temoin-reopen")).toBeHidden();
}

for (const [name, host, config] of [
  ["of the page's own origin", "", {}],
  ["of another of the site's origins", "www.", {}],
  ["of a subdomain that shares the cookie", "www.", { cookie: true }],
] as const) {
  test(`a frame ${name} asks nothing and follows the page's choice`, async ({ lab, visitor, page }) => {
    const other = lab.origin.replace("://", "://" + host);
    const domain = "cookie" in config ? { cookie_domain: new URL(lab.origin).hostname } : {};
    await lab.publish({ origins: [...new Set([lab.origin, other])], ...domain });
    lab.serve(other + "/cadre", lab.html(`<h1>Cadre</h1>${SCRIPT}`));
    await lab.open(framed(other + "/cadre"));
    await expectPageAsks(lab);
    await visitor.accept();
    await visitor.receipt();
    await expect.poll(() => ran(page)).toEqual(["mesure"]);
    expect(await lab.auditor.count()).toBe(1);
    // A frame that comes later has it at once.
    await page.reload();
    await expect(inside(page).locator("h1")).toBeVisible();
    await expect.poll(() => ran(page)).toEqual(["mesure"]);
    await page.evaluate(() => window.Temoin.withdraw());
    await expect.poll(() => page.frames().at(-1)!.evaluate(() => window.Temoin.consent.statistics)).toBe(false);
  });
}

test("a frame in a frame asks nothing either", async ({ lab, page }) => {
  await lab.publish();
  lab.serve("/dedans", lab.html("<h1>Dedans</h1>"));
  lab.serve("/cadre", lab.html(`<h1>Cadre</h1>${framed("/dedans")}`));
  await lab.open(framed("/cadre"));
  await expectPageAsks(lab);
  await expect(inside(page).frameLocator("#frame").locator("h1")).toBeVisible();
  await expect(inside(page).frameLocator("#frame").locator(".temoin-banner")).toBeHidden();
});

for (const [name, origin] of [
  ["the same origin", ""],
  ["another site", "http://ailleurs.example"],
]) {
  test(`a frame whose page, of ${name}, has no tag asks`, async ({ lab, page }) => {
    await lab.publish();
    lab.serve("/cadre", lab.html(`<h1>Cadre</h1>${SCRIPT}`));
    const top = (origin || lab.origin) + "/haut";
    lab.serve(top, bare(framed(lab.origin + "/cadre")));
    await page.goto(top);
    await expect(inside(page).locator(".temoin-banner")).toBeVisible();
    await inside(page).locator("[data-action=accept_all]").click();
    await expect.poll(() => ran(page)).toEqual(["mesure"]);
  });
}

test("a frame of another site asks for itself", async ({ lab, page }) => {
  await lab.publish();
  lab.serve("/cadre", lab.html(`<h1>Cadre</h1>`).replace(lab.tag, lab.tag.replace(lab.site, "communautaire")));
  await lab.open(framed("/cadre"));
  await expect(page.locator("#cookie-consent > .temoin-banner")).toBeVisible();
  await expect(inside(page).locator(".temoin-banner")).toBeVisible();
});

test("a page that only says that it asks opens no frame's gate", async ({ lab, page }) => {
  await lab.publish({ origins: [lab.origin, lab.origin.replace("://", "://www.")] });
  lab.serve("/cadre", lab.html(`<h1>Cadre</h1>${SCRIPT}`));
  const material = await lab.material();
  const now = Date.now();
  const text = `c1.gggg.${now - 1000}.${now + 8.64e7}.${material}`;
  lab.serve(
    "http://ailleurs.example/haut",
    bare(`${framed(lab.origin + "/cadre")}<script>addEventListener("message", (event) => event.source.postMessage([event.data[0], ${JSON.stringify(text)}], "*"))</script>`),
  );
  await page.goto("http://ailleurs.example/haut");
  await expect(inside(page).locator(".temoin-banner")).toBeVisible();
  await lab.atRest();
  expect(lab.hits.filter((address) => address.includes("mesure.js"))).toEqual([]);
});

test("in a frame that asks nothing the dialog still opens, and the page follows", async ({ lab, visitor, page }) => {
  await lab.publish({ services: [service("mesure", "statistics")] });
  lab.serve("/cadre", lab.html(`<h1>Cadre</h1><button data-temoin="open" id="mine">Mes témoins</button>`));
  await lab.open(framed("/cadre") + SCRIPT);
  await expectPageAsks(lab);
  await inside(page).locator("#mine").click();
  await inside(page).locator("dialog[open] [data-action=accept_all]").click();
  await expect(visitor.banner).toBeHidden();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
});
