/** Verifies that the document has what its data has: each record, each entry, the keys, the signed states; no more and no less. */
import { expectFormat } from "../receipt-verifier/canonical";
import { readNote } from "../receipt-verifier/note";
import type { Data } from "./data";

type Numbered = Map<number, Element[]>;

/** Fails unless the document is whole. `records` and `noted` are its elements, by number. */
export function expectWhole(data: Data, records: Numbered, noted: Numbered): void {
  // A record has a line and its details; an entry has a line.
  const complete = (elements: Numbered, each: number, all: number) =>
    elements.size === all && [...elements].every(([number, found]) => number < all && found.length === each);
  expectFormat(complete(records, 2, data.records.length), "as many records as there are proofs");
  expectFormat(complete(noted, 1, data.noted.length), "as many entries as there are proofs");
  const keys = data.checkpoints.map(({ key }) => key);
  expectSame(texts("[data-key]"), data.anchor === undefined ? keys : [...keys, data.anchor]);
  const states = data.checkpoints.map(({ note }) => readNote(note).text.split("\n", 3).join(" "));
  const shown = ["log", "size", "root"].map((name) => texts(`[data-state=${name}]`));
  for (const [row, log] of shown[0]!.entries()) expectFormat(states.includes([log, shown[1]![row], shown[2]![row]].join(" ")), "a signed state");
}

const texts = (selector: string): string[] => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");

function expectSame(shown: string[], proved: string[]): void {
  const [one, other] = [new Set(shown), new Set(proved)];
  expectFormat(one.size === other.size && [...one].every((text) => other.has(text)), "the keys");
}
