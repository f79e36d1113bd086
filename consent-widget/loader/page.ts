/**
 * The loader: one small synchronous script. Before anything else on the page can run it closes the
 * gate and reads the stored choice. A valid choice opens the gate and nothing more is downloaded;
 * otherwise it paints the banner, and fetches the widget when the page is idle.
 *
 * The widget (`../src`, WebAssembly) decides. Until it is there, a click is kept in storage and in
 * the queue; if it never comes, the gate stays closed.
 */
import { Gate } from "./gate";
import { FirstLayer } from "./layer";
import { NOTHING, type Consent, type LoaderSite, type Purpose } from "./site";
import { OUTBOX_KEY, WALLET_KEY, attempt, findStored, keepClick, type Answer } from "./stored";

/** Something the widget is asked to do; kept in a queue until it is there. */
export interface Command {
  action: "accept_all" | "reject_all" | "save" | "withdraw" | "open" | "flush";
  layer: "banner" | "dialog" | "none";
  trusted: boolean;
  /** When it was asked, in milliseconds since 1970. */
  at: number;
  /** What was shown. */
  notice: string;
  /** For `save`: the purposes that change. */
  consent?: Partial<Consent>;
}

/** What the widget tells the loader once a decision is made and stored. */
export interface Settled {
  consent: Consent;
  status: string;
}

type Listener = (detail: unknown) => void;

function statusOf(given: Consent): string {
  return given.preferences || given.statistics || given.marketing ? "given" : "refused";
}

function emit(name: string, detail: unknown): void {
  dispatchEvent(new CustomEvent("temoin:" + name, { detail }));
}

const listen = (name: string, listener: Listener): void =>
  addEventListener("temoin:" + name, (event) => listener((event as CustomEvent).detail));

/** Takes charge of the page. `self` is the script element that the loader came in. */
export function takeCharge(site: LoaderSite, self: HTMLScriptElement): void {
  const server = new URL(self.src).origin;

  const stored = findStored(Date.now(), site.material);
  let consent: Consent = stored?.state === "chosen" ? stored.consent : { ...NOTHING };
  let status: string | null = stored?.state === "chosen" ? statusOf(consent) : null;
  let receipt: unknown = attempt(() => JSON.parse(localStorage.getItem(WALLET_KEY)!).receipts.at(-1)) ?? null;

  const gate = new Gate(site, consent);

  const queue: Command[] = [];
  let run: ((command: Command) => void) | undefined;
  let loading = false;

  const layer = new FirstLayer(site, self.nonce, (action, trusted) => {
    if (action === "customize") command("open", "banner", trusted);
    else answer(action as Answer, "banner", trusted);
  });

  /** The loader as the widget sees it. */
  const bridge = {
    site,
    server,
    root: layer.root,
    /** Hands over the queue; from now on commands go straight to the widget. */
    attend(handler: (command: Command) => void): void {
      run = handler;
      queue.splice(0).forEach(handler);
    },
    /** A decision is made and stored: open the gate for it and tell the page. */
    settle(settled: Settled): void {
      const before = consent;
      const asked = status !== null;
      consent = settled.consent;
      status = settled.status;
      layer.ask(false);
      gate.set(consent);
      emit("consent", { ...consent });
      if (asked && (Object.keys(consent) as Purpose[]).some((purpose) => consent[purpose] !== before[purpose])) {
        emit("change", { ...consent });
      }
      if (status === "withdrawn") emit("withdraw", { ...consent });
      layer.say(site.saved);
    },
    /** The server has answered a report. */
    keep(kept: string): void {
      receipt = JSON.parse(kept);
      emit("receipt", receipt);
    },
    fail(message: string): void {
      emit("error", { message });
    },
    /** The dialog was asked for and cannot be shown: the visitor is told, too. */
    unavailable(message: string): void {
      layer.say(site.unavailable);
      bridge.fail(message);
    },
  };

  /** Fetches the widget, once. If it fails, the next command tries again. */
  function load(): void {
    if (loading) return;
    loading = true;
    import(server + site.script)
      .then(async (widget: { default(source: object): Promise<void>; start(loader: typeof bridge): void }) => {
        await widget.default({ module_or_path: fetch(server + site.wasm) });
        widget.start(bridge);
      })
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
    const asked: Command = { action, layer: where, trusted, at: Date.now(), notice: site.notice, ...more };
    if (run) run(asked);
    else {
      queue.push(asked);
      load();
    }
  }

  /** "Refuse all" or "Accept all": the banner goes at once, and the click is kept at once. */
  function answer(action: Answer, where: Command["layer"], trusted: boolean): void {
    const at = Date.now();
    if (where === "banner") keepClick({ action, trusted, at, notice: site.notice }, site.material);
    layer.ask(false);
    command(action, where, trusted, { at });
  }

  const api = {
    get consent(): Consent {
      return { ...consent };
    },
    get status(): string | null {
      return status;
    },
    open: (): void => command("open", "none", false),
    acceptAll: (): void => answer("accept_all", "none", false),
    rejectAll: (): void => answer("reject_all", "none", false),
    set: (changes: Partial<Consent>): void => command("save", "none", false, { consent: changes }),
    withdraw: (): void => command("withdraw", "none", false),
    receipt: (): unknown => receipt,
    on: listen,
  };
  (window as unknown as { Temoin: typeof api }).Temoin = api;

  document.addEventListener("click", (event) => {
    const target = event.target as Element | null;
    if (target?.closest?.('[data-temoin="open"]')) command("open", "none", event.isTrusted);
  });

  const asking = !stored;
  layer.ask(asking);
  if (stored?.state === "pending") {
    const { action, trusted, at, notice } = stored;
    command(action, "banner", trusted, { at, notice });
  } else if (attempt(() => localStorage.getItem(OUTBOX_KEY))) {
    command("flush", "none", false);
  }

  const ready = (): void => {
    emit("ready", { ...consent });
    if (status) emit("consent", { ...consent });
    if (layer.asking) {
      emit("shown", {});
      (window.requestIdleCallback ?? setTimeout)(load);
    }
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready);
  else ready();
}
