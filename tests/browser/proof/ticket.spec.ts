/** A record says when its page's loader was served: by the ticket that came with it, or that the widget asked for. */
import { expect, test, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";
import { CONSENT } from "../support/environment";

/** Refuses on a page with this tag, once the widget is there; returns when the record says that its loader was served. */
async function servedAt(lab: Lab, visitor: Visitor, tag: string, head = ""): Promise<string | undefined> {
  const widget = lab.page.waitForResponse(/\/w\/.*\.wasm$/);
  lab.serve("/", lab.html("<h1>Laboratoire</h1>", head).replace(lab.tag, () => tag));
  await lab.page.goto(lab.origin + "/");
  await (await widget).finished();
  await lab.atRest();
  await visitor.refuse();
  const { id } = await visitor.receipt();
  return (await lab.auditor.record(id)).served_at;
}

/** It is a whole minute, of the last three. */
function expectRecent(time: string | undefined): void {
  expect(time).toMatch(/T\d\d:\d\d:00\.000Z$/);
  const age = Date.now() - Date.parse(time!);
  expect(age).toBeGreaterThanOrEqual(0);
  expect(age).toBeLessThan(180_000);
}

/** The requests for a ticket alone. */
function followRequests(lab: Lab): string[] {
  const asked: string[] = [];
  lab.page.on("request", (request) => request.url().endsWith("/ticket") && asked.push(request.method()));
  return asked;
}

test("the loader of the tag brings it, and nothing is asked for", async ({ lab, visitor }) => {
  await lab.publish();
  const asked = followRequests(lab);
  expectRecent(await servedAt(lab, visitor, lab.tag));
  expect(asked).toEqual([]);
});

test("a loader that the browser has kept brings the ticket that it came with", async ({ lab, visitor, page }) => {
  await lab.publish();
  lab.serve("/", lab.html("<h1>Laboratoire</h1>"));
  await page.goto(lab.origin + "/");
  await lab.atRest();
  const asked = followRequests(lab);
  await page.reload();
  await lab.atRest();
  await visitor.refuse();
  expectRecent((await lab.auditor.record((await visitor.receipt()).id)).served_at);
  expect(asked).toEqual([]);
});

test("for a pinned loader, the widget asks", async ({ lab, visitor }) => {
  const { pinned } = await lab.publish();
  const asked = followRequests(lab);
  expectRecent(await servedAt(lab, visitor, pinned["fr-CA"]!));
  expect(asked).toEqual(["GET"]);
});

test("for a loader in the page, the widget asks", async ({ lab, visitor }) => {
  await lab.publish();
  const inline = await (await fetch(`${CONSENT}/t/${lab.site}.js?inline&language=fr-CA`)).text();
  const asked = followRequests(lab);
  expectRecent(await servedAt(lab, visitor, inline));
  expect(asked).toEqual(["GET"]);
});

test("where a page has cleared what the browser noted, the widget asks", async ({ lab, visitor }) => {
  await lab.publish();
  const asked = followRequests(lab);
  expectRecent(await servedAt(lab, visitor, lab.tag, "<script>performance.clearResourceTimings()</script>"));
  expect(asked).toEqual(["GET"]);
});

test("where no ticket comes, or a wrong one, the choice is recorded all the same, and says no time", async ({ lab, visitor, page }) => {
  const { pinned } = await lab.publish();
  await page.route("**/ticket", (route) => route.abort());
  expect(await servedAt(lab, visitor, pinned["fr-CA"]!)).toBeUndefined();
  await page.context().clearCookies();
  await page.evaluate(() => localStorage.clear());
  visitor.forget();
  await page.route("**/ticket", (route) => route.fulfill({ json: { ticket: "0".repeat(32) } }));
  expect(await servedAt(lab, visitor, pinned["fr-CA"]!)).toBeUndefined();
});
