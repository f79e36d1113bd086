/**
 * Automatic blocking: what comes from a third party waits without being marked. Its host says which
 * service of the site it belongs to; where no service has that host, it waits for marketing, and the
 * owner is told.
 *
 * What a script asks for is blocked before the request leaves. What the page's own HTML asks for is not
 * run and not shown, but the browser requests it before any script can object: the owner must mark what
 * must not even be requested. Out of reach are the empty frames that a script fills itself, workers, and
 * what a style sheet names.
 */
import { attempt } from "../attempt";
import { permits, type Choice } from "../state/choice";
import { coversHost, serviceForHost } from "../state/service-match";
import type { LoaderSite } from "../generated/types";
import { matches } from "../intrinsics";
import { setAddress, trusted } from "../trusted";
import type { Blocker } from "./blocker";
import { isForbidden } from "./cleanup";
import { findAll, observe, WATCHED } from "./dom-observer";
import { restartFrame } from "./gate";
import { guardElements } from "./guard-elements";
import { guardMarkup } from "./guard-markup";
import { guardRequests } from "./guard-requests";
import { guardStorage } from "./guard-storage";
import { guardSubtrees } from "./guard-subtrees";
import { addressOf, ANY, keptName, LOADING, NAMES, removeAddress, type Address } from "./loading";
import { released } from "./script";
import { candidates } from "./srcset";

/** Called for everything that is blocked: its address, and its service where one is known. */
type OnHeld = (held: { url: string; service: string | null }) => void;

/** Elements that the owner exempts, and scripts that are blocked already. */
const EXEMPT = '[data-cookieconsent="ignore"],script[type="text/plain"]';
const MARKED = "[data-category],[data-cookieconsent]";

export interface Automatic {
  /** Applies a choice to what was blocked, and to the frames that it does not permit any more. */
  set(choice: Choice): void;
  /** Whether a script has run that the choice does not permit any more: only a reload stops it. */
  readonly stale: boolean;
}

/** Starts automatic blocking. */
export function createAutomatic(site: LoaderSite, server: string, choice: Choice, onHeld: OnHeld): Automatic {
  /** Blocked elements that are not in the page, or were not when they were blocked, such as `new Image()`. */
  const outside = new Set<Element>();
  const blocked = new WeakSet<Element>();
  /** The addresses of the scripts that nobody marked and the choice permitted. */
  const ran = new Set<string>();

  /** The service that an address belongs to; `null` for a third party that no service names, `undefined` for the site itself. */
  function serviceOf(address: string): string | null | undefined {
    const url = attempt(() => new URL(address, document.baseURI));
    if (!url || !/^(https?|wss?):$/.test(url.protocol)) return;
    const host = url.hostname;
    const service = serviceForHost(site, host);
    if (service) return service;
    const own = [location.hostname, new URL(server).hostname, site.domain, ...(site.own_hosts ?? [])];
    return own.some((known) => known && coversHost(known, host)) ? undefined : null;
  }

  const purposeOf = (service: string | null): string => (service ? site.services[service]!.purpose : "marketing");

  function mustWait(address: string): boolean {
    const service = serviceOf(address);
    if (service === undefined || (service && site.open?.includes(service))) return false;
    return !permits(site, choice, [purposeOf(service)], service);
  }

  function blocksRequest(address: string): boolean {
    const waits = mustWait(address);
    if (waits) onHeld({ url: address, service: serviceOf(address) ?? null });
    return waits;
  }

  /** Gives the element the marks that an owner would give it, for the gate. */
  function blockElement(element: Element, name: Address, value: string, as = element, accept?: () => string): boolean {
    if (released.has(element) || !matches(as, LOADING[name]) || matches(as, EXEMPT)) return false;
    const isScript = element.localName === "script";
    const address = addresses(name, value).find(blocksRequest);
    if (address === undefined) {
      if (isScript) ran.add(value);
      return false;
    }
    const service = serviceOf(address) ?? null;
    // It may throw: then nothing is kept.
    const kept = accept?.() ?? value;
    if (!element.matches(MARKED)) element.setAttribute("data-category", purposeOf(service));
    if (service) element.setAttribute("data-service", service);
    element.setAttribute(keptName(name), kept);
    if (isScript) {
      const type = element.getAttribute("type");
      if (type) element.setAttribute("data-type", type);
      element.setAttribute("type", "text/plain");
    }
    blocked.add(element);
    if (element.ownerDocument === window.document) outside.add(element);
    return true;
  }

  function blockWithin(root: Element | DocumentFragment, as?: Element): boolean {
    let found = false;
    for (const element of as ? [root as Element] : findAll(root, ANY)) {
      for (const name of NAMES) {
        const value = addressOf(element, name);
        if (value === null || !blockElement(element, name, value, as)) continue;
        found = true;
        removeAddress(element, name);
        // A frame that is loading goes on loading without its address.
        if (element.localName === "iframe" && element.isConnected) restartFrame(element as HTMLIFrameElement);
      }
      // A parser makes a part of the page of it.
      if (element.matches("template[shadowrootmode]") && blockWithin((element as HTMLTemplateElement).content)) found = true;
    }
    return found;
  }

  const blocker: Blocker = {
    blocksRequest,
    blockElement,
    blockWithin,
    isBlocked: (element) => blocked.has(element) && !released.has(element),
    forbidsName: (name) => isForbidden(site, choice, name),
  };
  guardElements(blocker);
  guardSubtrees(blocker);
  guardMarkup(blocker);
  guardRequests(blocker);
  guardStorage(blocker);
  // Some scripts set an attribute in ways that no guard sees.
  WATCHED.push(...NAMES, "rel");
  observe((root) => void (root.isConnected && blockWithin(root)));

  return {
    set(next) {
      choice = next;
      for (const element of outside) {
        // The gate releases what is in the page; a script runs nowhere else.
        if (element.isConnected) outside.delete(element);
        else if (element.localName !== "script") {
          for (const name of NAMES) {
            const value = element.getAttribute(keptName(name));
            if (value === null || addresses(name, value).some(mustWait)) continue;
            outside.delete(element);
            element.removeAttribute(keptName(name));
            setAddress(element, name, value);
          }
        }
      }
      // Frames that the choice permitted before and does not permit now; the gate closes those that it released.
      for (const frame of document.querySelectorAll("iframe[src]")) blockWithin(frame);
    },
    get stale() {
      return [...ran].some(mustWait);
    },
  };
}

/** The addresses in an attribute: some have several, and a page within an attribute has those of its elements. */
function addresses(name: Address, value: string): string[] {
  if (name === "srcset" || name === "imagesrcset") return candidates(value);
  if (name === "ping") return value.split(/\s+/);
  if (name !== "srcdoc") return [value];
  const page = new DOMParser().parseFromString(trusted(value), "text/html").documentElement;
  return findAll(page, ANY)
    .filter((element) => !element.matches(EXEMPT))
    .flatMap((element) => NAMES.flatMap((name) => (element.matches(LOADING[name]) ? addresses(name, addressOf(element, name) ?? "") : [])));
}
