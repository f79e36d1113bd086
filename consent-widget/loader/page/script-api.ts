/** `window.Temoin`, for the scripts of the page: `../temoin.d.ts` is its documentation. */
import { permits } from "../state/choice";
import type { FirstLayerAnswer } from "../generated/types";
import type { Temoin } from "../temoin";
import { receipt } from "./bridge";
import { choice, status } from "./in-force";
import { gpc, site } from "./page";
import { send } from "./send";

/** Creates the script API. `answer` answers for all purposes at once. */
export const createScriptApi = (answer: (action: FirstLayerAnswer) => void): Temoin => ({
  get consent() {
    return { ...choice.consent };
  },
  get status() {
    return status;
  },
  gpc,
  allows: (service) => permits(site, choice, [site.services[service]?.purpose ?? ""], service),
  open: () => send("open", "none", false),
  acceptAll: () => answer("accept_all"),
  rejectAll: () => answer("reject_all"),
  set: (changes) => send("save", "none", false, { consent: changes }),
  withdraw: () => send("withdraw", "none", false),
  receipt: () => receipt ?? null,
  on: (name, listener) => addEventListener(`temoin:${name}`, (event) => listener((event as CustomEvent).detail)),
});
