/** Slips of those who write the page: each is told where they look, and none becomes a visitor's answer. */
import { expect, service, test, waitingScript, type Lab } from "../support/lab";

/** What the console says of ours. */
function said(lab: Lab): string[] {
  const lines: string[] = [];
  lab.page.on("console", (message) => message.text().startsWith("Temoin:") && lines.push(message.text()));
  return lines;
}

const SERVICES = { services: [service("mesure", "statistics"), service("pub", "marketing")] };
const PURPOSES = "necessary, preferences, statistics, marketing, preferences, statistics, marketing, services";

for (const [call, message] of [
  ["set({ statistcs: true })", `purpose "statistcs" is not known. Write: `],
  ["set({ statistics: true, analytics: true })", `purpose "analytics" is not known. Write: `],
  ["set({ toString: true })", `purpose "toString" is not known. Write: `],
  ['set({ statistics: "yes" })', `statistics "yes" is not known. Write: true, false`],
  ["set({ statistics: 1 })", `statistics "1" is not known. Write: true, false`],
  ["set({ statistics: undefined })", `statistics "undefined" is not known. Write: true, false`],
  ["set({ statistics: null })", `statistics "null" is not known. Write: true, false`],
  ["set({ services: { mesur: true } })", `service "mesur" is not known. Write: mesure, pub`],
  ["set({ services: { mesure: 'true' } })", `mesure "true" is not known. Write: true, false`],
  ["set({ services: ['mesure'] })", `service "0" is not known. Write: mesure, pub`],
  ["set({ services: {} })", `change "[object Object]" is not known. Write: preferences, statistics, marketing, services`],
  ["set({ necessary: true })", `change "[object Object]" is not known. Write: preferences, statistics, marketing, services`],
  ["set({})", `change "[object Object]" is not known. Write: preferences, statistics, marketing, services`],
  ["set()", `change "undefined" is not known. Write: preferences, statistics, marketing, services`],
  ["set(null)", `change "null" is not known. Write: preferences, statistics, marketing, services`],
  ["set('statistics')", `purpose "0" is not known. Write: `],
  ["set(['statistics'])", `purpose "0" is not known. Write: `],
  ["allows('mesur')", `service "mesur" is not known. Write: mesure, pub`],
  ["allows('toString')", `service "toString" is not known. Write: mesure, pub`],
  ["allows()", `service "undefined" is not known. Write: mesure, pub`],
  ["on('consented', () => {})", `event "consented" is not known. Write: ready, shown, consent, change, withdraw, receipt, error, held`],
  ["on('consent')", `listener "undefined" is not known. Write: function`],
] as const) {
  test(`Temoin.${call} throws, and changes nothing`, async ({ lab, visitor, page }) => {
    await lab.publish(SERVICES);
    await lab.open(waitingScript("statistics", "https://tiers.example/mesure.js"));
    await expect(visitor.banner).toBeVisible();
    const [name, text] = await page.evaluate((call) => {
      try {
        new Function("return Temoin." + call)();
        return ["nothing", ""];
      } catch (error) {
        return [(error as Error).name, (error as Error).message];
      }
    }, call);
    expect(name).toBe("TypeError");
    expect(text).toContain("Temoin: " + message);
    await lab.atRest();
    await expect(visitor.banner).toBeVisible();
    expect(await visitor.consentStatus()).toBeNull();
    expect(await visitor.stored()).toEqual({ cookie: undefined, local: null });
    expect(await lab.auditor.records()).toEqual([]);
  });
}

test("what is right still is: full objects, services apart, what is not granted", async ({ lab, page }) => {
  await lab.publish(SERVICES);
  await lab.open("");
  for (const changes of [{ necessary: true, statistics: true }, { services: { pub: true } }, { marketing: false, services: {} }]) {
    await page.evaluate((changes) => window.Temoin.set(changes), changes as object);
  }
  await expect.poll(() => lab.auditor.count()).toBe(3);
  expect(await page.evaluate(() => window.Temoin.site)).toBe(lab.site);
});

test("a mark is read in any case", async ({ lab, visitor }) => {
  const lines = said(lab);
  await lab.publish(SERVICES);
  await lab.open(`
    ${waitingScript("Statistics", "https://tiers.example/un.js")}
    ${waitingScript(" MARKETING , statistics ", "https://tiers.example/deux.js")}
    ${waitingScript("Ignore", "https://tiers.example/trois.js")}`);
  await expect.poll(() => lab.ran()).toEqual(["trois"]);
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["trois", "un", "deux"]);
  expect(lines).toEqual([]);
});

test("a mark that names no purpose of the site waits, and the console says once what to write", async ({ lab, visitor }) => {
  const lines = said(lab);
  await lab.publish({ ...SERVICES, purposes: ["statistics", "marketing"] });
  await lab.open(`
    ${waitingScript("analytics", "https://tiers.example/un.js")}${waitingScript("analytics", "https://tiers.example/deux.js")}
    <iframe data-category="ads" data-src="https://pub.example/" title="Pub"></iframe>
    <script type="text/plain" data-cookieconsent="functional" data-src="https://tiers.example/trois.js"></script>
    <script type="text/plain" data-category="" data-src="https://tiers.example/quatre.js"></script>
    ${waitingScript("preferences", "https://tiers.example/cinq.js")}
    <script type="text/plain" data-service="mesur" data-src="https://tiers.example/six.js"></script>`);
  await visitor.accept();
  await visitor.receipt();
  expect(lab.hits).toEqual([]);
  const purposes = "Write: necessary, statistics, marketing, ignore";
  expect([...lines].sort()).toEqual([
    `Temoin: data-category "" is not known. ${purposes}`,
    `Temoin: data-category "ads" is not known. ${purposes}`,
    `Temoin: data-category "analytics" is not known. ${purposes}`,
    `Temoin: data-category "functional" is not known. ${purposes}`,
    `Temoin: data-category "preferences" is not known. ${purposes}`,
    `Temoin: data-service "mesur" is not known. Write: mesure, pub`,
  ]);
});

test("on an origin that is not the site's, the console says what to add, and no page tries to report", async ({ lab, visitor, page }) => {
  const lines = said(lab);
  const elsewhere = lab.origin.replace("://", "://essai.");
  await lab.publish(SERVICES);
  for (const path of ["/", "/deux"]) lab.serve(elsewhere + path, lab.html(`<h1>${path}</h1>${waitingScript("statistics", "https://tiers.example/mesure.js")}`));
  await page.goto(elsewhere + "/");
  await expect(visitor.banner).toBeVisible();
  await lab.atRest();
  expect(lines).toEqual([`Temoin: origin "${elsewhere}" is not known. Write: "origins": ["${lab.origin}","${elsewhere}"]`]);
  expect(visitor.requests.filter((request) => /\/w\/|\/v1\//.test(request.url()))).toEqual([]);
  const answers: number[] = [];
  page.on("response", (answer) => answer.url().endsWith("/consents") && answers.push(answer.status()));
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  await expect.poll(() => answers).toEqual([403]);
  await expect.poll(() => page.evaluate(() => localStorage.getItem("consent_temoin_outbox"))).toBeNull();
  visitor.forget();
  await page.goto(elsewhere + "/deux");
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  await lab.atRest();
  expect(visitor.requests.filter((request) => /\/w\/|\/v1\//.test(request.url()))).toEqual([]);
  expect(await lab.auditor.records()).toEqual([]);
});
