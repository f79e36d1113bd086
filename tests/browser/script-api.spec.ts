import { expect, loads, test } from "./visitor";

test("a call made before the widget is there is queued", async ({ visitor, page, auditor }) => {
  await visitor.visit();
  await page.evaluate(() => (window as any).Temoin.set({ statistics: true }));
  const { id } = await visitor.receipt();
  expect(await auditor.record(id)).toMatchObject({
    method: "api",
    layer: "none",
    trusted: false,
    decision: { preferences: "denied", statistics: "granted", marketing: "denied" },
  });
  await expect.poll(loads).toMatchObject({ analytics: 1, pixel: 0, preferences: 0 });
  expect(await visitor.consent()).toMatchObject({ statistics: true, marketing: false });
});

test("events tell the page what happened, in order", async ({ visitor, page }) => {
  await page.addInitScript(() => {
    const heard: [string, unknown][] = [];
    (window as any).heard = heard;
    for (const name of ["ready", "shown", "consent", "change", "withdraw", "receipt", "error"]) {
      addEventListener("temoin:" + name, (event) => heard.push([name, (event as CustomEvent).detail]));
    }
  });
  const heard = async () => (await page.evaluate(() => (window as any).heard)) as [string, any][];
  await visitor.visit();
  await visitor.accept();
  await visitor.receipt();
  expect((await heard()).map(([name]) => name)).toEqual(["ready", "shown", "consent", "receipt"]);
  await page.evaluate(() => (window as any).Temoin.withdraw());
  await expect.poll(async () => (await heard()).length).toBe(8);
  const after = (await heard()).slice(4);
  expect(after.map(([name]) => name)).toEqual(["consent", "change", "withdraw", "receipt"]);
  expect(after[1]![1]).toEqual({ necessary: true, preferences: false, statistics: false, marketing: false });
  expect(after[3]![1]).toMatchObject({ status: "withdrawn" });
});

test("a purpose cannot be smuggled in", async ({ visitor, page }) => {
  await visitor.visit();
  await page.evaluate(() => {
    const temoin = (window as any).Temoin;
    temoin.consent.marketing = true;
    temoin.set({ marketing: "yes", statistics: 1, necessary: false, other: true });
  });
  await visitor.receipt();
  expect(await visitor.consent()).toEqual({
    necessary: true,
    preferences: false,
    statistics: false,
    marketing: false,
  });
});

test("scripts added later are gated too", async ({ visitor, page }) => {
  await visitor.visit();
  const add = (category: string) =>
    page.evaluate((category) => {
      const script = document.createElement("script");
      script.type = "text/plain";
      script.dataset["category"] = category;
      script.textContent = `(window.standin = window.standin || []).push("late ${category}")`;
      document.body.append(script);
    }, category);
  await add("statistics");
  await visitor.customize();
  await visitor.box("statistics").check();
  await visitor.button("save", visitor.dialog).click();
  await expect.poll(() => visitor.ran()).toContain("late statistics");
  for (const category of ["marketing", "statistics marketing", "", "unknown"]) await add(category);
  await add("necessary statistics");
  await expect.poll(() => visitor.ran()).toContain("late necessary statistics");
  expect((await visitor.ran()).filter((name) => name.startsWith("late"))).toEqual([
    "late statistics",
    "late necessary statistics",
  ]);
});

test("a tag pasted twice is one banner", async ({ visitor, page, auditor }) => {
  await visitor.visit();
  await page.addScriptTag({ url: await page.locator("script[src*='/t/']").getAttribute("src") ?? "" });
  await expect(page.locator("#cookie-consent")).toHaveCount(1);
  const count = await auditor.count();
  await visitor.accept();
  await visitor.receipt();
  expect(await auditor.count()).toBe(count + 1);
  await expect.poll(loads).toMatchObject({ analytics: 1, pixel: 1 });
});
