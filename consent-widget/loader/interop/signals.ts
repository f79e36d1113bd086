/** Tells the tools of others what is granted. How each is told is in `callers/`; which of them, the site says. */
import { attempt } from "../attempt";
import type { LoaderSignals, LoaderSite, Tool } from "../generated/types";
import type { Consent } from "../state/choice";
import type { Caller, Find, Moment } from "./callers/caller";

/** The server composes the loader: it replaces this name, which must stand in the bundle once, by the callers of the tools that the site names. */
declare const __TEMOIN_CALLERS__: Callers;

type Callers = Partial<Record<Tool, Caller>>;

const find: Find = (name, otherwise) =>
  (Object.hasOwn(window, name) && window[name as never]) || (otherwise && (window[name as never] = otherwise as never));

// Set by a function, so that nothing of this file is in a loader that tells nobody.
let callers: Callers;
let tools: LoaderSignals;
let current: Consent;
let moment: Moment;
/** The consent that the tools know, in JSON. */
let known = "";
let told: Tool[];

/** The tools that have been called, without an exception, with what holds now. */
export const toldTools = (): Tool[] => told;

/** Tells one tool, unless it knows. What it throws stops neither the loader nor the other tools. */
function tell(name: Tool): void {
  const tool = tools[name]!;
  const types = (granted: unknown, denied: unknown) =>
    Object.fromEntries(Object.entries(tool.types).map(([type, purpose]) => [type, current[purpose] ? granted : denied]));
  if (!told.includes(name)) attempt(() => callers[name]!(types, moment, find, tool, () => tell(name)) === false || told.push(name));
}

function tellAll(consent: Consent, at: Moment): void {
  current = consent;
  moment = at;
  told = [];
  (Object.keys(tools) as Tool[]).forEach(tell);
}

/** Declares the state before any tag can run: under an opt-in law, nothing but what is necessary is granted. */
export function declareDefault(site: LoaderSite, before: Consent): void {
  callers = __TEMOIN_CALLERS__;
  tools = site.signals!;
  tellAll(before, "default");
}

/** Tells the tools a choice, all permissions at once; nothing if they know it already. */
export function updateSignals(consent: Consent): void {
  if (known !== (known = JSON.stringify(consent))) tellAll(consent, "update");
}

/** Tells Google's tags that a choice was made. */
export const announceChoice = (consent: Consent): unknown =>
  attempt(() => callers.google?.(() => ({ ...consent }), "choice", find, tools.google!, () => {}));
