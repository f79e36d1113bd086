/**
 * What is fetched when a visitor has their receipt verified, or takes it along as JSON-LD: the checks of
 * `receipt.ts`, what the server says of it today, and how both are shown in "my consent".
 */
import { codeText, qrCode } from "./code";
import { examine, finding, testimony, type Examined, type Finding, type Outcome } from "./receipt";
import { write } from "./texts";
import { WALLET_KEY, attempt } from "../state/stored";
import type { ConsentReceipt } from "../temoin";

// For the tests, which hold this very file to the shared receipts.
export { examine, testimony };

/** A receipt, and what there is to do something with it. */
export interface Held {
  receipt: ConsentReceipt;
  /** Its holder's. */
  secret: string;
  site: string;
  language: string;
  server: string;
  /** The preference dialog, which has the words and the places. */
  dialog: HTMLElement;
  /** Offers a file to the visitor. */
  save(name: string, kind: string, text: string): void;
}

/** How long the server may take. What it does not say by then is checked without it. */
const PATIENCE_MS = 10_000;

const MARKS: Record<Outcome, string> = { passed: "✓", failed: "✗", unknown: "?", pending: "…" };

/** What is said of all of it, by the worst of what came of each. */
const VERDICTS = { passed: "holds", unknown: "partial", failed: "broken" } as const;

/** Only the last request is shown, and only as long as it is about what the dialog shows. */
let turn = 0;
const tidied = new WeakSet<HTMLElement>();

/** Has a receipt verified, and shows what came of it. */
export async function verify(held: Held): Promise<void> {
  const mine = ++turn;
  tidyUp(held.dialog);
  show(held, word(held, "checking"));
  const { receipt, examined, findings } = await confirmed(held);
  if (turn !== mine) return;
  const outcomes = findings.map(({ outcome }) => outcome);
  const worst = (["failed", "unknown"] as const).find((outcome) => outcomes.includes(outcome)) ?? "passed";
  const headline = make("p", { class: "temoin-verdict", "data-outcome": worst });
  const sentence = make("span");
  sentence.append(word(held, VERDICTS[worst]));
  headline.append(sign(worst), sentence);
  const list = make("ul", { class: "temoin-findings" });
  list.append(...findings.map((found) => item(held, found)));
  show(held, headline, list);
  // A place that does not hold leads nowhere.
  if (examined.leaf && worst !== "failed") {
    const text = codeText(receipt, examined.leaf);
    const [figure, caption, plain] = [make("figure"), make("figcaption"), make("pre", { dir: "ltr", lang: "zxx" })];
    caption.append(word(held, "code"));
    plain.textContent = text;
    figure.append(caption, qrCode(text, caption.textContent!), plain);
    place(held.dialog, "code").replaceChildren(figure);
  }
  place(held.dialog, "findings").scrollIntoView({ block: "nearest" });
}

/** Offers the receipt in the words of the Data Privacy Vocabulary, as the server puts it. */
export async function download_jsonld(held: Held): Promise<void> {
  const { id } = held.receipt;
  const answer = await ask(held, `/v1/receipts/${id}?format=jsonld`, true);
  if (answer?.ok) held.save(`temoin-${id}.jsonld`, "application/ld+json", await answer.text());
  else show(held, word(held, answer ? "server_differs" : "unreachable"));
}

interface Confirmed {
  receipt: ConsentReceipt;
  examined: Examined;
  findings: Finding[];
}

/**
 * Examines the receipt as it is held, then what the server makes of it: the same record, with an anchor
 * and cosignatures that were not there when it was given, takes its place.
 */
async function confirmed(held: Held): Promise<Confirmed> {
  const [own, answer] = await Promise.all([examine(held.receipt), ask(held, "/v1/receipts/" + held.receipt.id, true)]);
  let { receipt } = held;
  let examined = own;
  let said: Finding | undefined;
  if (!answer) said = finding("server", "unknown");
  else {
    const renewed = answer.ok ? await attemptLater(() => answer.json() as Promise<ConsentReceipt>) : undefined;
    if (!renewed || !isSameRecord(receipt, renewed)) said = finding("server", "failed", {}, "server_differs");
    else if (!fails(own)) {
      const other = await examine(renewed);
      if (fails(other)) said = finding("server", "failed", {}, "server_differs");
      else {
        [receipt, examined] = [renewed, other];
        keep(renewed);
      }
    }
  }
  const { evidence, log } = receipt;
  const [published, listed] = await Promise.all([
    evidence && ask(held, `/log/${log}/vkey`),
    examined.anchor && ask(held, `/v1/sites/${held.site}/logs`),
  ]);
  const findings = [...examined.findings];
  if (examined.anchor) {
    const logs = listed?.ok ? await attemptLater(() => listed.json() as Promise<{ anchor?: { witnesses?: string[] } }>) : undefined;
    const witnesses = await testimony(examined.anchor, logs?.anchor?.witnesses);
    if (witnesses) findings.push(witnesses);
  }
  if (!said && evidence) {
    const key = published?.ok ? await attemptLater(() => published.text()) : undefined;
    if (!published) said = finding("server", "unknown");
    else if (key?.trimEnd() !== evidence.key) said = finding("server", "failed", {}, "server_key");
  }
  findings.push(said ?? finding("server", "passed"));
  return { receipt, examined, findings };
}

