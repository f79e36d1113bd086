/** Services that need no consent: on from the start, told, objected to apart, in the page and behind no banner at all. */
import { readFileSync } from "node:fs";
import { expectFit, violations } from "../support/accessibility";
import { expect, service, test, waitingScript, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

const CONDITIONS = ["own_account_only", "no_cross_site_identifier", "aggregated_output", "no_combination"];
const EXEMPT = { exempt: { kind: "audience_measurement", conditions: CONDITIONS }, cookies: [{ name: "_pk_id*", lifetime: "P13M" }] };
const SITE = {
  jurisdiction: "FR",
  audience_data_months: 25,
  services: [service("matomo", "statistics", EXEMPT), service("compteur", "statistics"), service("pub", "marketing")],
};
const SCRIPTS = `
  ${waitingScript("statistics", "https://mesure.example/matomo.js", "matomo")}
  ${waitingScript("statistics", "https://mesure.example/compteur.js", "compteur")}
  ${waitingScript("marketing", "https://pub.example/pub.js", "pub")}`;

/** Matomo as its maker's snippet sets it up, but for the script itself: it keeps an identifier where it runs. */
const matomo = (lab: Lab): void =>
  lab.answer(
    "https://mesure.example/matomo.js",
    "text/javascript",
    `(window.ran ??= []).push("matomo"); document.cookie = "_pk_id.1.ab12=4f2a.1795379265.;path=/;max-age=33955200;SameSite=Lax";`,
  );

const cookieNames = async ({ page }: Lab): Promise<string[]> => (await page.context().cookies(page.url())).map(({ name }) => name);
const switchOf = (visitor: Visitor, id: string) => visitor.dialog.locator(`input[name="service-${id}"]`);

test("it runs before an answer and after a refusal, and the first layer says so", async ({ lab, visitor }) => {
  await lab.publish(SITE);
  matomo(lab);
  await lab.open(SCRIPTS);
  await expect.poll(() => lab.ran()).toEqual(["matomo"]);
  await expect(visitor.banner).toContainText("matomo");
  await expect(visitor.banner).toContainText("Vous pouvez vous y opposer sous « Personnaliser »");
  await visitor.refuse();
  await visitor.receipt();
  await lab.page.reload();
  await expect(visitor.banner).toBeHidden();
  await expect.poll(() => lab.ran()).toEqual(["matomo"]);
  const [record] = await lab.auditor.records();
  expect(record).toMatchObject({ status: "refused", method: "reject_all" });
  expect(record!.services ?? {}).toEqual({});
});

test("its own switch objects to it: it stops, its cookies go, a record says so, and taking it back is recorded too", async ({ lab, visitor }) => {
  await lab.publish(SITE);
  matomo(lab);
  await lab.open(SCRIPTS);
  await expect.poll(() => lab.ran()).toEqual(["matomo"]);
  expect(await cookieNames(lab)).toContain("_pk_id.1.ab12");
  await visitor.customize();
  await expect(switchOf(visitor, "matomo")).toBeChecked();
  await expect(switchOf(visitor, "compteur")).not.toBeChecked();
  // The switch of the purpose is not about it, either way.
  await visitor.box("statistics").check();
  await expect(switchOf(visitor, "compteur")).toBeChecked();
  await visitor.box("statistics").uncheck();
  await expect(switchOf(visitor, "matomo")).toBeChecked();
  await switchOf(visitor, "matomo").uncheck();
  expect(await visitor.box("statistics").evaluate((box: HTMLInputElement) => [box.checked, box.indeterminate])).toEqual([false, false]);
  await visitor.button("save", visitor.dialog).click();
  await visitor.receipt();
  await expect.poll(() => cookieNames(lab)).not.toContain("_pk_id.1.ab12");
  expect((await visitor.stored()).cookie).toMatch(/^c1\.gddd\..*\.dmatomo$/);
  await lab.page.reload();
  await lab.atRest();
  expect(await lab.ran()).toEqual([]);
  // Refusing everything leaves the objection as it is; so does accepting a purpose.
  await visitor.reopenDialog();
  await expect(switchOf(visitor, "matomo")).not.toBeChecked();
  await visitor.button("reject_all", visitor.dialog).click();
  await expect.poll(() => lab.auditor.count()).toBe(2);
  expect((await visitor.stored()).cookie).toMatch(/\.dmatomo$/);
  await visitor.reopenDialog();
  await switchOf(visitor, "matomo").check();
  await visitor.button("save", visitor.dialog).click();
  await expect.poll(() => lab.auditor.count()).toBe(3);
  await expect.poll(() => lab.ran()).toEqual(["matomo"]);
  const answers = (await lab.auditor.records()).map(({ status, services }) => [status, services ?? {}]);
  expect(answers).toEqual([["refused", { matomo: "denied" }], ["refused", { matomo: "denied" }], ["refused", {}]]);
});

test("Escape changes nothing", async ({ lab, visitor }) => {
  await lab.publish(SITE);
  await lab.open(SCRIPTS);
  await visitor.customize();
  await switchOf(visitor, "matomo").uncheck();
  await lab.page.keyboard.press("Escape");
  await expect(visitor.dialog).toBeHidden();
  await expect(visitor.banner).toBeVisible();
  expect((await visitor.stored()).cookie).toBeUndefined();
  await visitor.customize();
  await expect(switchOf(visitor, "matomo")).toBeChecked();
});

test("a site that asks nothing has no banner, and the switch behind its permanent button", async ({ lab, visitor }) => {
  await lab.publish({ ...SITE, purposes: [], services: [SITE.services[0]] });
  matomo(lab);
  const marked = `<script type="text/plain" data-service="matomo" data-src="https://mesure.example/matomo.js"></script>`;
  await lab.open(`${marked}<div data-temoin="declaration"></div>`);
  await expect.poll(() => lab.ran()).toEqual(["matomo"]);
  await expect(visitor.banner).toHaveCount(0);
  await expect(lab.page.locator(".temoin-declaration")).toContainText("Sans consentement");
  await visitor.reopenDialog();
  await expect(visitor.button("accept_all", visitor.dialog)).toHaveCount(0);
  expect(await violations(lab.page)).toEqual([]);
  await switchOf(visitor, "matomo").uncheck();
  await visitor.button("save", visitor.dialog).click();
  await visitor.receipt();
  await lab.page.reload();
  await lab.atRest();
  expect(await lab.ran()).toEqual([]);
  const [record] = await lab.auditor.records();
  expect(record).toMatchObject({ status: "refused", services: { matomo: "denied" }, layer: "dialog" });
});

test("what was refused where it waits for consent does not run where it does not", async ({ lab, visitor }) => {
  await lab.publish({ ...SITE, jurisdiction: "DE", jurisdictions: ["FR"] });
  const tag = lab.tag;
  const page = (place: string) => lab.html(SCRIPTS).replace(tag, tag.replace(".js", `.js?place=${place}`));
  lab.serve("/berlin", page("DE"));
  lab.serve("/paris", page("FR"));
  await lab.page.goto(lab.origin + "/berlin");
  await lab.atRest();
  expect(await lab.ran()).toEqual([]);
  await expect(visitor.banner).not.toContainText("opposer");
  await visitor.refuse();
  await visitor.receipt();
  await lab.page.goto(lab.origin + "/paris");
  await expect(visitor.banner).toBeHidden();
  await lab.atRest();
  expect(await lab.ran()).toEqual([]);
  await visitor.reopenDialog();
  await expect(switchOf(visitor, "matomo")).not.toBeChecked();
});

interface Case {
  why: string;
  elsewhere?: boolean;
  stored?: string;
  services?: string;
  click?: string;
  gpc?: boolean;
  runs: string[];
}

test("the loader agrees with the shared list", async ({ lab }) => {
  const file = new URL("../../../crates/consent-core/tests/exempt-services.json", import.meta.url);
  const cases = (JSON.parse(readFileSync(file, "utf8")) as Case[]).filter(({ gpc }) => !gpc);
  expect(cases.length).toBeGreaterThan(10);
  await lab.publish({
    jurisdiction: "FR",
    jurisdictions: ["DE"],
    audience_data_months: 25,
    services: [service("mesure", "statistics", EXEMPT), service("compteur", "statistics"), service("pub", "marketing")],
  });
  const [own, other] = [await lab.material("FR"), await lab.material("DE")];
  expect(own).not.toBe(other);
  // The widget never comes: a click goes on waiting for it.
  await lab.page.route("**/w/**", (route) => route.abort());
  lab.serve("/before", "<!doctype html><title>Before</title>");
  lab.serve("/", lab.html("").replace(".js", ".js?place=FR"));
  const now = Date.now();
  for (const { why, elsewhere, stored, services, click, runs } of cases) {
    const about = elsewhere ? other : own;
    const end = new Date(now);
    end.setUTCMonth(end.getUTCMonth() + 12);
    const text = stored
      ? `${stored}.${now - 1000}.${end.getTime()}.${about}${services ? "." + services : ""}`
      : click
        ? `p1.${click}.t.${now - 1000}.${about}.${"0".repeat(64)}`
        : "";
    await lab.page.goto(lab.origin + "/before");
    await lab.page.evaluate((text) => (localStorage.clear(), text && localStorage.setItem("consent_temoin", text)), text);
    await lab.page.goto(lab.origin + "/");
    const found = await lab.page.evaluate(() => ["compteur", "mesure"].filter((id) => (window as any).Temoin.allows(id)));
    expect(found, why).toEqual(runs);
  }
});

for (const locale of ["fr-CA", "en"]) {
  test.describe(locale, () => {
    test.use({ locale });
    test("the banner and the dialog fit, and are accessible", async ({ lab, visitor }) => {
      await lab.publish(SITE);
      await lab.open(SCRIPTS);
      await expect(visitor.banner).toBeVisible();
      await expectFit(lab.page, "the banner");
      await visitor.customize();
      await expectFit(lab.page, "the dialog");
    });
  });
}
