/** The words in the page, held to what was proved: a cell with `data-member` must say what that member is. */
import { expectFormat } from "../receipt-verifier/canonical";
import type { Data } from "./data";

/** The members of what was proved, by name. */
export type Members = Record<string, unknown>;

const TIMES = ["time", "valid_until", "chosen_at", "served_at"];

/** Fails unless every cell within these elements says what was proved, and there is at least one. */
export function expectShown(data: Data, within: Iterable<Element>, members: Members): void {
  let cells = 0;
  for (const element of within) {
    for (const cell of element.querySelectorAll<HTMLElement>("[data-member]")) {
      const member = cell.dataset["member"]!;
      expectFormat(cell.textContent === inWords(data, member, members), member);
      cells++;
    }
  }
  expectFormat(cells > 0, "the words of what was proved");
}

/** What a member is, in the words of this document. */
function inWords(data: Data, member: string, members: Members): string {
  const [name, part] = member.split(".") as [string, string?];
  const value = part === undefined ? members[name] : (members[name] as Members | undefined)?.[part];
  if (value === undefined) return "";
  if (TIMES.includes(name)) return instant(String(value));
  if (Array.isArray(value)) return value.join(", ");
  if (name === "services") {
    const services = Object.entries(value as Record<string, string>);
    return services.map(([service, answer]) => `${service}${data.words.colon}${data.values["answer"]![answer]}`).join(", ");
  }
  const table = data.values[part === undefined ? name : "answer"];
  return table?.[String(value)] ?? String(value);
}

/** An instant, as every table shows it: `2026-11-22 20:27:45 UTC`. */
const instant = (text: string): string => `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
