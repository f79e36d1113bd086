/** One site, one tag, and visitors in seven places: each has the layer, the gate and the record of the law there. */
import type { BrowserContext, Page } from "@playwright/test";
import { SIZES, expectFit } from "../support/accessibility";
import { Auditor } from "../support/auditor";
import { CONSENT } from "../support/environment";
import { expect, test } from "../support/demo-sites";

const auditor = new Auditor("boutique");

/** Says where a visitor is, as a proxy before the consent server would. */
async function from(context: BrowserContext, place: string): Promise<void> {
  await context.unroute(/\/t\/boutique\.js/);
  await context.route(/\/t\/boutique\.js/, (route) =>
    route.continue({ headers: { ...route.request().headers(), "x-visitor-place": place } }),
  );
}

/** Everything that the shop's home page lets run, in the order of its page. */
const ALL = ["preferences", "analytics", "mailchimp"];

const OPT_IN = { before: [], said: "Avec votre accord seulement" };
const OPT_OUT = { before: ALL, said: "vous pouvez les refuser" };

interface Place {
  place: string;
  law: string;
  by: "place" | "site";
  before: string[];
  said: string;
}

const PLACES: Record<string, Place> = {
  Montréal: { place: "CA-QC", law: "CA-QC", by: "site", ...OPT_IN },
  Toronto: { place: "CA-ON", law: "CA", by: "place", before: ["preferences", "analytics"], said: "Actives jusqu’à votre refus" },
  Paris: { place: "FR-75C", law: "FR", by: "place", ...OPT_IN },
  London: { place: "GB-LND", law: "GB", by: "place", ...OPT_IN },
  "Los Angeles": { place: "US-CA", law: "US-CA", by: "place", ...OPT_OUT },
  Austin: { place: "US-TX", law: "US", by: "place", ...OPT_OUT },
  "São Paulo": { place: "BR-SP", law: "BR", by: "place", ...OPT_IN },
  Tokyo: { place: "JP", law: "CA-QC", by: "site", ...OPT_IN },
};

/** Waits for these to have run, and that nothing else does. */
async function expectOnly(page: Page, ran: string[]): Promise<void> {
  const standin = () => page.evaluate(() => [...((window as unknown as { standin?: string[] }).standin ?? [])].sort());
  await expect.poll(standin).toEqual([...ran].sort());
}

for (const [city, { place, law, by, before, said }] of Object.entries(PLACES)) {
  test(`in ${city}: the law is ${law}`, async ({ visitor, page, context }) => {
    await from(context, place);
    await visitor.visit("/boutique/");
    await expect(visitor.banner).toContainText(said);
    await expectOnly(page, before);
    await visitor.atRest();
    await expectOnly(page, before);
    await visitor.accept();
    const given = await auditor.record((await visitor.receipt()).id);
    expect(given).toMatchObject({ jurisdiction: law, jurisdiction_from: by, status: "given" });
    await expectOnly(page, ALL);
    await visitor.reopenDialog();
    await visitor.button("reject_all", visitor.dialog).click();
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(given.receipt);
    const refused = await auditor.record((await visitor.receipt()).id);
    expect(refused).toMatchObject({ jurisdiction: law, previous: given.receipt, notice: given.notice });
    await page.reload();
    await visitor.atRest();
    await expectOnly(page, []);
  });
}

test("a visitor who travels: a refusal goes along, and a yes only to where it is one", async ({ visitor, page, context }) => {
  await from(context, "US-CA");
  await visitor.visit("/boutique/");
  await visitor.accept();
  await visitor.receipt();
  await expectOnly(page, ALL);
  // All was on before that click: it is no yes in Paris.
  await from(context, "FR");
  await page.reload();
  await expect(visitor.banner).toBeVisible();
  await expectOnly(page, []);
  await visitor.accept();
  await visitor.receipt();
  await expectOnly(page, ALL);
  // One given in Paris is a yes everywhere.
  for (const place of ["CA-QC", "CA-ON", "US-CA"]) {
    await from(context, place);
    await page.reload();
    await visitor.atRest();
    await expect(visitor.banner).toBeHidden();
    await expectOnly(page, ALL);
  }
  // Withdrawn in California, it is withdrawn at home.
  await visitor.reopenDialog();
  await visitor.button("withdraw", visitor.dialog).click();
  await expect.poll(() => visitor.consentStatus()).toBe("withdrawn");
  for (const place of ["FR", "CA-ON", "US-TX"]) {
    await from(context, place);
    await page.reload();
    await visitor.atRest();
    await expect(visitor.banner).toBeHidden();
    await expectOnly(page, []);
  }
});

test("a signal turned on after a yes overrides it where the law says so, and nowhere else", async ({ visitor, page, context }) => {
  await from(context, "FR");
  await visitor.visit("/boutique/");
  await visitor.accept();
  await visitor.receipt();
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await page.reload();
  await expectOnly(page, ALL);
  await from(context, "US-CA");
  await page.reload();
  await expect(page.locator(".temoin-honoured")).toHaveText("Demande de refus respectée");
  await expectOnly(page, ["preferences", "analytics"]);
  await expect.poll(async () => (await auditor.records("&method=gpc"))[0]).toMatchObject({
    jurisdiction: "US-CA",
    decision: { statistics: "granted", marketing: "denied" },
  });
});

test("in the page's language, the texts are those of the visitor's law", async ({ visitor, page, context }) => {
  await from(context, "US-CA");
  await page.route("**/boutique/", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace('lang="fr-CA"', 'lang="en"') });
  });
  await visitor.visit("/boutique/");
  await expect(visitor.banner).toContainText("you can refuse");
  await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", "en");
});

for (const [city, place] of [["Toronto", "CA-ON"], ["Los Angeles", "US-CA"]] as const) {
  test(`in ${city} the banner is fit for everyone, in every size, light and dark`, async ({ visitor, page, context }) => {
    await from(context, place);
    await visitor.visit("/boutique/");
    await expect(visitor.banner).toBeVisible();
    await expectFit(page, "the banner", "#cookie-consent", SIZES);
  });
}

test("what is sent to a visitor is the loader of their law alone", async () => {
  const sizes = new Map<string, number>();
  for (const { place, law } of Object.values(PLACES)) {
    const answer = await fetch(`${CONSENT}/t/boutique.js`, { headers: { "x-visitor-place": place } });
    const text = await answer.text();
    expect([...text.matchAll(/"law":"([^"]+)"/g)].map(([, said]) => said)).toEqual([law]);
    sizes.set(law, text.length);
  }
  expect(sizes.size).toBe(7);
});
