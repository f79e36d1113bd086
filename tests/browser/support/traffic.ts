/** What a page has asked for and not yet got, and when it comes to rest. */
import { expect, type Page, type Request } from "@playwright/test";

const open = new WeakMap<Page, Set<Request>>();

/** Follows the requests of a page from now on. */
export function followTraffic(page: Page): void {
  if (open.has(page)) return;
  const requests = new Set<Request>();
  open.set(page, requests);
  page.on("request", (request) => requests.add(request));
  page.on("requestfinished", (request) => requests.delete(request));
  page.on("requestfailed", (request) => requests.delete(request));
}

/**
 * Waits until a page has done all that it does by itself: it is loaded, has had idle time, is waiting for no
 * answer, and has not asked for anything more in the idle time after the last one. What still has not been asked
 * for then never will be, unless something else happens.
 */
export async function atRest(page: Page): Promise<void> {
  const requests = open.get(page)!;
  await page.waitForLoadState("load");
  for (let quiet = 0; quiet < 2; ) {
    await expect.poll(() => requests.size, { intervals: [10, 20, 50] }).toBe(0);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(done))));
    quiet = requests.size === 0 ? quiet + 1 : 0;
  }
}