const fails = ({ findings }: Examined): boolean => findings.some(({ outcome }) => outcome === "failed");

/** Whether a receipt says all that another one says, but for its proof, which may have grown. */
function isSameRecord(held: ConsentReceipt, renewed: ConsentReceipt): boolean {
  const { evidence, ...members } = held;
  const same = <T extends object>(one: T, other: T, names: (keyof T)[]) =>
    names.every((name) => write(one[name]) === write(other[name]));
  return (
    same<object>(members, renewed, Object.keys(members) as never[]) &&
    (!evidence ||
      (renewed.evidence !== undefined &&
        same(evidence, renewed.evidence, ["subject_salt", "subject", "decision_salt", "decision"])))
  );
}

/** Keeps a receipt in the place of the one it renews. */
function keep(renewed: ConsentReceipt): void {
  attempt(() => {
    const wallet = JSON.parse(localStorage.getItem(WALLET_KEY)!) as { receipts: ConsentReceipt[] };
    wallet.receipts = wallet.receipts.map((kept) => (kept.id === renewed.id ? renewed : kept));
    localStorage.setItem(WALLET_KEY, JSON.stringify(wallet));
  });
  // The page's is this very object.
  const given = window.Temoin.receipt();
  if (given?.id === renewed.id) Object.assign(given, renewed);
}

/** Asks the server; nothing where nobody answers, or only that it is overloaded. */
async function ask({ server, secret }: Held, path: string, asHolder = false): Promise<Response | undefined> {
  const headers: HeadersInit = asHolder ? { authorization: `Bearer ${secret}` } : {};
  const answer = await attemptLater(() =>
    fetch(server + path, { headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }),
  );
  return answer && (answer.ok || answer.status === 404 || answer.status === 410) ? answer : undefined;
}

async function attemptLater<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch {
    return;
  }
}

/** What was found is about this receipt, at this moment: it goes with the dialog, and with a new receipt. */
function tidyUp(dialog: HTMLElement): void {
  if (!tidied.has(dialog)) {
    const clear = () => {
      turn++;
      for (const name of ["findings", "code"]) place(dialog, name).replaceChildren();
    };
    dialog.addEventListener("close", clear);
    addEventListener("temoin:receipt", clear);
    tidied.add(dialog);
  }
  place(dialog, "code").replaceChildren();
}

function place(dialog: HTMLElement, name: string): HTMLElement {
  return dialog.querySelector<HTMLElement>(`[data-slot=${name}]`)!;
}

function show({ dialog }: Held, ...what: Node[]): void {
  place(dialog, "findings").replaceChildren(...what);
}

/** One thing checked: its mark, what the mark means, and what it is about. */
function item(held: Held, { step, outcome, word: name, facts }: Finding): HTMLElement {
  const entry = make("li", { "data-step": step, "data-outcome": outcome });
  const mark = make("b");
  mark.append(sign(outcome), " ", word(held, outcome));
  const sentence = make("span");
  sentence.append(word(held, name, facts));
  entry.append(mark, " ", sentence);
  return entry;
}

/** What the mark's word says, for those who see. */
function sign(outcome: Outcome): HTMLElement {
  const made = make("span", { class: "temoin-sign", "aria-hidden": "true" });
  made.textContent = MARKS[outcome];
  return made;
}

/** A sentence in the visitor's language, with the facts in their places. */
function word({ dialog, language }: Held, name: string, facts: Record<string, string> = {}): DocumentFragment {
  const found = dialog.querySelector("template")!.content.querySelector(`[data-word=${name}]`)!;
  const sentence = document.createDocumentFragment();
  sentence.append(...found.cloneNode(true).childNodes);
  for (const gap of sentence.querySelectorAll<HTMLElement>("[data-fill]")) {
    const name = gap.dataset["fill"]!;
    const fact = facts[name] ?? "";
    gap.textContent = name === "time" ? date(language, fact) : fact;
  }
  return sentence;
}

/** A day and time as the rest of "my consent" has it; what is no time stays as it is. */
function date(language: string, time: string): string {
  const options = { dateStyle: "long", timeStyle: "short" } as const;
  return attempt(() => new Intl.DateTimeFormat(language, options).format(new Date(time))) ?? time;
}

function make(name: string, attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
