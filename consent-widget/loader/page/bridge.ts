/** The loader as the widget sees it; the widget's side is `../../src/widget/bridge.rs`. */
import type { Choice } from "../state/choice";
import type { LoaderSite } from "../generated/types";
import { toldTools } from "../interop/signals";
import { readWallet } from "../state/stored";
import type { ConsentReceipt, ConsentStatus } from "../temoin";
import { announce, root } from "../ui/first-layer";
import { fill } from "../ui/html";
import type { Command } from "./command";
import { emit } from "./events";
import { applyChoice } from "./in-force";
import { gpc, nonce, server, site } from "./page";
import { isOpening, setCommandHandler } from "./queue";

/** A decision that the widget has made and stored. */
export interface StoredDecision extends Choice {
  status: ConsentStatus;
}

export interface Bridge {
  readonly site: LoaderSite;
  readonly server: string;
  readonly nonce: string;
  /** Whether the browser sends Global Privacy Control. */
  readonly gpc: boolean;
  readonly root: HTMLElement;
  /** Puts HTML of ours into an element. */
  fill<Filled extends Element>(element: Filled, html: string): Filled;
  /** Whether the dialog is asked for. */
  readonly opening: boolean;
  /** Hands every command to the widget from now on, the queued ones first. */
  setCommandHandler(handler: (command: Command) => void): void;
  /** Opens the gate for a decision, and tells the page and the visitor. */
  applyDecision(decision: StoredDecision): void;
  /** Sets the page's last receipt, in JSON: one that the server has just given, or `null` once it is erased. */
  setReceipt(receipt: string): void;
  /** The tools that have been told what holds; a loader that tells nobody has no such function. */
  told?(): string[];
  /** Tells the page that something failed. */
  fail(message: string): void;
  /** Tells the page and the visitor that the dialog cannot be shown. */
  unavailable(message: string): void;
}

/** The last receipt. */
export let receipt: ConsentReceipt | null | undefined = readWallet(site)?.receipt;

export const bridge: Bridge = {
  site,
  server,
  nonce,
  gpc,
  root,
  fill,
  get opening() {
    return isOpening();
  },
  setCommandHandler,
  applyDecision: (decision) => applyChoice(decision, decision.status, true),
  setReceipt(text) {
    receipt = JSON.parse(text) as ConsentReceipt | null;
    if (receipt) emit("receipt", receipt);
  },
  fail: (message) => emit("error", { message }),
  unavailable(message) {
    announce(site.unavailable);
    bridge.fail(message);
  },
};

if (__SIGNALS__) bridge.told = toldTools;
