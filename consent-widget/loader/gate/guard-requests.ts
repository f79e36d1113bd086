/** Scripts that send requests: a blocked request fails as if the network did. */
import { attempt } from "../attempt";
import type { Blocker } from "./blocker";
import { interceptConstructor, interceptMethod } from "./intercept";

/** A port that no browser connects to (Fetch, "port blocking"): what is sent there fails, and nothing leaves. */
const NOWHERE = "1";

export function guardRequests({ blocksRequest }: Blocker): void {
  /** The address that something is sent to: a request of another window is one too. */
  const target = (input: unknown): string => attempt(() => Reflect.get(Request.prototype, "url", input as Request)) ?? String(input);
  const { Worklet } = window as { Worklet?: { prototype: object } };
  for (const [owner, name] of [[window, "fetch"], [Worklet?.prototype, "addModule"]] as const) {
    interceptMethod(owner, name, (call, _, args) => {
      const address = target(args[0]);
      return blocksRequest(address) ? Promise.reject(new TypeError("held until the visitor agrees: " + address)) : call(...args);
    });
  }
  interceptMethod<object>(window, "fetchLater", (call, _, args) =>
    blocksRequest(target(args[0])) ? { activated: false } : call(...args),
  );
  const blockedRequests = new WeakSet<XMLHttpRequest>();
  interceptMethod(XMLHttpRequest.prototype, "open", (call, request, args) => {
    if (blocksRequest(String(args[1]))) blockedRequests.add(request);
    else blockedRequests.delete(request);
    call(...args);
  });
  interceptMethod(XMLHttpRequest.prototype, "send", (call, request, args) => {
    if (!blockedRequests.has(request)) return call(...args);
    for (const name of ["error", "loadend"]) setTimeout(() => request.dispatchEvent(new ProgressEvent(name)));
    return;
  });
  interceptMethod(Navigator.prototype, "sendBeacon", (call, _, args) => !blocksRequest(String(args[0])) && call(...args));
  for (const name of ["WebSocket", "EventSource", "WebTransport"]) {
    interceptConstructor(name, (make, [address, ...more]) => {
      if (!blocksRequest(String(address))) return make(address, ...more);
      const url = new URL(address, location.href);
      const { href } = url;
      url.hostname = location.hostname;
      url.port = NOWHERE;
      return Object.defineProperty(make(url.href, ...more), "url", { value: href });
    });
  }
  interceptConstructor("FontFace", (make, [family, source, ...more]) => {
    const waits = [...String(source).matchAll(/url\(\s*["']?([^"')]+)/gi)].some(([, address]) => blocksRequest(address!));
    return make(family, waits ? "local(-)" : source, ...more);
  });
}
