import { HOME, NO_LOADS, VIDEO, expect, loads, test } from "../support/demo-sites";

test("refuse: nothing runs, the auditor finds the refusal", async ({ visitor, page, auditor }) => {
  await visitor.visit(HOME);
  await visitor.refuse();
  await expect(visitor.banner).toBeHidden();
  const receipt = await visitor.receipt();
  await expect(visitor.status).toHaveText("Votre choix est enregistré.");
  expect(await auditor.record(receipt.id)).toMatchObject({
    status: "refused",
    method: "reject_all",
    layer: "banner",
    trusted: true,
    language: "fr-CA",
    gpc: false,
    index: receipt.index,
    decision: { necessary: "granted", preferences: "denied", statistics: "denied", marketing: "denied" },
  });
  const stored = await visitor.stored();
  expect(stored.cookie).toMatch(/^c1\.gddd\./);
  expect(stored.local).toBe(stored.cookie);
  await page.goto(VIDEO);
  await visitor.atRest();
  expect(await visitor.ran()).toEqual([]);
  expect(await loads()).toEqual(NO_LOADS);
});

test("accept: exactly what waited runs, in document order, once", async ({ visitor, page, auditor }) => {
  await visitor.visit(HOME);
  await visitor.accept();
  await expect.poll(() => visitor.ran()).toHaveLength(4);
  const order = await page.evaluate(() =>
    [...document.querySelectorAll("script")]
      .map((script) => (script as HTMLScriptElement).src)
      .filter((src) => src.includes("/standin/"))
      .map((src) => src.replace(/.*\/(\w+)\.js/, "$1")),
  );
  const ran = await visitor.ran();
  expect(ran.filter((name) => name !== "inline")).toEqual(order);
  expect(ran.indexOf("inline")).toBe(ran.indexOf("analytics") + 1);
  await visitor.atRest();
  expect(await loads()).toEqual({ ...NO_LOADS, analytics: 1, pixel: 1, pixel_image: 1, preferences: 1 });
  const record = await auditor.record((await visitor.receipt()).id);
  expect(record).toMatchObject({
    status: "given",
    method: "accept_all",
    decision: { necessary: "granted", preferences: "granted", statistics: "granted", marketing: "granted" },
  });
});

test("choose: only the purposes ticked run", async ({ visitor, page, auditor }) => {
  await visitor.visit(HOME);
  await visitor.customize();
  for (const purpose of ["preferences", "statistics", "marketing"]) {
    await expect(visitor.box(purpose)).not.toBeChecked();
  }
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await expect(visitor.dialog).toBeHidden();
  await expect(visitor.banner).toBeHidden();
  await expect.poll(() => visitor.ran()).toEqual(["analytics", "inline"]);
  await visitor.atRest();
  expect(await loads()).toEqual({ ...NO_LOADS, analytics: 1 });
  const record = await auditor.record((await visitor.receipt()).id);
  expect(record).toMatchObject({
    status: "given",
    method: "save",
    layer: "dialog",
    decision: { preferences: "denied", statistics: "granted", marketing: "denied" },
  });
});

test("reload: the choice holds, nothing is asked and no WebAssembly is fetched", async ({ visitor, page, auditor }) => {
  await visitor.visit(HOME);
  await visitor.accept();
  await visitor.receipt();
  const count = await auditor.count();
  const receipt = await visitor.receipt();
  visitor.forget();
  await page.reload();
  await expect.poll(() => visitor.ran()).toHaveLength(4);
  await visitor.atRest();
  await expect(visitor.banner).toBeHidden();
  await expect(visitor.reopen).toBeVisible();
  expect(visitor.downloadedWidget()).toBe(false);
  expect(await visitor.consentStatus()).toBe("given");
  expect(await visitor.receipt()).toEqual(receipt);
  expect(await auditor.count()).toBe(count);
});

test("withdraw: a new record that names the one before, and nothing runs on the next page", async ({
  visitor,
  page,
  auditor,
}) => {
  await visitor.visit(HOME);
  await visitor.accept();
  const first = await visitor.receipt();
  await page.reload();
  await visitor.reopenDialog();
  await expect(visitor.dialog.locator("[data-slot=receipt]")).toHaveText(first.id);
  await visitor.button("withdraw", visitor.dialog).click();
  await expect(visitor.dialog).toBeHidden();
  await expect.poll(async () => (await visitor.receipt()).id).not.toBe(first.id);
  const [before, after] = [await auditor.record(first.id), await auditor.record((await visitor.receipt()).id)];
  expect(after).toMatchObject({ status: "withdrawn", method: "withdraw", previous: before.receipt });
  expect(after.subject).toBe(before.subject);
  expect(before.status).toBe("given");
  expect((await visitor.stored()).cookie).toMatch(/^c1\.gddd\./);
  const sofar = await loads();
  await page.reload();
  await visitor.atRest();
  expect(await visitor.ran()).toEqual([]);
  expect(await loads()).toEqual(sofar);
});

test("closing the dialog, by its button or by Escape, changes nothing", async ({ visitor, page, auditor }) => {
  const count = await auditor.count();
  await visitor.visit(HOME);
  await visitor.customize();
  await visitor.box("marketing").check();
  await page.keyboard.press("Escape");
  await expect(visitor.dialog).toBeHidden();
  await expect(visitor.banner).toBeVisible();
  await expect(visitor.button("customize")).toBeFocused();
  await visitor.customize();
  await expect(visitor.box("marketing")).not.toBeChecked();
  await visitor.button("close", visitor.dialog).click();
  await expect(visitor.dialog).toBeHidden();
  expect(await visitor.stored()).toEqual({ cookie: undefined, local: null });
  expect(await loads()).toEqual(NO_LOADS);
  expect(await auditor.count()).toBe(count);
});

test("any element with data-temoin=open opens the dialog, with the choice in force", async ({ visitor, page }) => {
  await visitor.visit(HOME);
  await visitor.customize();
  await visitor.box("preferences").check();
  await visitor.button("save", visitor.dialog).click();
  await visitor.receipt();
  await page.goto(HOME);
  await page.locator('footer [data-temoin="open"]').click();
  await expect(visitor.dialog).toBeVisible();
  await expect(visitor.box("preferences")).toBeChecked();
  await expect(visitor.box("marketing")).not.toBeChecked();
  await expect(visitor.dialog).toContainText("Google");
  await expect(visitor.dialog).toContainText("États-Unis");
  await expect(visitor.dialog).toContainText("_ga (13 mois)");
});

test("a double click is one choice", async ({ visitor, auditor }) => {
  const count = await auditor.count();
  await visitor.visit(HOME);
  await visitor.button("accept_all").dblclick();
  await visitor.receipt();
  expect(await auditor.count()).toBe(count + 1);
});

test("a blocked frame is replaced by a placeholder that loads it once", async ({ visitor, page, auditor }) => {
  await visitor.visit(VIDEO);
  await visitor.refuse();
  const { id } = await visitor.receipt();
  const placeholder = page.locator(".temoin-placeholder");
  await expect(placeholder).toContainText("Marketing");
  await expect(page.locator("iframe")).toBeHidden();
  await placeholder.locator("[data-action=load]").click();
  await expect(page.locator("iframe")).toBeVisible();
  await expect(placeholder).toHaveCount(0);
  await expect.poll(loads).toEqual({ ...NO_LOADS, video: 1 });
  expect((await auditor.record(id)).decision).toMatchObject({ marketing: "denied" });
  expect((await visitor.stored()).cookie).toMatch(/^c1\.gddd\./);
  await page.reload();
  await expect(placeholder).toBeVisible();
});
