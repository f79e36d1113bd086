/** One visit of one page, on a slow phone's network and processor, and what it cost. */
import { observe } from "./observe.mjs";

/** Lighthouse's phone. */
export const VIEWPORT = { width: 412, height: 823 };
/** "Slow 4G". */
export const NETWORK = { latencyMs: 150, downKbits: 1600, upKbits: 750 };
export const CPU_SLOWDOWN = 4;

/** A page is done when nothing has been on its way for this long. */
const QUIET_MS = 1000;
const LONGEST_MS = 60_000;
/** A task is long above this; only what is above blocks (the definition of total blocking time). */
const LONG_TASK_MS = 50;

/** A browser context like a visitor's: nothing is kept from others but what `storageState` brings. */
export function newVisitor(browser, storageState) {
  return browser.newContext({ viewport: VIEWPORT, locale: "en-CA", timezoneId: "America/Montreal", storageState });
}

/**
 * Visits a page and waits until it is quiet.
 *
 * @param {import("@playwright/test").BrowserContext} visitor
 * @param {string} url
 * @param {import("./contestants.mjs").Contestant} contestant
 * @param {boolean} first Whether the banner is expected, and is to be answered with "accept all".
 */
export async function visit(visitor, url, contestant, first) {
  const page = await visitor.newPage();
  try {
    const cdp = await visitor.newCDPSession(page);
    const wire = new Wire(cdp);
    const seeing = await prepare(page, cdp, contestant.banner);
    const told = (what) => until(() => wire.sound() && seeing(what), () => `nothing was seen of: ${what}`);
    await page.goto(url, { waitUntil: "commit" });
    const answered = first && contestant.banner;
    if (answered) await told("banner");
    await wire.quiet();
    if (answered) {
      await click(cdp, contestant.accept);
      await Promise.all([told("click"), told("gone")]);
      await wire.quiet();
    }
    const seen = await evaluate(cdp, "({ ...__bench, timeOrigin: performance.timeOrigin })");
    if (!answered && seen.banner !== null) throw new Error("the banner is back: the choice was not kept");
    return summary(seen, wire);
  } finally {
    await page.close();
  }
}

/** Slows the page down and has it watched. Returns a function that says whether something was seen. */
async function prepare(page, cdp, banner) {
  await cdp.send("Network.enable");
  await cdp.send("Page.enable");
  await cdp.send("Runtime.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: NETWORK.latencyMs,
    downloadThroughput: (NETWORK.downKbits * 1000) / 8,
    uploadThroughput: (NETWORK.upKbits * 1000) / 8,
  });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  await cdp.send("Runtime.addBinding", { name: "__benchTell" });
  const seen = new Set();
  cdp.on("Runtime.bindingCalled", ({ payload }) => seen.add(payload));
  await page.addInitScript(observe, banner);
  return (what) => seen.has(what);
}

/** A real click, in the middle of an element that nothing covers. */
async function click(cdp, selector) {
  const at = await evaluate(
    cdp,
    `(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      const { left, top, width, height } = element.getBoundingClientRect();
      const at = { x: left + width / 2, y: top + height / 2 };
      return element.contains(document.elementFromPoint(at.x, at.y)) ? at : null;
    })()`,
  );
  if (!at) throw new Error(`${selector} cannot be clicked`);
  const mouse = (type, more) => cdp.send("Input.dispatchMouseEvent", { type, ...at, ...more });
  const left = { button: "left", clickCount: 1 };
  await mouse("mouseMoved");
  await mouse("mousePressed", left);
  await mouse("mouseReleased", left);
}

