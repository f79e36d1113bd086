/** "My consent": what a visitor can see of their choice, take along, take back and have erased. */
import { readFile } from "node:fs/promises";
import { expect, service, test, waitingScript, type Lab } from "../support/lab";
import { CONSENT } from "../support/environment";
import { type Visitor } from "../support/visitor";

const MEASURE = waitingScript("statistics", "https://tiers.example/mesure.js", "mesure");
const made = "2027-01-31T17:05:00Z";

async function publishAndOpen(lab: Lab, changes: Record<string, unknown> = {}): Promise<void> {
  await lab.publish(changes);
  await lab.open(MEASURE);
}

const slot = (visitor: Visitor, name: string) => visitor.dialog.locator(`[data-slot=${name}]`);

/** What the holder of the visitor's secret is answered for a receipt. */
async function receiptStatus(visitor: Visitor, id: string): Promise<number> {
  const secret = await visitor.page.evaluate(() => JSON.parse(localStorage.getItem("consent_temoin_wallet")!).consent_id as string);
  return (await fetch(`${CONSENT}/v1/receipts/${id}`, { headers: { authorization: `Bearer ${secret}` } })).status;
}

test.describe("the date and the end are said in the visitor's language and time", () => {
  for (const [locale, from, to, answers] of [
    ["fr-CA", "31 janvier 2027 à 12 h 05", "29 février 2028 à 12 h 05", "Préférences (accepté), Statistiques (accepté), Marketing (accepté)"],
    ["en", "January 31, 2027 at 12:05 PM", "February 29, 2028 at 12:05 PM", "Preferences (accepted), Statistics (accepted), Marketing (accepted)"],
  ] as const) {
    test.describe(locale, () => {
      test.use({ locale });
      test("to the minute", async ({ lab, visitor }) => {
        await lab.page.clock.setFixedTime(made);
        await publishAndOpen(lab);
        await visitor.accept();
        const { id } = await visitor.receipt();
        await visitor.reopenDialog();
        const plain = async (name: string) => (await slot(visitor, name).innerText()).replace(/\s/g, " ");
        expect(await plain("chosen_on")).toBe(from);
        expect(await plain("valid_until")).toBe(to);
        expect(await plain("receipt")).toBe(id);
        await slot(visitor, "past").locator("summary").click();
        expect(await slot(visitor, "history").locator("li").innerText()).toContain(answers);
      });
    });
  }
});

test("before any choice there is nothing to show", async ({ lab, visitor }) => {
  await publishAndOpen(lab);
  await visitor.customize();
  await expect(slot(visitor, "mine")).toBeHidden();
  await visitor.button("accept_all", visitor.dialog).click();
  await visitor.receipt();
  await visitor.reopenDialog();
  await expect(slot(visitor, "mine")).toBeVisible();
});

test("the receipt can be taken along, as the server gave it", async ({ lab, visitor }) => {
  await publishAndOpen(lab);
  await visitor.accept();
  const receipt = await visitor.receipt();
  await visitor.reopenDialog();
  const download = lab.page.waitForEvent("download");
  await visitor.button("download", visitor.dialog).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`temoin-${receipt.id}.json`);
  expect(JSON.parse(await readFile(await file.path(), "utf8"))).toEqual(receipt);
  const { index, time, method, decision } = await lab.auditor.record(receipt.id);
  expect(receipt).toMatchObject({ index, time, method, decision });
});

test("a receipt on its way is announced, and shown when it comes", async ({ lab, visitor }) => {
  await lab.page.route("**/v1/sites/*/consents", (route) => route.fulfill({ status: 503 }));
  await publishAndOpen(lab);
  await visitor.accept();
  await visitor.reopenDialog();
  await expect(slot(visitor, "receipt")).toHaveText("Le reçu arrivera dès que le serveur de preuves répondra.");
  await expect(visitor.button("download", visitor.dialog)).toBeHidden();
  await lab.page.unroute("**/v1/sites/*/consents");
  await lab.page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(slot(visitor, "receipt")).toHaveText((await visitor.receipt()).id);
  await expect(visitor.button("download", visitor.dialog)).toBeVisible();
});

test("every choice is in the history, the newest first, and each names the one before", async ({ lab, visitor }) => {
  await publishAndOpen(lab);
  await visitor.refuse();
  const ids = [(await visitor.receipt()).id];
  const next = async () => {
    await expect.poll(async () => ids.includes((await visitor.receipt()).id)).toBe(false);
    ids.push((await visitor.receipt()).id);
  };
  await visitor.reopenDialog();
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await next();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  await visitor.reopenDialog();
  await visitor.button("withdraw", visitor.dialog).click();
  await next();

  await visitor.reopenDialog();
  await expect(visitor.button("withdraw", visitor.dialog)).toBeHidden();
  await slot(visitor, "past").locator("summary").click();
  const said = await slot(visitor, "history").locator("li").allInnerTexts();
  expect(said.map((line) => /Statistiques \((.*?)\)/.exec(line)![1])).toEqual(["refusé", "accepté", "refusé"]);
  const records = await lab.auditor.records();
  expect(records.map(({ receipt, previous }) => [receipt, previous])).toEqual(ids.map((id, nth) => [id, ids[nth - 1]]));
  expect(new Set(records.map(({ subject }) => subject)).size).toBe(1);
  // Nothing runs on the next page.
  lab.hits.length = 0;
  await lab.page.reload();
  expect(await visitor.consentStatus()).toBe("refused");
  expect(lab.hits).toEqual([]);
});

