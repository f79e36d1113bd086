/**
 * The gate: what is marked with a purpose stays inert until the choice permits that purpose.
 *
 * A blocked script is a `script[type="text/plain"]`, which no browser runs. A blocked frame, image,
 * video or link has its address in `data-src` or `data-href`, which no browser loads.
 */
import { permits, type Choice, type Condition } from "../state/choice";
import type { LoaderSite } from "../generated/types";
import { matches } from "../intrinsics";
import { readPurposes } from "../state/marks";
import { tell } from "../page/mistake";
import { setAddress } from "../trusted";
import { ADDRESSES, hideAddresses } from "./addresses";
import { findAll, observe, visit } from "./dom-observer";
import { LOADING } from "./loading";
import { hearMissedEvents } from "./missed-events";
import { createPlaceholder, type OnAlways, type Placeholder } from "./placeholder";
import { released, removeCopy, startScript } from "./script";

const SCRIPT = 'script[type="text/plain"]';
const BLOCKED = [SCRIPT, ...ADDRESSES.map(([, kept]) => `:not(script)[${kept}]`)].join();

export interface Gate {
  /** Applies a choice to every blocked element, and blocks again what it does not permit any more. */
  set(choice: Choice): void;
  /** Whether a script has run that the choice does not permit any more: only a reload stops it. */
  readonly stale: boolean;
  /** Resolves when every released script has run. */
  readonly scriptsRun: Promise<unknown>;
}

/** Closes the gate, but for what `choice` permits. */
export function createGate(site: LoaderSite, choice: Choice, onAlways: OnAlways): Gate {
  /** Scripts run one after the other, in document order, even when later choices release more of them. */
  let scriptsRun: Promise<unknown> = Promise.resolve();
  const placeholders = new Map<Element, Placeholder>();
  /** What runs in this page by the choice: scripts, and all else until it is blocked again. */
  const running = new Set<Condition & { element?: WeakRef<Element> }>();

  const allows = ({ purposes, service }: Condition): boolean =>
    String(purposes) === "ignore" ||
    (__SIGNALS__ && service !== null && site.open?.includes(service)) ||
    permits(site, choice, purposes, service);

  const inspect = (root: Element): void => {
    if (!root.isConnected) removeCopy(root);
    findAll(root, BLOCKED).forEach(inspectElement);
  };

  /** Releases a blocked element, or puts a placeholder before a frame that must wait. */
  function inspectElement(element: Element): void {
    if (!element.isConnected) {
      // The page has removed it. If it comes back, it gets a new placeholder.
      removePlaceholder(element);
      return;
    }
    const condition = conditionOf(site, element);
    if (!condition) return;
    // By its name: a node of another window is an instance of no class of this one.
    const frame = element.localName === "iframe" ? (element as HTMLIFrameElement) : undefined;
    if (!allows(condition)) {
      if (element.localName !== "script") hideAddresses(element);
      if (!frame) return;
      const placeholder = placeholders.get(element);
      if (placeholder) placeholder.stand();
      else placeholders.set(element, createPlaceholder(site, frame, condition, () => load(element), onAlways));
    } else if (element.localName === "script" && "text" in element) run(element as HTMLScriptElement, condition);
    else {
      running.add({ ...condition, element: new WeakRef(element) });
      load(element);
    }
  }

  /** Runs a blocked script after those released before it. */
  function run(blocked: HTMLScriptElement, condition: Condition): void {
    // At once, so that the next inspection does not find it again.
    blocked.setAttribute("type", "temoin/released");
    scriptsRun = scriptsRun.then(() => {
      // Meanwhile the page may have removed the script, or the visitor withdrawn the choice.
      if (!blocked.isConnected || !allows(condition)) {
        blocked.setAttribute("type", "text/plain");
        return;
      }
      running.add(condition);
      return startScript(blocked);
    });
  }

  /** Gives a blocked element its address back. */
  function load(element: Element): void {
    if (__AUTOMATIC__) released.add(element);
    if (element.localName === "iframe") restartFrame(element);
    for (const [address, kept] of ADDRESSES) {
      const value = element.getAttribute(kept);
      if (value !== null) {
        element.removeAttribute(kept);
        // The edge takes addresses out of styles, and keeps the whole.
        if (__AUTOMATIC__ && element.localName === "style") element.textContent = value;
        else setAddress(element, address, value);
      }
    }
    if (element.localName === "source") chooseSource(element);
    removePlaceholder(element);
  }

  function removePlaceholder(element: Element): void {
    placeholders.get(element)?.remove();
    placeholders.delete(element);
  }

  hearMissedEvents(() => scriptsRun);
  observe(inspect);
  return {
    set(next) {
      choice = next;
      for (const entry of running) {
        if (entry.element && !allows(entry)) {
          running.delete(entry);
          const element = entry.element.deref();
          if (element) takeBack(element);
        }
      }
      visit(document.documentElement, inspect);
    },
    get stale() {
      return [...running].some((entry) => !allows(entry));
    },
    get scriptsRun() {
      return scriptsRun;
    },
  };
}

/**
 * What a blocked element waits for; nothing where it is not ours, such as a lazy image of the page's own
 * or a text that someone keeps in a script.
 */
function conditionOf(site: LoaderSite, element: Element): Condition | undefined {
  // A source waits for what its video or picture waits for.
  const whole = element.closest("video,audio,picture") ?? element;
  const mark = (name: string) => element.getAttribute(name) ?? whole.getAttribute(name);
  const service = mark("data-service") ?? mark("data-name");
  const written = mark("data-category") ?? mark("data-cookieconsent");
  const known = service !== null && site.services[service];
  if (written === null && !known) {
    const named = mark("data-service");
    if (named !== null) tell("data-service", named, Object.keys(site.services));
    return;
  }
  return { purposes: written === null ? [known ? known.purpose : ""] : readPurposes(site, written), service };
}

/** Blocks an element again, which stops what it shows or plays. */
function takeBack(element: Element): void {
  if (__AUTOMATIC__) released.delete(element);
  for (const [address, kept] of ADDRESSES) {
    const value = element.getAttribute(address);
    // How it looks is the page's, and a link that someone clicks; only its `ping` goes.
    if (value === null || address === "style" || (__AUTOMATIC__ && address === "href" && matches(element, LOADING.ping))) continue;
    element.removeAttribute(address);
    element.setAttribute(kept, value);
  }
  if (/^(iframe|embed|object)$/.test(element.localName)) restartFrame(element);
  chooseSource(element);
}

/** Makes a video or a sound choose among its sources anew: it does so once, and goes on playing what it chose. */
function chooseSource(element: Element): void {
  const player = element.localName === "source" ? element.parentElement : element;
  if (player instanceof HTMLMediaElement) player.load();
}

/**
 * Makes a frame start anew: what it shows or loads stops at once. While a page is being parsed, a
 * browser follows the new address of a frame only so. And the history does not list a frame that a
 * script inserts, so that "back" never loads it again.
 */
export function restartFrame(frame: Element): void {
  frame.replaceWith(frame);
}