async function evaluate(cdp, expression) {
  const { result, exceptionDetails } = await cdp.send("Runtime.evaluate", { expression, returnByValue: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

async function until(holds, why) {
  const end = Date.now() + LONGEST_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(why());
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

/** What comes over the network for a page, and when. */
class Wire {
  /** By request: what arrived, as `{ at, bytes }`, `at` in the browser's own seconds. */
  #requests = new Map();
  #onItsWay = new Set();
  #loaded = false;
  #lastChange = Date.now();
  /** Wall clock less the browser's own, in seconds. */
  #clock = 0;
  #troubles = [];

  constructor(cdp) {
    const on = (event, then) =>
      cdp.on(event, (detail) => {
        this.#lastChange = Date.now();
        then(detail);
      });
    on("Network.requestWillBeSent", ({ requestId, request, type, timestamp, wallTime }) => {
      if (wallTime) this.#clock = wallTime - timestamp;
      if (/^(data|blob):|\/favicon\.ico$/.test(request.url)) return;
      this.#onItsWay.add(requestId);
      this.#requests.set(requestId, { url: request.url, isPage: type === "Document", cached: false, arrived: [] });
    });
    const arrived = (requestId, at, bytes) => this.#requests.get(requestId)?.arrived.push({ at, bytes });
    on("Network.requestServedFromCache", ({ requestId }) => {
      const request = this.#requests.get(requestId);
      if (request) request.cached = true;
    });
    on("Network.responseReceived", ({ requestId, response, timestamp }) => {
      const request = this.#requests.get(requestId);
      if (!request) return;
      if (response.fromDiskCache) request.cached = true;
      if (response.status >= 400) this.#troubles.push(`${response.status} for ${request.url}`);
      arrived(requestId, timestamp, response.encodedDataLength);
    });
    on("Network.dataReceived", ({ requestId, timestamp, encodedDataLength }) =>
      arrived(requestId, timestamp, encodedDataLength),
    );
    on("Network.loadingFinished", ({ requestId, timestamp, encodedDataLength }) => {
      this.#onItsWay.delete(requestId);
      const request = this.#requests.get(requestId);
      // The last word: what the parts left out came by now at the latest.
      if (request) arrived(requestId, timestamp, encodedDataLength - total(request.arrived));
    });
    on("Network.loadingFailed", ({ requestId, errorText }) => {
      this.#onItsWay.delete(requestId);
      const request = this.#requests.get(requestId);
      if (request) this.#troubles.push(`${errorText} for ${request.url}`);
    });
    on("Page.loadEventFired", () => (this.#loaded = true));
    on("Runtime.exceptionThrown", ({ exceptionDetails: { exception, text } }) =>
      this.#troubles.push(exception?.description ?? text),
    );
  }

  /** Waits until the page has loaded and nothing has been on its way for a while. */
  async quiet() {
    this.#lastChange = Date.now();
    const quiet = () =>
      this.sound() && this.#loaded && this.#onItsWay.size === 0 && Date.now() - this.#lastChange >= QUIET_MS;
    await until(quiet, () => {
      const waiting = [...this.#onItsWay].map((id) => this.#requests.get(id)?.url);
      return `the page is not quiet; on its way: ${waiting.join(", ") || "nothing"}`;
    });
  }

  /** Throws if a request or a script failed: what is measured then is not the contestant. */
  sound() {
    if (this.#troubles.length) throw new Error(this.#troubles.join("; "));
    return true;
  }

  /** Bytes that came until a moment of the wall clock, in milliseconds. */
  bytes(until = Infinity, wanted = () => true) {
    const end = until / 1000 - this.#clock;
    let sum = 0;
    for (const request of this.#requests.values()) {
      if (!request.cached && wanted(request)) sum += total(request.arrived.filter(({ at }) => at <= end));
    }
    return sum;
  }

  get pageBytes() {
    return this.bytes(Infinity, ({ isPage }) => isPage);
  }

  get askedForWasm() {
    return [...this.#requests.values()].some(({ url }) => new URL(url).pathname.endsWith(".wasm"));
  }
}

function total(arrived) {
  return arrived.reduce((sum, { bytes }) => sum + bytes, 0);
}

function summary(seen, wire) {
  return {
    banner: seen.banner,
    firstPaint: seen.firstPaint,
    blocking: seen.longTasks.reduce((sum, { duration }) => sum + Math.max(0, duration - LONG_TASK_MS), 0),
    longTasks: seen.longTasks,
    shift: seen.shifts.reduce((sum, value) => sum + value, 0),
    largest: seen.largest,
    click: seen.click,
    gone: seen.gone,
    bytesBeforeBanner: seen.banner === null ? null : wire.bytes(seen.timeOrigin + seen.banner),
    bytes: wire.bytes(),
    pageBytes: wire.pageBytes,
    wasm: wire.askedForWasm,
  };
}
