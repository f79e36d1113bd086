/** Reports on their way to the server: kept until it has answered for good, and sent once, in order. */
import type { Page } from "@playwright/test";
import { expect, test, type Lab } from "../support/lab";
import { Visitor } from "../support/visitor";

const REPORTS = "**/v1/sites/*/consents";

/** How many reports wait in the browser. */
async function waiting(page: Page): Promise<number> {
  return page.evaluate(() => (JSON.parse(localStorage.getItem("consent_temoin_outbox") ?? "[]") as unknown[]).length);
}

const methods = async (lab: Lab) => (await lab.auditor.records()).map(({ method }) => method);

/** Opens a page and waits for the widget, which comes when the page is idle. */
async function openWithWidget(lab: Lab): Promise<void> {
  const widget = lab.page.waitForResponse("**/w/*.wasm");
  await lab.open("");
  await (await widget).finished();
}

/** Refuses, changes their mind twice: three reports. */
async function threeAnswers(visitor: Visitor): Promise<void> {
  await visitor.refuse();
  await visitor.page.evaluate(() => {
    window.Temoin.set({ statistics: true });
    window.Temoin.withdraw();
  });
  await expect.poll(() => waiting(visitor.page)).toBe(3);
  await expect.poll(() => visitor.consentStatus()).toBe("withdrawn");
}

test("what was chosen offline is sent as soon as there is a network, in order", async ({ lab, visitor, context }) => {
  await lab.publish();
  await openWithWidget(lab);
  await context.setOffline(true);
  await threeAnswers(visitor);
  expect(await lab.auditor.records()).toEqual([]);
  await context.setOffline(false);
  await expect.poll(() => methods(lab)).toEqual(["reject_all", "api", "withdraw"]);
  await expect.poll(() => waiting(lab.page)).toBe(0);
  expect((await visitor.receipt()).index).toBe((await lab.auditor.records()).at(-1)!.index);
});

for (const [why, answer] of [
  ["a server that cannot be reached", undefined],
  ["a server that fails", 500],
  ["a server that is busy", 503],
  ["a server that has had too much", 429],
] as const) {
  test(`${why} gets the reports on the next page, once and in order`, async ({ lab, visitor }) => {
    await lab.publish();
    await lab.page.route(REPORTS, (route) => (answer ? route.fulfill({ status: answer, body: "later" }) : route.abort()));
    await lab.open("");
    await threeAnswers(visitor);
    expect(await lab.auditor.records()).toEqual([]);
    await lab.page.unroute(REPORTS);
    await lab.page.reload();
    await expect.poll(() => methods(lab)).toEqual(["reject_all", "api", "withdraw"]);
    await expect.poll(() => waiting(lab.page)).toBe(0);
    await expect(visitor.banner).toBeHidden();
    visitor.forget();
    await lab.page.reload();
    await lab.atRest();
    expect(visitor.downloadedWidget()).toBe(false);
    expect(await lab.auditor.count()).toBe(3);
  });
}

test("a report whose answer was lost is sent again, and gets the receipt it had got", async ({ lab, visitor }) => {
  await lab.publish();
  let lost: { id: string } | undefined;
  await lab.page.route(REPORTS, async (route) => {
    lost = (await (await route.fetch()).json()) as { id: string };
    await route.abort();
  });
  await lab.open("");
  await visitor.accept();
  await expect.poll(() => lost).toBeDefined();
  expect(await waiting(lab.page)).toBe(1);
  await lab.page.unroute(REPORTS);
  await lab.page.reload();
  expect(await visitor.receipt()).toEqual(lost);
  await expect.poll(() => waiting(lab.page)).toBe(0);
  expect(await lab.auditor.count()).toBe(1);
});

test("a report that the server will never keep is let go, and the page is told", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.page.addInitScript(() => {
    (window as any).failures = [];
    addEventListener("temoin:error", ({ detail }) => (window as any).failures.push(detail.message));
  });
  const detail = "no such notice";
  await lab.page.route(REPORTS, (route) => route.fulfill({ status: 422, json: { detail }, headers: { "access-control-allow-origin": "*" } }));
  await lab.open("");
  await visitor.refuse();
  await expect.poll(() => lab.page.evaluate(() => String((window as any).failures))).toContain(detail);
  expect(await waiting(lab.page)).toBe(0);
  expect(await visitor.consentStatus()).toBe("refused");
});

for (const there of [false, true]) {
  test(`a page closed at once after the click, ${there ? "with the widget there" : "before the widget has come"}, loses nothing`, async ({ lab, visitor, context }) => {
    await lab.publish();
    if (there) await openWithWidget(lab);
    else {
      await lab.page.route("**/w/**", () => undefined);
      await lab.open("");
    }
    await visitor.refuse();
    await lab.page.close();
    const next = new Visitor(await context.newPage());
    await next.page.goto(lab.origin + "/");
    expect(await lab.auditor.record((await next.receipt()).id)).toMatchObject({ method: "reject_all", trusted: true });
    await expect(next.banner).toBeHidden();
    expect(await lab.auditor.count()).toBe(1);
    expect(next.complaints).toEqual([]);
  });
}

test("a report that another tab's write covers is sent all the same, by the tab that made it", async ({ lab, visitor }) => {
  await lab.publish();
  await openWithWidget(lab);
  // Another tab, which had read the outbox before this one wrote, writes it after: within the same milliseconds.
  await lab.page.evaluate(() => {
    const setItem = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      setItem.call(this, key, value);
      if (key === "consent_temoin_outbox") this.removeItem(key);
    };
  });
  await visitor.refuse();
  expect(await lab.auditor.record((await visitor.receipt()).id)).toMatchObject({ method: "reject_all" });
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => methods(lab)).toEqual(["reject_all", "api"]);
  expect(await waiting(lab.page)).toBe(0);
});

test("what one tab could not send and another has sent is kept once", async ({ lab, visitor, context }) => {
  await lab.publish();
  await openWithWidget(lab);
  await lab.page.route(REPORTS, (route) => route.abort());
  await visitor.refuse();
  await expect.poll(() => waiting(lab.page)).toBe(1);
  const next = new Visitor(await context.newPage());
  await next.page.goto(lab.origin + "/");
  await expect.poll(() => methods(lab)).toEqual(["reject_all"]);
  await expect.poll(() => waiting(lab.page)).toBe(0);
  await lab.page.unroute(REPORTS);
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(() => methods(lab)).toEqual(["reject_all", "withdraw"]);
  await expect.poll(() => waiting(lab.page)).toBe(0);
});
