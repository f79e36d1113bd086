/** Judges what was found: whether it is as it should be, and what the owner must add. */
import type { Purpose } from "../loader/temoin";
import type { Found } from "./inventory";
import type { Classified } from "./server";

/**
 * - `mistaken`: its mark names no purpose, so it waits for ever;
 * - `held`: it waits for a purpose that is not granted;
 * - `allowed`: its purpose is granted, or needs no consent;
 * - `loose`: its purpose is not granted, and nothing blocks it;
 * - `undeclared`: no service of the site lists it.
 */
export type State = "mistaken" | "loose" | "undeclared" | "held" | "allowed";

export interface Judged {
  found: Found;
  classified: Classified;
  purpose: Purpose;
  state: State;
  /** What is written on it that names no purpose. */
  mark?: string;
  /** What to paste into the page or into the configuration, if something is missing. */
  add?: { where: "page" | "configuration"; text: string };
}

/** Judges one finding. `consent` is what is granted now. */
export function judge(found: Found, classified: Classified, consent: Record<Purpose, boolean>): Judged {
  const mark = found.waits ? markOf(found.element) : undefined;
  const names = mark?.toLowerCase().split(/[\s,]+/).filter(Boolean);
  if (mark !== undefined && names && (!names.length || names.some((name) => !(name in consent) && name !== "ignore"))) {
    const meant = names.map((name) => ALIASES[name]).find(Boolean) ?? classified.held_back_as;
    const text = blockedForm(found.element!, found.name, meant, classified.service_id);
    return { found, classified, purpose: meant, state: "mistaken", mark, add: { where: "page", text } };
  }
  // What is exempt needs no consent, as its owner says.
  const first = names?.[0] === "ignore" ? "necessary" : (names?.[0] as Purpose | undefined);
  const purpose = first ?? classified.held_back_as;
  const granted = (names ?? [purpose]).every((name) => name === "ignore" || name === "necessary" || consent[name as Purpose]);
  const declared = classified.service_id !== null;
  const judged = (state: State, add?: Judged["add"]): Judged => ({ found, classified, purpose, state, ...(add && { add }) });
  if (found.waits) return judged(granted ? "allowed" : "held");
  if (found.kind !== "request") {
    const pattern = { name: found.name, lifetime: classified.retention ?? "…" };
    const add = { where: "configuration", text: JSON.stringify(pattern) } as const;
    if (!declared) return judged(granted ? "undeclared" : "loose", add);
    return judged(granted ? "allowed" : "loose");
  }
  if (granted && declared) return judged("allowed");
  const text = found.element && blockedForm(found.element, found.name, purpose, classified.service_id);
  return judged(granted ? "undeclared" : "loose", text ? { where: "page", text } : undefined);
}

/** What other tools call our purposes. */
const ALIASES: Record<string, Purpose> = {
  ...{ essential: "necessary", required: "necessary", "strictly-necessary": "necessary" },
  ...{ preference: "preferences", functional: "preferences", functionality: "preferences", personalization: "preferences" },
  ...{ statistic: "statistics", analytics: "statistics", analytical: "statistics", performance: "statistics", measurement: "statistics" },
  ...{ ads: "marketing", advertising: "marketing", advertisement: "marketing", targeting: "marketing", social: "marketing" },
};

/** The purposes written on an element, as they are written. */
const markOf = (element: Element | undefined): string | undefined =>
  element?.getAttribute("data-category") ?? element?.getAttribute("data-cookieconsent") ?? undefined;

/** The element in its blocked form, as the gate reads it. */
function blockedForm(element: Element, address: string, purpose: Purpose, service: string | null): string {
  const name = element.localName;
  const held = name === "link" ? "data-href" : "data-src";
  const attributes = [
    ...(name === "script" ? [["type", "text/plain"]] : []),
    ...(name === "link" ? [["rel", element.getAttribute("rel") ?? ""]] : []),
    ["data-category", purpose],
    ...(service ? [["data-service", service]] : []),
    [held, address],
    ...(name === "iframe" && element.getAttribute("title") ? [["title", element.getAttribute("title")!]] : []),
  ];
  const written = attributes.map(([key, value]) => `${key}="${escape(value!)}"`).join(" ");
  return `<${name} ${written}>` + (name === "script" || name === "iframe" ? `</${name}>` : "");
}

const escape = (text: string): string => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
