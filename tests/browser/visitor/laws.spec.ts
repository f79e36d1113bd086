/** What each kind of law lets run before an answer, and what both layers say of it. */
import { readFileSync } from "node:fs";
import type { LoaderSite } from "../../../consent-widget/loader/generated/types";
import { choiceBeforeAnswer } from "../../../consent-widget/loader/state/choice";
import { expect, service, test, waitingScript } from "../support/lab";

interface Case {
  until_refused: string[];
  gpc: boolean;
  granted: string[];
}

const PURPOSES = ["preferences", "statistics", "marketing"];

test("the loader agrees with the shared list on what holds before an answer", () => {
  const file = new URL("../../../crates/consent-core/tests/before-answer.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };
  expect(cases.length).toBeGreaterThan(5);
  for (const { until_refused, gpc, granted } of cases) {
    const site = { until_refused: Object.fromEntries(until_refused.map((purpose) => [purpose, true])) } as unknown as LoaderSite;
    const { consent, services } = choiceBeforeAnswer(site, gpc);
    expect(PURPOSES.filter((purpose) => consent[purpose as keyof typeof consent])).toEqual(granted);
    expect([consent.necessary, services]).toEqual([true, {}]);
  }
});

const SERVICES = [service("langue", "preferences"), service("mesure", "statistics"), service("pub", "marketing")];
const PAGE = SERVICES.map(({ id, purpose }) => waitingScript(`${purpose}`, `https://${id}.example/${id}.js`, `${id}`)).join("");

for (const [law, on, said] of [
  ["CA", ["langue", "mesure"], "Actives jusqu’à votre refus : Préférences · Statistiques. Inactives jusqu’à votre accord : Marketing."],
  ["US-CA", ["langue", "mesure", "pub"], "et vous pouvez les refuser"],
  ["FR", [], "Avec votre accord seulement"],
  ["BR", [], "Avec votre accord seulement"],
] as const) {
  test(`under ${law}, before an answer: ${on.join(", ") || "nothing"}; after a refusal: nothing`, async ({ lab, visitor }) => {
    const safe = SERVICES.map((service) => ({ ...service, safeguard: "adequacy" }));
    expect((await lab.publish({ jurisdiction: law, services: safe })).findings).toEqual([]);
    await lab.open(PAGE);
    await expect(visitor.banner).toContainText(said.replaceAll(" :", "\u00a0:"));
    await expect.poll(() => lab.ran()).toEqual(on);
    await lab.atRest();
    expect(lab.hits).toHaveLength(on.length);
    expect(await visitor.consentStatus()).toBeNull();
    // The dialog shows what holds.
    await visitor.customize();
    for (const { id, purpose } of SERVICES) {
      const isOn = (on as readonly unknown[]).includes(id);
      await expect(visitor.box(`${purpose}`)).toBeChecked({ checked: isOn });
      await expect(visitor.box(`service-${id}`)).toBeChecked({ checked: isOn });
    }
    await visitor.button("close", visitor.dialog).click();
    await visitor.refuse();
    await visitor.receipt();
    lab.hits.length = 0;
    await lab.page.reload();
    expect(await visitor.consentStatus()).toBe("refused");
    await lab.atRest();
    expect([await lab.ran(), lab.hits]).toEqual([[], []]);
    const [record] = await lab.auditor.records();
    expect(record).toMatchObject({
      jurisdiction: law,
      status: "refused",
      decision: { preferences: "denied", statistics: "denied", marketing: "denied" },
    });
  });
}

test("under a mixed law, a yes to one service leaves on what was on", async ({ lab, visitor }) => {
  await lab.publish({ jurisdiction: "CA", services: SERVICES });
  await lab.open(`${PAGE}<iframe data-category="marketing" data-service="pub" data-src="https://pub.example/film" width="600" height="300"></iframe>`);
  await expect.poll(() => lab.ran()).toEqual(["langue", "mesure"]);
  await lab.page.locator("[data-action=always]").click();
  await visitor.receipt();
  await expect.poll(() => lab.ran()).toEqual(["langue", "mesure", "pub"]);
  const [record] = await lab.auditor.records();
  expect(record).toMatchObject({
    layer: "placeholder",
    decision: { preferences: "granted", statistics: "granted", marketing: "denied" },
    services: { pub: "granted" },
  });
});

test("under a mixed law, tags are told what is on, and Global Privacy Control is no answer", async ({ lab, visitor, context }) => {
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await lab.publish({ jurisdiction: "CA", services: SERVICES, signals: { google: { mode: "basic" } } });
  await lab.open(PAGE);
  await expect(visitor.banner).toBeVisible();
  await expect(visitor.banner.locator("[data-gpc]")).toContainText("refusé d’avance");
  await expect.poll(() => lab.ran()).toEqual(["langue", "mesure"]);
  const told = await lab.page.evaluate(() => {
    const layer = (window as unknown as { dataLayer: ArrayLike<unknown>[] }).dataLayer;
    return Array.from(layer, (entry) => Array.from(entry)).find(([name, kind]) => name === "consent" && kind === "default")?.[2];
  });
  expect(told).toMatchObject({ analytics_storage: "granted", functionality_storage: "granted", ad_storage: "denied" });
  await lab.atRest();
  expect(await lab.auditor.count()).toBe(0);
});
