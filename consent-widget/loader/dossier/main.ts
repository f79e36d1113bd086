/**
 * The verifier inside a dossier of `temoin dossier`. It recomputes every proof from the data in the file when the file is
 * opened, asks nobody for anything, and shows each step with a mark. The checks are those of the receipt verifier.
 */
import type { Outcome } from "../receipt-verifier/receipt";
import type { Data } from "./data";
import { attempt, worst, type Found, type Step } from "./finding";
import { checkNoted } from "./noted";
import { checkRecord } from "./record";
import { checkNotice, checkPicture } from "./shown";
import { expectWhole } from "./whole";

const MARKS: Record<Outcome, string> = { passed: "✓", failed: "✗", unknown: "?", pending: "…" };

/** So many items are verified before the browser may paint. */
const TURN = 20;

const query = <E extends HTMLElement>(selector: string): E[] => [...document.querySelectorAll<E>(selector)];

/** What was found so far, step by step. */
const sums = new Map<Step, Record<Outcome, number>>();

function count(found: Found[]): void {
  for (const { step, outcome } of found) {
    const sum = sums.get(step) ?? { passed: 0, failed: 0, unknown: 0, pending: 0 };
    sum[outcome]++;
    sums.set(step, sum);
  }
}

/** Shows a mark, and its meaning in words for whoever does not see it. */
function mark({ words }: Data, place: HTMLElement, outcome: Outcome): void {
  const [sign, word] = [document.createElement("b"), document.createElement("span")];
  sign.textContent = MARKS[outcome];
  sign.ariaHidden = "true";
  word.textContent = words.outcomes[outcome];
  place.dataset["outcome"] = outcome;
  place.replaceChildren(sign, " ", word);
}

/** Shows the steps of an item: each in its list, if it has one, and the worst of them. */
function show(data: Data, elements: HTMLElement[], found: Found[]): void {
  for (const element of elements) {
    for (const place of element.querySelectorAll<HTMLElement>("[data-mark]")) mark(data, place, worst(found));
    const list = element.querySelector("[data-steps]");
    list?.replaceChildren(
      ...found.map(({ step, outcome }) => {
        const [item, place, sentence] = [document.createElement("li"), document.createElement("span"), document.createElement("span")];
        item.dataset["step"] = step;
        place.className = "mark";
        mark(data, place, outcome);
        sentence.textContent = step === "anchor" && outcome === "pending" ? data.words.later : data.words.steps[step]!;
        item.append(place, " ", sentence);
        return item;
      }),
    );
  }
}

/** A text with its gaps filled. */
const fill = (text: string, facts: Record<string, number>): string =>
  Object.entries(facts).reduce((text, [name, fact]) => text.replace(`{${name}}`, String(fact)), text);

/** The elements of the items of one kind, by number, in one pass over the document. */
function byNumber(kind: "record" | "noted"): Map<number, HTMLElement[]> {
  const found = new Map<number, HTMLElement[]>();
  for (const element of query(`[data-${kind}]`)) {
    const number = Number(element.dataset[kind]);
    found.set(number, [...(found.get(number) ?? []), element]);
  }
  return found;
}

async function verifyAll(data: Data, progress: (done: number, all: number) => void): Promise<void> {
  const [records, noted] = [byNumber("record"), byNumber("noted")];
  const all = data.records.length + data.noted.length;
  let done = 0;
  count([await attempt("whole", () => expectWhole(data, records, noted))]);
  for (const place of query("[data-check=notice]")) {
    const found = await checkNotice(data, place.dataset["notice"]!);
    mark(data, place, found.outcome);
    count([found]);
  }
  for (const frame of query<HTMLIFrameElement>("iframe[data-shown]")) {
    const found = await checkPicture(data, frame);
    mark(data, frame.closest("figure")!.querySelector<HTMLElement>("[data-check=digest]")!, found.outcome);
    count([found]);
  }
  const item = async (elements: HTMLElement[] | undefined, check: (elements: HTMLElement[]) => Promise<Found[]>) => {
    const found = await check(elements ?? []);
    show(data, elements ?? [], found);
    count(found);
    if (++done % TURN === 0) {
      progress(done, all);
      await new Promise((go) => setTimeout(go));
    }
  };
  for (const number of data.records.keys()) await item(records.get(number), (elements) => checkRecord(data, number, elements));
  for (const number of data.noted.keys()) await item(noted.get(number), (elements) => checkNoted(data, number, elements));
}

function sumUp({ words }: Data): void {
  const total = (outcome: Outcome) => [...sums.values()].reduce((sum, one) => sum + one[outcome], 0);
  for (const row of query("[data-sum]")) {
    const sum = sums.get(row.dataset["sum"] as Step);
    for (const cell of row.querySelectorAll<HTMLElement>("[data-outcome]")) {
      const outcome = cell.dataset["outcome"] as "passed" | "failed" | "other";
      if (sum) cell.textContent = String(outcome === "other" ? sum.unknown + sum.pending : sum[outcome]);
    }
    row.dataset["worst"] = !sum ? "none" : sum.failed ? "failed" : sum.unknown ? "unknown" : sum.passed ? "passed" : "pending";
  }
  const [failed, unknown] = [total("failed"), total("unknown")];
  const outcome = failed ? "failed" : unknown ? "unknown" : "passed";
  const sentence = failed ? words.broken : unknown ? words.partial : words.holds;
  settle(outcome, fill(sentence, { failed, unknown }));
}

function settle(outcome: string, sentence: string): void {
  document.getElementById("verdict")!.dataset["outcome"] = outcome;
  document.getElementById("verdict-text")!.textContent = sentence;
}

/** Opens every record; those that are folded print as one line. */
const openAll = (): void => query<HTMLDetailsElement>("details.record").forEach((record) => (record.open = true));

async function start(): Promise<void> {
  const text = document.getElementById("verdict-text")!;
  text.textContent = text.dataset["waiting"]!;
  document.getElementById("open-all")?.addEventListener("click", openAll);
  const data = JSON.parse(document.getElementById("dossier-data")!.textContent!) as Data;
  await verifyAll(data, (done, all) => (text.textContent = fill(data.words.progress, { done, all })));
  sumUp(data);
}

start().catch(() => settle("failed", document.getElementById("verdict-text")!.dataset["broken"]!));
