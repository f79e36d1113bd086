/** The events on `window`. */
import type { TemoinEvents } from "../temoin";

/** Dispatches `temoin:NAME`. */
export function emit<Name extends keyof TemoinEvents>(name: Name, detail: TemoinEvents[Name]): void {
  dispatchEvent(new CustomEvent("temoin:" + name, { detail }));
}
