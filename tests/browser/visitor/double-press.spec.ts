/** What a second click, tap or key press hits once the first has taken a layer of ours away. */
import { expect, service, test, waitingScript, type Lab } from "../support/lab";
import { doublePressOver } from "../support/visitor";
import type { Locator, Page } from "@playwright/test";

/** A link under everything, which writes down what reaches it. */
const BELOW = `<a id="below" href="/ailleurs" style="position: fixed; inset: 0">Un lien</a>
  <script>
    window.reached = [];
    for (const type of ["pointerdown", "mousedown", "touchstart", "touchend", "click", "dblclick"])
      document.querySelector("#below").addEventListener(type, () => reached.push(type));
  </script>`;
const FILM = `<iframe title="Notre film" width="400" height="225" style="position: relative" data-category="marketing" data-service="video" data-src="https://video.example/1"></iframe>`;

const reached = (page: Page) => page.evaluate(() => (window as unknown as { reached: string[] }).reached);

async function open(lab: Lab, body = "", config = {}): Promise<void> {
  await lab.publish({ services: [service("mesure", "statistics"), service("video", "marketing")], ...config });
  lab.serve("/ailleurs", "<!doctype html><title>Ailleurs</title>");
  await lab.open(BELOW + body);
}

/** The middle of something, while it is there. */
async function middle(target: Locator): Promise<[number, number]> {
  await expect(target).toBeVisible();
  const { x, y, width, height } = (await target.boundingBox())!;
  return [x + width / 2, y + height / 2];
}

for (const action of ["reject_all", "accept_all"]) {
  test(`a double click on ${action} does not reach what is below`, async ({ lab, visitor, page }) => {
    await open(lab);
    await page.mouse.dblclick(...(await middle(visitor.button(action))));
    await expect(visitor.banner).toBeHidden();
    await doublePressOver(page);
    expect(await reached(page)).toEqual([]);
    await expect(page).toHaveURL(lab.origin + "/");
    await expect(visitor.dialog).toBeHidden();
    // Then the page is there again.
    await page.mouse.click(600, 300);
    await expect(page).toHaveURL(lab.origin + "/ailleurs");
    expect((await lab.auditor.records()).map(({ method }) => method)).toEqual([action]);
  });
}

test("two clicks that a browser counts as two do not either", async ({ lab, visitor, page }) => {
  await open(lab, "", { reopen_button: false });
  const place = await middle(visitor.button("reject_all"));
  await page.mouse.click(...place);
  await page.mouse.click(...place);
  await doublePressOver(page);
  expect(await reached(page)).toEqual([]);
});

test("a script's click takes no time: what comes next reaches the page at once", async ({ lab, visitor, page }) => {
  await open(lab);
  await expect(visitor.banner).toBeVisible();
  await visitor.button("reject_all").evaluate((button: HTMLElement) => button.click());
  await doublePressOver(page);
  await page.mouse.click(600, 300);
  await expect(page).toHaveURL(lab.origin + "/ailleurs");
});

test("the dialog's buttons: a double click saves once, and reaches nothing", async ({ lab, visitor, page }) => {
  await open(lab);
  await visitor.customize();
  await doublePressOver(page);
  await page.mouse.dblclick(...(await middle(visitor.button("save", visitor.dialog))));
  await expect(visitor.dialog).toBeHidden();
  await doublePressOver(page);
  await visitor.receipt();
  expect(await reached(page)).toEqual([]);
  expect(await lab.auditor.count()).toBe(1);
});

test("a double click erases nothing: the button that confirms comes under the same finger", async ({ lab, visitor, page }) => {
  await open(lab);
  await visitor.accept();
  await visitor.receipt();
  await visitor.reopenDialog();
  await doublePressOver(page);
  await visitor.dialog.locator("summary").filter({ hasText: "Historique" }).click();
  const erase = visitor.button("erase", visitor.dialog);
  await erase.scrollIntoViewIfNeeded();
  await page.mouse.dblclick(...(await middle(erase)));
  await doublePressOver(page);
  await expect(visitor.button("erase_confirm", visitor.dialog)).toBeVisible();
  await lab.atRest();
  expect(await lab.auditor.count()).toBe(1);
});

test("a double click on a placeholder does not reach the frame that comes there", async ({ lab, visitor, page }) => {
  lab.answer("https://video.example/1", "text/html", `<!doctype html><style>a { position: fixed; inset: 0 }</style><a href="/vu">Film</a>`);
  await open(lab, FILM);
  await visitor.refuse();
  await doublePressOver(page);
  await page.mouse.dblclick(...(await middle(page.locator("[data-action=load]"))));
  await expect.poll(() => lab.hits).toEqual(["https://video.example/1"]);
  await doublePressOver(page);
  await lab.atRest();
  expect(lab.hits).toEqual(["https://video.example/1"]);
});