test.describe("erasing the proofs", () => {
  /** Two choices, and the dialog open where erasing is. */
  async function twoChoices(lab: Lab, visitor: Visitor): Promise<[string, string]> {
    await publishAndOpen(lab);
    await visitor.refuse();
    const first = (await visitor.receipt()).id;
    await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first);
    const second = (await visitor.receipt()).id;
    await visitor.reopenDialog();
    await slot(visitor, "past").locator("summary").click();
    return [first, second];
  }

  test("takes a confirmation, then they are gone for everyone, and the choice stays", async ({ lab, visitor }) => {
    const ids = await twoChoices(lab, visitor);
    await visitor.button("erase", visitor.dialog).click();
    await expect(visitor.button("erase", visitor.dialog)).toBeHidden();
    expect(await lab.auditor.count()).toBe(2);
    await visitor.button("erase_confirm", visitor.dialog).click();
    await expect(slot(visitor, "erased")).toHaveText("Vos preuves sont effacées.");
    expect(await lab.auditor.records()).toEqual([]);
    // After the notice, which stands first in the log.
    expect(await lab.auditor.erased()).toEqual([1, 2]);
    for (const id of ids) expect(await receiptStatus(visitor, id)).toBe(410);
    // Nothing is promised or offered that is not there any more.
    for (const name of ["receipt", "past"]) await expect(slot(visitor, name)).toBeHidden();
    await expect(visitor.button("download", visitor.dialog)).toBeHidden();
    expect(await lab.page.evaluate(() => window.Temoin.receipt())).toBeNull();
    expect(await visitor.consentStatus()).toBe("given");
    await visitor.button("close", visitor.dialog).click();
    await lab.page.reload();
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    expect(await lab.page.evaluate(() => window.Temoin.receipt())).toBeNull();
    // And the next choice starts a new history.
    await lab.page.evaluate(() => window.Temoin.withdraw());
    expect(await lab.auditor.record((await visitor.receipt()).id)).toMatchObject({ status: "withdrawn" });
    expect((await lab.auditor.records())[0]!.previous).toBeUndefined();
  });

  test("thought better of, erases nothing", async ({ lab, visitor }) => {
    await twoChoices(lab, visitor);
    await visitor.button("erase", visitor.dialog).click();
    await visitor.button("close", visitor.dialog).click();
    await visitor.reopenDialog();
    await expect(visitor.button("erase_confirm", visitor.dialog)).toBeHidden();
    expect(await lab.auditor.count()).toBe(2);
  });

  test("offline says that it can be tried later, and then can", async ({ lab, visitor, context }) => {
    await twoChoices(lab, visitor);
    await context.setOffline(true);
    await visitor.button("erase", visitor.dialog).click();
    await visitor.button("erase_confirm", visitor.dialog).click();
    await expect(slot(visitor, "erased")).toHaveText("Toutes les preuves n’ont pas pu être effacées. Réessayez plus tard.");
    await context.setOffline(false);
    expect(await lab.auditor.count()).toBe(2);
    await visitor.button("erase", visitor.dialog).click();
    await visitor.button("erase_confirm", visitor.dialog).click();
    await expect(slot(visitor, "erased")).toHaveText("Vos preuves sont effacées.");
    expect(await lab.auditor.records()).toEqual([]);
  });
});

test("a purpose whose services differ says so, and each service's answer is enforced and recorded", async ({ lab, visitor }) => {
  await lab.publish({ services: [service("mesure", "statistics"), service("chaleur", "statistics"), service("pub", "marketing")] });
  const script = (id: string, purpose: string) =>
    `<script type="text/plain" data-category="${purpose}" data-service="${id}" data-src="https://tiers.example/${id}.js"></script>`;
  await lab.open(script("mesure", "statistics") + script("chaleur", "statistics") + script("pub", "marketing"));
  await visitor.customize();
  const serviceBox = (id: string) => visitor.dialog.locator(`input[name="service-${id}"]`);
  const mixed = () => visitor.box("statistics").evaluate((box: HTMLInputElement) => box.indeterminate);
  await visitor.dialog.locator("summary", { hasText: "Statistiques" }).click();
  // The purpose takes its services along, a service makes it mixed, all of them decide it.
  await visitor.box("statistics").check();
  await expect(serviceBox("mesure")).toBeChecked();
  await expect(serviceBox("chaleur")).toBeChecked();
  await serviceBox("chaleur").uncheck();
  expect(await mixed()).toBe(true);
  await serviceBox("mesure").uncheck();
  expect(await mixed()).toBe(false);
  await expect(visitor.box("statistics")).not.toBeChecked();
  await serviceBox("mesure").check();
  expect(await mixed()).toBe(true);
  await visitor.button("save", visitor.dialog).click();

  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  const record = await lab.auditor.record((await visitor.receipt()).id);
  expect(record).toMatchObject({ method: "save", status: "given", services: { mesure: "granted" }, decision: { statistics: "denied" } });
  expect(await lab.page.evaluate(() => ["mesure", "chaleur", "pub"].map((id) => window.Temoin.allows(id)))).toEqual([true, false, false]);
  await lab.page.reload();
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
  await visitor.reopenDialog();
  expect(await mixed()).toBe(true);
  await expect(visitor.button("withdraw", visitor.dialog)).toBeVisible();

  // The other way round: the purpose, without one of its services.
  await visitor.box("statistics").check();
  await visitor.dialog.locator("summary", { hasText: "Statistiques" }).click();
  await serviceBox("mesure").uncheck();
  await serviceBox("chaleur").check();
  await visitor.button("save", visitor.dialog).click();
  await expect.poll(async () => (await lab.auditor.records()).length).toBe(2);
  lab.hits.length = 0;
  await lab.page.reload();
  await expect.poll(() => lab.ran()).toEqual(["chaleur"]);
});
