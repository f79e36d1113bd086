/** `window.Temoin`, for the scripts of the page: `../temoin.d.ts` is its documentation. */
import { PURPOSES } from "../generated/constants";
import { permits } from "../state/choice";
import type { FirstLayerAnswer } from "../generated/types";
import type { Changes, Temoin, TemoinEvents } from "../temoin";
import { receipt } from "./bridge";
import { choice, status } from "./in-force";
import { expectOneOf } from "./mistake";
import { gpc, site } from "./page";
import { send } from "./send";

const EVENTS: (keyof TemoinEvents)[] = ["ready", "shown", "consent", "change", "withdraw", "receipt", "error", "held"];

/**
 * Fails unless changes name a purpose or a service, each of those is one, and each answer is `true` or `false`: a slip must
 * not become a refusal of everything.
 */
function checkChanges(changes: Changes): void {
  const { services = {}, ...purposes } = Object(changes) as Changes;
  const names = [...PURPOSES.slice(1), "services"];
  for (const [what, given, known] of [
    ["purpose", purposes, [...PURPOSES, ...names]],
    ["service", services, Object.keys(site.services)],
  ] as const) {
    for (const [name, answer] of Object.entries(Object(given))) {
      expectOneOf(what, name, known);
      expectOneOf(name, answer, [true, false]);
      if (name !== "necessary") names.length = 0;
    }
  }
  if (names.length) expectOneOf("change", changes, names);
}

/** Creates the script API. `answer` answers for all purposes at once. */
export const createScriptApi = (answer: (action: FirstLayerAnswer) => void): Temoin => ({
  get consent() {
    return { ...choice.consent };
  },
  get status() {
    return status;
  },
  gpc,
  site: site.site,
  allows(service) {
    expectOneOf("service", service, Object.keys(site.services));
    return permits(site, choice, [site.services[service]!.purpose], service);
  },
  open: () => send("open", "none", false),
  acceptAll: () => answer("accept_all"),
  rejectAll: () => answer("reject_all"),
  set(changes) {
    checkChanges(changes);
    send("save", "none", false, { consent: changes });
  },
  withdraw: () => send("withdraw", "none", false),
  receipt: () => receipt ?? null,
  on(name, listener) {
    expectOneOf("event", name, EVENTS);
    expectOneOf("listener", typeof listener, ["function"]);
    addEventListener(`temoin:${name}`, (event) => listener((event as CustomEvent).detail));
  },
});
