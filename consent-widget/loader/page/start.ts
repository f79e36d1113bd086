/**
 * The loader: one small synchronous script. Before anything else on the page can run it closes the
 * gate and reads the stored choice. A valid choice opens the gate and nothing more is downloaded;
 * otherwise it paints the banner, and fetches the widget when the page is idle.
 *
 * The widget (`../src`, WebAssembly) decides. Until it is there, a click is kept in storage and in
 * the queue; if it never comes, the gate stays closed.
 */
import { findForeign } from "../interop/import";
import { Automatic } from "../gate/automatic";
import { REFUSAL, permits, statusOf, unasked, type Choice, type Consent } from "../state/choice";
import { standInForCookiebot } from "../interop/cookiebot";
import { Gate } from "../gate/gate";
import { sendAlong, takeOver } from "../interop/handover";
import { FirstLayer } from "../ui/first-layer";
import { clear } from "../gate/cleanup";
import { fillDeclarations } from "../ui/notice-parts";
import { declare, update } from "../interop/signals";
import { type LoaderSite, type Purpose } from "../state/site";
import {
  OUTBOX_KEY,
  STORAGE_KEY,
  addMonths,
  attempt,
  findStored,
  keepClick,
  keepText,
  readStored,
  storedTexts,
  walletOf,
  type Answer,
} from "../state/stored";
import type { Changes, ConsentReceipt, ConsentStatus, Temoin, TemoinEvents } from "../temoin";

// Each is true in the loaders of the sites that use it: `OPTIONS` in `crates/consent-core/src/loader.rs`.
declare const __AUTOMATIC__: boolean;
declare const __COOKIEBOT__: boolean;
declare const __HAND_OVER__: boolean;
declare const __IMPORT__: boolean;
declare const __SIGNALS__: boolean;

/** Something the widget is asked to do; kept in a queue until it is there. */
export interface Command {
  action: "accept_all" | "reject_all" | "save" | "withdraw" | "gpc" | "import" | "open" | "flush";
  layer: "banner" | "dialog" | "placeholder" | "none";
  trusted: boolean;
  /** When it was asked, in milliseconds since 1970. */
  at: number;
  /** What was shown. */
  notice: string;
  /** For `save` and `import`: what changes. */
  consent?: Changes;
}

/** What the widget tells the loader once a decision is made and stored. */
export interface Settled extends Choice {
  status: ConsentStatus;
}

function emit<Name extends keyof TemoinEvents>(name: Name, detail: TemoinEvents[Name]): void {
  dispatchEvent(new CustomEvent("temoin:" + name, { detail }));
}

/** The loader as the widget sees it. */
export interface Bridge {
  readonly site: LoaderSite;
  readonly server: string;
  readonly nonce: string;
  /** Whether the browser sends Global Privacy Control. */
  readonly gpc: boolean;
  readonly root: HTMLElement;
  /** Whether the dialog is wanted. */
  readonly opening: boolean;
  /** Hands over the queue; from now on commands go straight to the widget. */
  attend(handler: (command: Command) => void): void;
  /** A decision is made and stored. */
  settle(settled: Settled): void;
  /** The last receipt, in JSON: what the server has answered to a report, or `null` once it is erased. */
  keep(receipt: string): void;
  fail(message: string): void;
  /** The dialog was asked for and cannot be shown: the visitor is told, too. */
  unavailable(message: string): void;
}

