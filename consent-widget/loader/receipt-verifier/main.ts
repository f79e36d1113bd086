/**
 * The receipt verifier, fetched when a visitor verifies their receipt or downloads it as JSON-LD. It runs
 * the checks of `receipt.ts`, asks the server about the receipt, and shows the findings in "my consent".
 */
import { attempt } from "../attempt";
import { WALLET_KEY } from "../generated/constants";
import type { ConsentReceipt } from "../temoin";
import { codeText, qrCode } from "./code";
import { checkWitnesses, examine, finding, type Examined, type Finding, type Outcome } from "./receipt";
import { write } from "./texts";

// For the tests, which run the shared receipts against this very file.
export { checkWitnesses, examine };

/** What the dialog asks the verifier to do something with. */
export interface VerifierRequest {
  receipt: ConsentReceipt;
  /** The holder's secret, which lets them ask the server about the receipt. */
  secret: string;
  site: string;
  language: string;
  server: string;
  /** The preference dialog, which has the sentences, and the places to show them in. */
  dialog: HTMLElement;
  /** Offers a file to the visitor. */
  save(name: string, kind: string, text: string): void;
}

/** How long to wait for the server. After that, the receipt is checked without it. */
const TIMEOUT_MS = 10_000;

const MARKS: Record<Outcome, string> = { passed: "✓", failed: "✗", unknown: "?", pending: "…" };

/** The sentence for the whole receipt, by the worst outcome of its checks. */
const VERDICTS = { passed: "holds", unknown: "partial", failed: "broken" } as const;

/** Only the last request is shown, and only while the dialog shows the receipt that it is about. */
let turn = 0;
const clearedOnClose = new WeakSet<HTMLElement>();

/** Verifies a receipt, and shows the findings. */
export async function verify(request: VerifierRequest): Promise<void> {
  const mine = ++turn;
  clearFindings(request.dialog);
  show(request, word(request, "checking"));
  const { receipt, examined, findings } = await confirmWithServer(request);
  if (turn !== mine) return;
  const outcomes = findings.map(({ outcome }) => outcome);
  const worst = (["failed", "unknown"] as const).find((outcome) => outcomes.includes(outcome)) ?? "passed";
  const headline = make("p", { class: "temoin-verdict", "data-outcome": worst });
  const sentence = make("span");
  sentence.append(word(request, VERDICTS[worst]));
  headline.append(sign(worst), sentence);
  const list = make("ul", { class: "temoin-findings" });
  list.append(...findings.map((found) => item(request, found)));
  show(request, headline, list);
  // The code names a place in the log: only if the receipt proves that place.
  if (examined.leaf && worst !== "failed") {
    const text = codeText(receipt, examined.leaf);
    const [figure, caption, plain] = [make("figure"), make("figcaption"), make("pre", { dir: "ltr", lang: "zxx" })];
    caption.append(word(request, "code"));
    plain.textContent = text;
    figure.append(caption, qrCode(text, caption.textContent!), plain);
    place(request.dialog, "code").replaceChildren(figure);
  }
  place(request.dialog, "findings").scrollIntoView({ block: "nearest" });
}

/** Offers the receipt as the server states it in the Data Privacy Vocabulary (JSON-LD). */
export async function download_jsonld(request: VerifierRequest): Promise<void> {
  const { id } = request.receipt;
  const answer = await ask(request, `/v1/receipts/${id}?format=jsonld`, true);
  if (answer?.ok) request.save(`temoin-${id}.jsonld`, "application/ld+json", await answer.text());
  else show(request, word(request, answer ? "server_differs" : "unreachable"));
}

/** The receipt to show, and everything that was found of it. */
interface Confirmed {
  receipt: ConsentReceipt;
  examined: Examined;
  findings: Finding[];
}

/**
 * Examines the stored receipt and the one that the server gives now. If both state the same record, the
 * server's replaces the stored one: it may have an anchor and cosignatures that came later.
 */
async function confirmWithServer(request: VerifierRequest): Promise<Confirmed> {
  const [own, answer] = await Promise.all([examine(request.receipt), ask(request, "/v1/receipts/" + request.receipt.id, true)]);
  let { receipt } = request;
  let examined = own;
  let serverFinding: Finding | undefined;
  if (!answer) serverFinding = finding("server", "unknown");
  else {
    const renewed = answer.ok ? await attemptAsync(() => answer.json() as Promise<ConsentReceipt>) : undefined;
    if (!renewed || !isSameRecord(receipt, renewed)) serverFinding = finding("server", "failed", {}, "server_differs");
    else if (!fails(own)) {
      const other = await examine(renewed);
      if (fails(other)) serverFinding = finding("server", "failed", {}, "server_differs");
      else {
        [receipt, examined] = [renewed, other];
        replaceStored(renewed);
      }
    }
  }
  const { evidence, log } = receipt;
  const [published, listed] = await Promise.all([
    evidence && ask(request, `/log/${log}/vkey`),
    examined.anchor && ask(request, `/v1/sites/${request.site}/logs`),
  ]);
  const findings = [...examined.findings];
  if (examined.anchor) {
    const logs = listed?.ok ? await attemptAsync(() => listed.json() as Promise<{ anchor?: { witnesses?: string[] } }>) : undefined;
    const witnesses = await checkWitnesses(examined.anchor, logs?.anchor?.witnesses);
    if (witnesses) findings.push(witnesses);
  }
  if (!serverFinding && evidence) {
    const key = published?.ok ? await attemptAsync(() => published.text()) : undefined;
    if (!published) serverFinding = finding("server", "unknown");
    else if (key?.trimEnd() !== evidence.key) serverFinding = finding("server", "failed", {}, "server_key");
  }
  findings.push(serverFinding ?? finding("server", "passed"));
  return { receipt, examined, findings };
}

