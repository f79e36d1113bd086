/** Sends commands to the widget, which is fetched for the first of them. */
import { closeConflict, place } from "../ui/first-layer";
import { bridge, type Bridge } from "./bridge";
import type { Command } from "./command";
import { server, site } from "./page";
import { cancelOpening, push } from "./queue";

let loading = false;
/** A browser that could not fetch a module does not ask for the same address again: another fragment makes it another one. */
let again = "";
let deferredCommand: (() => void) | undefined;

/** Fetches the widget, unless it was fetched. If that fails, the next command tries again. */
export function load(): void {
  if (loading) return;
  loading = true;
  import(server + site.script + again)
    .then((widget: { run(bridge: Bridge): Promise<void> }) => widget.run(bridge))
    .catch((error: unknown) => {
      loading = false;
      again += "#";
      const message = "the widget could not start: " + error;
      if (cancelOpening()) bridge.unavailable(message);
      else bridge.fail(message);
    });
}

/** Sends a command to the widget, or queues it until the widget is there. */
export function send(action: Command["action"], layer: Command["layer"], trusted: boolean, more?: Partial<Command>): void {
  flushDeferred();
  if (action === "open") place(true);
  if (__OPT_OUT__ && action !== "gpc" && action !== "flush") closeConflict();
  if (!push({ action, layer, trusted, at: Date.now(), notice: site.notice, ...more })) load();
}

/** Sends a command after the next frame, or before the next command: so that the frame without the banner comes first. */
export function defer(...command: Parameters<typeof send>): void {
  flushDeferred();
  deferredCommand = () => send(...command);
  requestAnimationFrame(() => setTimeout(flushDeferred));
}

function flushDeferred(): void {
  const sendDeferred = deferredCommand;
  deferredCommand = undefined;
  sendDeferred?.();
}