test("the offer to reload, put away by a double click", async ({ lab, visitor, page }) => {
  await open(lab, waitingScript("statistics", "https://tiers.example/mesure.js"));
  await visitor.accept();
  await visitor.receipt();
  await page.evaluate(() => window.Temoin.withdraw());
  await doublePressOver(page);
  await page.mouse.dblclick(...(await middle(page.locator(".temoin-reload [data-action=close]"))));
  await expect(page.locator(".temoin-reload")).toBeHidden();
  await doublePressOver(page);
  expect(await reached(page)).toEqual([]);
});

test.describe("on a phone", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test("a double tap does not reach what is below", async ({ lab, visitor, page }) => {
    await open(lab);
    const place = await middle(visitor.button("accept_all"));
    await page.touchscreen.tap(...place);
    await page.touchscreen.tap(...place);
    await expect(visitor.banner).toBeHidden();
    await doublePressOver(page);
    expect(await reached(page)).toEqual([]);
    await expect(page).toHaveURL(lab.origin + "/");
  });

  test("a double tap on “customize” presses nothing in the dialog that opens", async ({ lab, visitor, page }) => {
    await open(lab);
    await visitor.customize();
    await page.keyboard.press("Escape");
    await expect(visitor.dialog).toBeHidden();
    await doublePressOver(page);
    const place = await middle(visitor.button("customize"));
    await page.touchscreen.tap(...place);
    await page.touchscreen.tap(...place);
    await expect(visitor.dialog).toBeVisible();
    await doublePressOver(page);
    await expect(visitor.dialog).toBeVisible();
    expect(await visitor.consentStatus()).toBeNull();
  });
});

test.describe("by keyboard", () => {
  for (const action of ["reject_all", "customize"]) {
    test(`Enter held down on ${action} presses it once`, async ({ lab, visitor, page }) => {
      await open(lab);
      await visitor.customize();
      await page.keyboard.press("Escape");
      await doublePressOver(page);
      await visitor.button(action).focus();
      for (let presses = 0; presses < 5; presses++) await page.keyboard.down("Enter");
      await page.keyboard.up("Enter");
      await doublePressOver(page);
      await expect(visitor.dialog).toBeVisible({ visible: action === "customize" });
      await expect(visitor.banner).toBeVisible({ visible: action === "customize" });
    });
  }

  for (const key of ["Enter", "Space"]) {
    test(`${key} pressed twice refuses, and does not open the dialog from the button that has the focus then`, async ({ lab, visitor, page }) => {
      await open(lab);
      await visitor.customize();
      await page.keyboard.press("Escape");
      await doublePressOver(page);
      await visitor.button("reject_all").focus();
      // However slow the machine is, the second press is within the time.
      await page.clock.install();
      await page.clock.pauseAt(Date.now() + 1000);
      await page.keyboard.press(key);
      await page.keyboard.press(key);
      await expect(visitor.reopen).toBeFocused();
      await expect(visitor.dialog).toBeHidden();
      await page.clock.resume();
      await visitor.receipt();
      await doublePressOver(page);
      await expect(visitor.dialog).toBeHidden();
      await expect(visitor.reopen).toBeFocused();
      // Whoever presses it later means it.
      await page.keyboard.press(key);
      await expect(visitor.dialog).toBeVisible();
    });
  }
});

test("what is pressed at the end of a page stays under the mouse, wherever the focus was", async ({ lab, visitor, page }) => {
  await lab.publish();
  await lab.open(`<div style="height: 3000px"></div><input id="name"><p><button id="send" onclick="this.textContent = 'pressed'">Send</button></p>`);
  await visitor.refuse();
  await visitor.receipt();
  await doublePressOver(page);
  for (let round = 0; round < 2; round++) {
    await page.locator("#name").focus();
    await page.mouse.wheel(0, 9999);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const { x, y, width, height } = (await page.locator("#send").boundingBox())!;
    await page.mouse.move(x + width / 2, y + height - 3);
    await page.mouse.down();
    // As long as a slow hand presses.
    await page.waitForTimeout(400);
    await page.mouse.up();
    await expect(page.locator("#send")).toHaveText("pressed");
    await page.locator("#send").evaluate((button) => (button.textContent = "Send"));
  }
});
