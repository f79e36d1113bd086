/**
 * Trusted Types: under `require-trusted-types-for 'script'` a browser takes HTML, scripts and their addresses only from a policy.
 *
 * Ours passes everything as it is, so nothing of the page may reach it. What goes through it is what the consent server has rendered,
 * what stands in the page already, and what the browser has taken from the page itself (`accepted`).
 */
import { attempt } from "./attempt";

type Rule = "createHTML" | "createScriptURL";
type Policy = Record<Rule, (text: string) => string>;
declare const trustedTypes: { createPolicy(name: string, rules: Policy): Policy };

const same = (text: string): string => text;
const RULES: Policy = { createHTML: same, createScriptURL: same };
let policy: Policy | undefined;

/** A text that this browser takes; it stays a text where there are no Trusted Types, or where the owner's header refuses our policy. */
export const trusted = (text: string, rule: Rule = "createHTML"): string =>
  // When it is first needed: a second loader in the page makes none.
  (policy ??= attempt(() => trustedTypes.createPolicy("temoin", RULES)) ?? RULES)[rule](text);

/** Gives an element an address that the page has written: it may be that of a script. */
export const setAddress = (element: Element, name: string, value: string): void =>
  element.setAttribute(name, trusted(value, __AUTOMATIC__ && name === "srcdoc" ? "createHTML" : "createScriptURL"));
