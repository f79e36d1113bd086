/** What happens when the network, the storage or the page is against us; for the clock, see `lifetime.spec.ts`. */
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "@playwright/test";
import { HOME, NO_LOADS, POLICY, SITE, VIDEO, expect, loads, test } from "../support/demo-sites";
import { Visitor } from "../support/visitor";

test.describe("without WebAssembly", () => {
  test("refusing still works, and is completed on the next page", async ({ visitor, page, auditor }) => {
    const count = await auditor.count();
    await page.route("**/*.wasm", (route) => route.abort());
    await visitor.visit(HOME);
    await visitor.refuse();
    await expect(visitor.banner).toBeHidden();
    await page.goto(VIDEO);
    await visitor.atRest();
    await expect(visitor.banner).toBeHidden();
    expect(await loads()).toEqual(NO_LOADS);
    expect(await auditor.count()).toBe(count);
    await page.unroute("**/*.wasm");
    await page.goto(POLICY);
    const record = await auditor.record((await visitor.receipt()).id);
    expect(record).toMatchObject({ method: "reject_all", layer: "banner", trusted: true, status: "refused" });
    expect(await auditor.count()).toBe(count + 1);
    expect((await visitor.stored()).cookie).toMatch(/^c1\.gddd\./);
  });

  test("accepting opens nothing until the widget has decided", async ({ visitor, page, auditor }) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await visitor.visit(HOME);
    await visitor.accept();
    await expect(visitor.banner).toBeHidden();
    await visitor.atRest();
    expect(await visitor.ran()).toEqual([]);
    expect(await loads()).toEqual(NO_LOADS);
    await page.unroute("**/*.wasm");
    await page.goto(HOME);
    await expect.poll(() => visitor.ran()).toHaveLength(4);
    expect(await auditor.record((await visitor.receipt()).id)).toMatchObject({ method: "accept_all" });
  });

  test("a visitor who wants to choose is told that it cannot be done now, and can still refuse", async ({
    visitor,
    page,
  }) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await visitor.visit(HOME);
    await visitor.button("customize").click();
    await expect(visitor.status).toContainText("Le détail ne peut pas s’afficher");
    await expect(visitor.banner).toBeVisible();
    await page.unroute("**/*.wasm");
    await visitor.customize();
    await visitor.button("reject_all", visitor.dialog).click();
    await expect(visitor.banner).toBeHidden();
  });

  test("a policy that forbids it is reported to the page as an error", async ({ visitor, page }) => {
    await page.route(`**${HOME}`, async (route) => {
      const response = await route.fetch();
      const policy = "script-src 'self' 'unsafe-inline' http:";
      await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
    });
    await page.addInitScript(() => {
      (window as any).failures = [];
      addEventListener("temoin:error", (event) => (window as any).failures.push((event as CustomEvent).detail.message));
    });
    await visitor.visit(HOME);
    await visitor.refuse();
    await expect(visitor.banner).toBeHidden();
    await expect.poll(() => page.evaluate(() => (window as any).failures[0])).toContain("the widget could not start");
    expect(await visitor.ran()).toEqual([]);
  });
});

test("a click before the widget is there is not lost, even if the visitor leaves at once", async ({
  visitor,
  page,
  auditor,
}) => {
  // The widget never arrives on the first page.
  let held = true;
  await page.route("**/*.wasm", async (route) => (held ? undefined : route.continue()));
  await visitor.visit(HOME);
  await visitor.button("accept_all").evaluate((button: HTMLElement, next) => {
    button.click();
    location.href = next;
  }, POLICY);
  held = false;
  await page.waitForURL(`**${POLICY}`);
  await expect(visitor.banner).toBeHidden();
  const record = await auditor.record((await visitor.receipt()).id);
  // The click was a script's, and the record says so.
  expect(record).toMatchObject({ method: "accept_all", trusted: false });
  await expect.poll(() => visitor.ran()).toContain("pixel");
});

test.describe("storage blocked by the browser", () => {
  let context: BrowserContext;
  let profile: string;

  test.beforeEach(async ({ launchOptions, baseURL, locale }) => {
    // The browser's own setting, "block all cookies", in a profile of its own.
    profile = await mkdtemp(join(tmpdir(), "temoin-profile-"));
    await mkdir(join(profile, "Default"), { recursive: true });
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
    context = await chromium.launchPersistentContext(profile, { ...launchOptions, baseURL, locale });
  });

  test.afterEach(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  });

  test("the choice holds for the page, is reported, and nothing throws", async ({ auditor }) => {
    const visitor = new Visitor(await context.newPage());
    await visitor.visit(HOME);
    await expect(
      visitor.page.evaluate(() => {
        localStorage.getItem("x");
      }),
    ).rejects.toThrow(/Access is denied/);
    const before = await loads();
    await visitor.refuse();
    await expect(visitor.banner).toBeHidden();
    const { id } = await visitor.receipt();
    expect(await auditor.record(id)).toMatchObject({ method: "reject_all", trusted: true });
    expect(await visitor.consentStatus()).toBe("refused");
    await visitor.reopenDialog();
    await expect(visitor.dialog.locator("[data-slot=receipt]")).toHaveText(id);
    await visitor.button("accept_all", visitor.dialog).click();
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(id);
    expect(await auditor.record((await visitor.receipt()).id)).toMatchObject({ previous: id });
    expect((await loads()).analytics).toBe(before.analytics + 1);
    // Nothing could be kept: the next page asks.
    await visitor.page.goto(POLICY);
    await expect(visitor.banner).toBeVisible();
    expect(visitor.complaints.filter((complaint) => !complaint.includes("/standin/"))).toEqual([]);
  });
});

test("hostile styles of the page change nothing", async ({ visitor, page }) => {
  const look = () =>
    visitor.button("reject_all").evaluate((button) => {
      const { color, backgroundColor, display, visibility, position } = getComputedStyle(button);
      return { color, backgroundColor, display, visibility, position };
    });
  await visitor.visit(HOME);
  const before = await look();
  await page.addStyleTag({
    content: `html { font-size: 62.5% !important } * { all: unset !important; color: red !important } button { display: none !important }
      #cookie-consent button { background: yellow !important; visibility: hidden !important }
      section { position: static !important; z-index: -1 !important }`,
  });
  expect(await look()).toEqual(before);
  const size = await visitor.button("reject_all").evaluate((button) => getComputedStyle(button).fontSize);
  expect(parseFloat(size)).toBeGreaterThanOrEqual(15);
  await visitor.refuse();
  await expect(visitor.banner).toBeHidden();
});
