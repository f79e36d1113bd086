/** Scripts that write cookies and storage keys whose service the choice does not permit. */
import type { Blocker } from "./blocker";
import { deletion } from "./cookie-text";
import { IGNORE, interceptMethod, interceptSetter } from "./intercept";

export function guardStorage({ forbidsName }: Blocker): void {
  interceptSetter(Document.prototype, "cookie", (_, written) => {
    const text = String(written);
    const name = /^[\s=]*([^=;]*)/.exec(text)![1]!.trim();
    if (!forbidsName(name)) return text;
    // Deleting is always allowed.
    return deletion(text, Date.now()) ?? IGNORE;
  });
  interceptMethod((window as { CookieStore?: { prototype: object } }).CookieStore?.prototype, "set", async (call, _, args) => {
    const [{ name, expires }] = (typeof args[0] === "object" ? args : [{ name: args[0] }]) as [{ name: string; expires?: number }];
    if (!forbidsName(name) || (expires != null && expires <= Date.now())) await call(...args);
  });
  interceptMethod(Storage.prototype, "setItem", (call, _, args) => {
    if (!forbidsName(String(args[0]))) call(...args);
  });
}
