/** The choice in force on the page, and everything that must follow it. */
import { createAutomatic, type Automatic } from "../gate/automatic";
import { deleteForbidden } from "../gate/cleanup";
import { createGate, type Gate } from "../gate/gate";
import type { OnAlways } from "../gate/placeholder";
import { guardWrites } from "../gate/writes";
import { announceChoice, declareDefault, updateSignals } from "../interop/signals";
import { choiceBeforeAnswer, type Choice } from "../state/choice";
import type { Purpose } from "../generated/types";
import type { ConsentStatus } from "../temoin";
import { announce, offerReload, showBanner, showHonoured } from "../ui/first-layer";
import { afterSignal } from "../state/privacy-signal";
import { findStored, type Stored } from "../state/stored";
import { emit } from "./events";
import { passOn } from "./frames";
import { gpc, server, site } from "./page";

/** What holds before the visitor answers. */
export const unanswered = choiceBeforeAnswer(site, gpc);

export let choice = unanswered;
/** `null` until the visitor has answered. */
export let status: ConsentStatus | null = null;

export let gate: Gate;
let automatic: Automatic | false;

/** A stored choice as it holds here: under an opt-out law, the signal takes marketing from what was granted without it. */
export const asItHolds = (stored: Stored): Stored =>
  (__OPT_OUT__ && gpc && stored?.state === "chosen" && !stored.gpc && afterSignal(site, stored)) || stored;

/** Says, under an opt-out law, whether the signal is honoured. */
export const sayHonoured = (): void => showHonoured(gpc && !choice.consent.marketing);

/** Closes the gate, but for what the first choice permits. */
export function closeGate(first: Choice, firstStatus: ConsentStatus | null, onAlways: OnAlways): void {
  choice = first;
  status = firstStatus;
  if (__SIGNALS__) {
    declareDefault(site, unanswered.consent);
    if (choice !== unanswered) updateSignals(choice.consent);
  }
  guardWrites();
  automatic = __AUTOMATIC__ && createAutomatic(site, server, choice, (held) => emit("held", held));
  gate = createGate(site, choice, onAlways);
  deleteForbidden(site, choice);
}

/** Makes tags, the gate, and what is stored in the browser follow a choice. */
export function syncGate(next: Choice): void {
  choice = next;
  if (__SIGNALS__) updateSignals(choice.consent);
  if (automatic) automatic.set(choice);
  gate.set(choice);
  deleteForbidden(site, choice);
  if (__OPT_OUT__) sayHonoured();
}

/** The stored choice, as it is stored. */
export function storedText(): string | undefined {
  const stored = findStored(Date.now(), site);
  return stored?.state === "chosen" ? stored.text : undefined;
}

/** Puts a choice in force and tells everyone who waits for it: the page's listeners and, if `announced`, the visitor. */
export function applyChoice(next: Choice, nextStatus: ConsentStatus, announced: boolean): void {
  const before = choice.consent;
  const answeredBefore = status !== null;
  status = nextStatus;
  showBanner(false);
  syncGate(next);
  // A listener may answer in its turn, before the events of this choice are all dispatched.
  const { consent } = choice;
  const changed = (Object.keys(consent) as Purpose[]).some((purpose) => consent[purpose] !== before[purpose]);
  if (__SIGNALS__ && (changed || !answeredBefore)) announceChoice(consent);
  emit("consent", { ...consent });
  if (answeredBefore && changed) emit("change", { ...consent });
  if (status === "withdrawn") emit("withdraw", { ...consent });
  if (__SEVERAL__) passOn(storedText());
  if (announced) announce(site.saved);
  const stale = gate.stale || (automatic && automatic.stale);
  offerReload(stale);
  // A script that still runs may write once more.
  if (stale) setTimeout(() => deleteForbidden(site, choice), 1000);
}

/** Goes back to what held before the visitor answered. */
export function forgetChoice(): void {
  syncGate(unanswered);
  status = null;
}
