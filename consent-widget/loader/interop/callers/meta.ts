import type { Caller } from "./caller";

export default ((types, _moment, find, _tool, again) => {
  let fbq = find("fbq");
  if (typeof fbq === "function") return fbq("consent", types("grant", "revoke")["consent"]);
  // Meta's snippet does nothing where it finds an `fbq`, so there can be no queue before it. It makes its function, then the
  // function's queue; whoever reads `fbq` after that, to call it, comes after this.
  const rest = { configurable: true, enumerable: true };
  Reflect.defineProperty(window, "fbq", {
    ...rest,
    set: (value) => (fbq = value),
    get() {
      if (fbq?.queue) {
        Reflect.defineProperty(window, "fbq", { ...rest, value: fbq, writable: true });
        again();
      }
      return fbq;
    },
  });
  // Another script may have put an `fbq` there in its own way.
  for (const place of [window, window.document]) place.addEventListener("load", again, { capture: true, once: true });
  return false;
}) satisfies Caller;