/** Takes charge of the page. `self` is the script element that the loader came in, if it knows it. */
export function takeCharge(site: LoaderSite, self: HTMLScriptElement | null): void {
  // Inline, it has no address of its own.
  const server = self?.src ? new URL(self.src).origin : __AUTOMATIC__ ? site.server || location.origin : site.server;
  const nonce = self?.nonce ?? "";
  const gpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

  const before = unasked(site, gpc);
  let choice = before;
  let status: ConsentStatus | null = null;
  const stored = findStored(Date.now(), site.material);
  if (stored?.state === "chosen") {
    choice = stored;
    status = statusOf(stored);
  } else if (stored?.action === "reject_all") {
    // Nobody has made a decision of the click yet, but nothing runs after it.
    choice = REFUSAL;
  }
  if (__SIGNALS__) {
    declare(site, before.consent);
    if (choice !== before) update(site, choice.consent);
  }
  const automatic = __AUTOMATIC__ && new Automatic(site, server, choice, (held) => emit("held", held));
  const gate = new Gate(site, choice, (service, trusted) =>
    command("save", "placeholder", trusted, { consent: { services: { [service]: true } } }),
  );
  clear(site, choice);

  const queue: Command[] = [];
  let run: ((command: Command) => void) | undefined;
  let loading = false;
  let receipt: ConsentReceipt | null | undefined = walletOf(site)?.receipt;

  const layer = new FirstLayer(site, nonce, (action, trusted) => {
    if (action === "customize") command("open", "banner", trusted);
    else answer(action as Answer, "banner", trusted);
  });

  /** Tags, and what is held back, follow a choice. */
  function follow(next: Choice): void {
    choice = next;
    if (__SIGNALS__) update(site, choice.consent);
    if (automatic) automatic.set(choice);
    gate.set(choice);
    clear(site, choice);
  }

  /** A choice is in force: everyone who waits for it is told. */
  function enforce(next: Choice, now: ConsentStatus, said: boolean): void {
    const was = choice.consent;
    const asked = status !== null;
    status = now;
    layer.ask(false);
    follow(next);
    const { consent } = choice;
    emit("consent", { ...consent });
    if (asked && (Object.keys(consent) as Purpose[]).some((purpose) => consent[purpose] !== was[purpose])) {
      emit("change", { ...consent });
    }
    if (status === "withdrawn") emit("withdraw", { ...consent });
    if (said) layer.say(site.saved);
    const stale = gate.stale || (automatic && automatic.stale);
    layer.offerReload(stale);
    // What still runs may write once more.
    if (stale) setTimeout(() => clear(site, choice), 1000);
  }

  const bridge: Bridge = {
    site,
    server,
    nonce,
    gpc,
    root: layer.root,
    get opening() {
      return queue.some((waiting) => waiting.action === "open");
    },
    attend(handler) {
      run = handler;
      queue.splice(0).forEach(handler);
    },
    settle(settled) {
      enforce(settled, settled.status, true);
    },
    keep(kept) {
      receipt = JSON.parse(kept) as ConsentReceipt | null;
      if (receipt) emit("receipt", receipt);
    },
    fail(message) {
      emit("error", { message });
    },
    unavailable(message) {
      layer.say(site.unavailable);
      bridge.fail(message);
    },
  };

  /** Fetches the widget, once. If it fails, the next command tries again. */
  function load(): void {
    if (loading) return;
    loading = true;
    import(server + site.script)
      .then((widget: { run(loader: Bridge): Promise<void> }) => widget.run(bridge))
      .catch((error: unknown) => {
        loading = false;
        const message = "the widget could not start: " + error;
        const opening = queue.findIndex((waiting) => waiting.action === "open");
        if (opening < 0) bridge.fail(message);
        else {
          queue.splice(opening, 1);
          bridge.unavailable(message);
        }
      });
  }

  function command(
    action: Command["action"],
    where: Command["layer"],
    trusted: boolean,
    more: Partial<Command> = {},
  ): void {
    catchUp();
    const asked: Command = { action, layer: where, trusted, at: Date.now(), notice: site.notice, ...more };
    if (run) run(asked);
    else {
      queue.push(asked);
      load();
    }
  }

  /** A click on the banner, until the frame without the banner is there: the rest can wait for that. */
  let late: (() => void) | undefined;
  function catchUp(): void {
    const now = late;
    late = undefined;
    now?.();
  }

  /** "Refuse all" or "Accept all": the banner goes at once, and the click is kept at once. */
  function answer(action: Answer, where: Command["layer"], trusted: boolean): void {
    const at = Date.now();
    if (where === "banner") keepClick(site, { action, trusted, at, notice: site.notice });
    layer.ask(false);
    // What runs under an opt-out law stops at the click, whether the widget comes or not.
    if (site.opt_out && action === "reject_all") follow(REFUSAL);
    catchUp();
    late = () => command(action, where, trusted, { at });
    if (where === "banner") requestAnimationFrame(() => setTimeout(catchUp));
    else catchUp();
  }

  const api: Temoin = {
    get consent(): Consent {
      return { ...choice.consent };
    },
    get status() {
      return status;
    },
    gpc,
    allows: (service) => permits(site, choice, [site.services[service]?.purpose ?? ""], service),
    open: () => command("open", "none", false),
    acceptAll: () => answer("accept_all", "none", false),
    rejectAll: () => answer("reject_all", "none", false),
    set: (changes) => command("save", "none", false, { consent: changes }),
    withdraw: () => command("withdraw", "none", false),
    receipt: () => receipt ?? null,
    on: (name, listener) => addEventListener(`temoin:${name}`, (event) => listener((event as CustomEvent).detail)),
  };
  window.Temoin = api;
  if (__COOKIEBOT__) {
    standInForCookiebot(api, site, layer, () => gate.line);
  }

  document.addEventListener("click", (event) => {
    const target = event.target as Element | null;
    if (target?.closest?.('[data-temoin="open"]')) command("open", "none", event.isTrusted);
  });

  // Elsewhere the visitor has answered, or has cleared what was known.
  const reread = (): void => {
    const found = findStored(Date.now(), site.material);
    if (found?.state === "chosen") enforce(found, statusOf(found), false);
    else if (!found) {
      follow(before);
      status = null;
      layer.ask(true);
    }
  };
  addEventListener("storage", ({ key }) => (key === STORAGE_KEY || key === null) && reread());
  // "Back" may bring a page as it was left, with what ran in it.
  addEventListener("pageshow", ({ persisted }) => persisted && reread());

  const now = Date.now();
  const again = stored?.state === "chosen" && now >= addMonths(stored.at, site.reask);
  // Behind the edge every document has a loader: of a page and its frames, the page asks.
  const framed = __AUTOMATIC__ && attempt(() => parent !== window && "Temoin" in parent);
  if (framed) layer.root.style.setProperty("display", "none", "important");
  const asking = !framed && (!stored || again);
  // A choice that may have come with the visitor needs no banner until the server has said what it is.
  const coming = __HAND_OVER__ ? takeOver(site, server) : undefined;
  layer.ask(asking && !coming);
  if (gpc) layer.honour();
  if (stored?.state === "pending") {
    const { action, trusted, at, notice } = stored;
    command(action, "banner", trusted, { at, notice });
  } else if (!stored && site.opt_out && gpc) {
    // Under an opt-out law the signal is the answer.
    layer.ask(false);
    command("gpc", "none", false);
  } else if (attempt(() => localStorage.getItem(OUTBOX_KEY))) {
    command("flush", "none", false);
  }
  // Whoever has answered here, be it long ago or another question, is not answered for.
  if (__IMPORT__ && !storedTexts().length) {
    const found = findForeign(site, now);
    if (found && addMonths(found.at, site.months) > now) {
      layer.ask(false);
      command("import", "none", false, found);
    }
  }
  if (__HAND_OVER__) {
    sendAlong(site, server, () => (status ? choice : undefined));
    const held = choice;
    coming
      ?.then((text) => {
        const found = readStored(text ?? "", Date.now(), site.material);
        // Of two choices the newer holds; the visitor may even have answered meanwhile.
        const newest = findStored(Date.now(), site.material);
        if (found?.state !== "chosen" || (newest && newest.at >= found.at)) return;
        keepText(site, found.text, found.end, Date.now());
        enforce(found, statusOf(found), false);
      })
      .catch((error: unknown) => bridge.fail("the choice could not be taken over: " + error))
      .finally(() => {
        if (!asking || choice !== held) return;
        layer.ask(true);
        shown();
      });
  }
  fillDeclarations(site, server);

  const shown = (): void => {
    if (!layer.asking) return;
    emit("shown", {});
    (window.requestIdleCallback ?? setTimeout)(load);
  };
  const ready = (): void => {
    emit("ready", { ...choice.consent });
    if (status) emit("consent", { ...choice.consent });
    shown();
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready);
  else ready();
}
