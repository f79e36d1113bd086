/** Reads the purposes that the owner has written on an element. */
import type { LoaderSite } from "../generated/types";
import { tell } from "../page/mistake";

/**
 * The purposes that a mark names, in lower case. What names one that visitors are not asked about waits for ever, since
 * nobody can agree to it: the owner is told what to write.
 */
export function readPurposes(site: LoaderSite, mark: string): string[] {
  const names = mark.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const known = ["necessary", ...Object.keys(site.purposes), "ignore"];
  if (!names.length || names.some((name) => !known.includes(name))) tell("data-category", mark, known);
  return names;
}
