/** What an auditor does: filters proofs, opens one, and has their browser check it. */
import { AUDITOR, CONSENT } from "../support/environment";
import { expect, test } from "../support/lab";
import type { Visitor } from "../support/visitor";
import type { Lab } from "../support/lab";
import { Console } from "./console";

/** A visitor's answer, kept by the server. */
async function answer(lab: Lab, visitor: Visitor, action: string): Promise<void> {
  await lab.page.context().clearCookies();
  await lab.open("<h1>Accueil</h1>");
  await visitor.button(action).click();
  await visitor.receipt();
  await lab.page.evaluate(() => localStorage.clear());
}

const today = (): string => new Date().toISOString().slice(0, 10);

test("an auditor finds the refusals of marketing between two dates under a notice, and checks one", async ({ page, lab, visitor }) => {
  const first = await lab.publish();
  await answer(lab, visitor, "reject_all");
  const { notice } = await lab.publish({ policy: { version: "2", url: "/confidentialite" } });
  expect(notice).not.toBe(first.notice);
  for (const action of ["reject_all", "accept_all", "reject_all"]) await answer(lab, visitor, action);

  const console = new Console(page);
  await console.enter(AUDITOR, `#/sites/${lab.site}/proofs`);
  await expect(console.records).toHaveCount(4);
  await console.filter("from").fill(today());
  await console.filter("to").fill(today());
  await console.filter("notice").fill(notice);
  await console.filter("purpose").selectOption("marketing");
  await console.button("Search").click();
  await expect(page.locator("#filter-decision-error")).toContainText("Choose an answer too");
  await console.filter("decision").selectOption("denied");
  await console.button("Search").click();
  await expect(console.records).toHaveCount(2);
  await expect(console.main).toContainText("2 records");
  // The address has the search: it can be kept, sent and opened again.
  await page.reload();
  await expect(console.records).toHaveCount(2);

  await console.records.first().getByRole("link").click();
  await expect(console.title).toContainText("Record");
  await expect(console.main).toContainText(notice);
  await expect(console.main).toContainText("Refused all");
  await console.button("Check the proof in this browser").click();
  await expect(console.main).toContainText("The proof holds");
  expect((await console.steps()).every((step) => step.endsWith("Passed"))).toBe(true);

  await console.link("Back to the results").click();
  await expect(console.records).toHaveCount(2);
  await expect(console.filter("purpose")).toHaveValue("marketing");
});

test("a record that was changed on its way is found out, at the root", async ({ page, lab, visitor }) => {
  await lab.publish();
  await answer(lab, visitor, "reject_all");
  const console = new Console(page);
  await page.route(`${CONSENT}/v1/sites/*/consents?*`, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { records: { language: string }[] };
    for (const record of body.records) record.language = "en";
    await route.fulfill({ response, json: body });
  });
  await console.enter(AUDITOR, `#/sites/${lab.site}/proofs`);
  await console.records.first().getByRole("link").click();
  await console.button("Check the proof in this browser").click();
  await expect(console.alert).toContainText("The proof does not hold");
  const steps = await console.steps();
  expect(steps.map((step) => step.endsWith("Passed"))).toEqual([true, true, true, true, false]);
});

test("a checkpoint that was changed on its way is found out, at the signature", async ({ page, lab, visitor }) => {
  await lab.publish();
  await answer(lab, visitor, "reject_all");
  const console = new Console(page);
  await page.route("**/log/**/checkpoint", async (route) => {
    const response = await route.fetch();
    const [origin, size, ...rest] = (await response.text()).split("\n");
    // The same tree, of which the log has signed another root.
    const root = Buffer.alloc(32, 7).toString("base64");
    await route.fulfill({ response, body: [origin, size, root, ...rest.slice(1)].join("\n") });
  });
  await console.enter(AUDITOR, `#/sites/${lab.site}/proofs`);
  await console.records.first().getByRole("link").click();
  await console.button("Check the proof in this browser").click();
  await expect(console.alert).toContainText("The proof does not hold");
  const steps = await console.steps();
  expect(steps.map((step) => step.endsWith("Passed"))).toEqual([true, true, false, true, false]);
});

test("no proof yet, and none that passes the filters, are told apart", async ({ page, lab }) => {
  await lab.publish();
  const console = new Console(page);
  await console.enter(AUDITOR, `#/sites/${lab.site}/proofs`);
  await expect(console.main).toContainText("No proof yet");
  await console.go(`#/sites/${lab.site}/proofs?status=given`);
  await expect(console.main).toContainText("No record passes these filters");
});