const fails = ({ findings }: Examined): boolean => findings.some(({ outcome }) => outcome === "failed");

/**
 * Whether a renewed receipt states everything that the stored one states; only its proof may have grown, and
 * the hash of who answered may stand for the text, which named a receipt that was erased.
 */
function isSameRecord(stored: ConsentReceipt, renewed: ConsentReceipt): boolean {
  const { evidence, ...members } = stored;
  const same = <T extends object>(one: T, other: T, names: (keyof T)[]) =>
    names.every((name) => write(one[name]) === write(other[name]));
  return (
    same<object>(members, renewed, Object.keys(members) as never[]) &&
    (!evidence ||
      (renewed.evidence !== undefined &&
        (renewed.evidence.subject_hash !== undefined || same(evidence, renewed.evidence, ["subject_salt", "subject"])) &&
        same(evidence, renewed.evidence, ["decision_salt", "decision"])))
  );
}

/** Stores a receipt in the place of the one that it renews. */
function replaceStored(renewed: ConsentReceipt): void {
  attempt(() => {
    const wallet = JSON.parse(localStorage.getItem(WALLET_KEY)!) as { receipts: ConsentReceipt[] };
    wallet.receipts = wallet.receipts.map((kept) => (kept.id === renewed.id ? renewed : kept));
    localStorage.setItem(WALLET_KEY, JSON.stringify(wallet));
  });
  // `window.Temoin.receipt()` returns this very object, so it is changed in place.
  const given = window.Temoin.receipt();
  if (given?.id === renewed.id) Object.assign(given, renewed);
}

/** Asks the server; gives nothing if it does not answer, or answers with an error of its own. */
async function ask({ server, secret }: VerifierRequest, path: string, asHolder = false): Promise<Response | undefined> {
  const headers: HeadersInit = asHolder ? { authorization: `Bearer ${secret}` } : {};
  const answer = await attemptAsync(() =>
    fetch(server + path, { headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) }),
  );
  return answer && (answer.ok || answer.status === 404 || answer.status === 410) ? answer : undefined;
}

async function attemptAsync<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch {
    return;
  }
}

/**
 * Clears the code now, and the findings too when the dialog closes or a new receipt comes: both are about
 * one receipt at one moment.
 */
function clearFindings(dialog: HTMLElement): void {
  if (!clearedOnClose.has(dialog)) {
    const clear = () => {
      turn++;
      for (const name of ["findings", "code"]) place(dialog, name).replaceChildren();
    };
    dialog.addEventListener("close", clear);
    addEventListener("temoin:receipt", clear);
    clearedOnClose.add(dialog);
  }
  place(dialog, "code").replaceChildren();
}

function place(dialog: HTMLElement, name: string): HTMLElement {
  return dialog.querySelector<HTMLElement>(`[data-slot=${name}]`)!;
}

function show({ dialog }: VerifierRequest, ...what: Node[]): void {
  place(dialog, "findings").replaceChildren(...what);
}

/** One finding: its mark, what the mark means, and its sentence. */
function item(request: VerifierRequest, { step, outcome, word: name, facts }: Finding): HTMLElement {
  const entry = make("li", { "data-step": step, "data-outcome": outcome });
  const mark = make("b");
  mark.append(sign(outcome), " ", word(request, outcome));
  const sentence = make("span");
  sentence.append(word(request, name, facts));
  entry.append(mark, " ", sentence);
  return entry;
}

/** The mark of an outcome, for visitors who see; the word beside it says the same. */
function sign(outcome: Outcome): HTMLElement {
  const made = make("span", { class: "temoin-sign", "aria-hidden": "true" });
  made.textContent = MARKS[outcome];
  return made;
}

/** The sentence with a name, in the visitor's language, with the facts in its gaps. */
function word({ dialog, language }: VerifierRequest, name: string, facts: Record<string, string> = {}): DocumentFragment {
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

/** A day and time as the rest of "my consent" writes them; what is no time stays as it is. */
function date(language: string, time: string): string {
  const options = { dateStyle: "long", timeStyle: "short" } as const;
  return attempt(() => new Intl.DateTimeFormat(language, options).format(new Date(time))) ?? time;
}

function make(name: string, attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
