// Runs first in every document. Reports to the scan, through a binding that it hides from the page, what is written
// on the device or read from it, and by which calls. Values stay in the page.
((name) => {
  const binding = globalThis[name];
  if (typeof binding !== "function") return;
  delete globalThis[name];
  const stack = () => (new Error().stack ?? "").split("\n").slice(1).join("\n");
  const report = (kind, what, more = {}) => {
    try {
      binding(JSON.stringify({ kind, name: String(what), host: location.hostname, stack: stack(), ...more }));
    } catch {
      // The page comes first.
    }
  };
  const around = (object, method, before) => {
    const original = object?.[method];
    if (typeof original !== "function") return;
    const wrapped = function (...given) {
      before.apply(this, given);
      return Reflect.apply(original, this, given);
    };
    Object.defineProperty(wrapped, "name", { value: method });
    try {
      Object.defineProperty(object, method, { value: wrapped, writable: true, configurable: true });
    } catch {
      // Frozen by somebody who was here before.
    }
  };

  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  if (cookie?.set) {
    Object.defineProperty(Document.prototype, "cookie", {
      ...cookie,
      set(text) {
        report("cookie", String(text).replace(/=[^;]*/, "="));
        cookie.set.call(this, text);
      },
    });
  }
  around(globalThis.CookieStore?.prototype, "set", (first) => {
    const asked = typeof first === "object" && first !== null ? first : { name: first };
    const end = asked.expires ? `; Expires=${new Date(Number(asked.expires)).toUTCString()}` : "";
    report("cookie", `${asked.name}=${asked.domain ? `; Domain=${asked.domain}` : ""}${end}`);
  });
  around(Storage.prototype, "setItem", function (key) {
    let local = false;
    try {
      local = this === localStorage;
    } catch {
      // A frame that may keep nothing.
    }
    report(local ? "local_storage" : "session_storage", key);
  });
  around(globalThis.IDBFactory?.prototype, "open", (what) => report("indexed_db", what));
  around(globalThis.CacheStorage?.prototype, "open", (what) => report("cache_storage", what));
  around(globalThis.ServiceWorkerContainer?.prototype, "register", (url) => {
    report("service_worker", new URL(String(url), document.baseURI).href);
  });

  const reads = (object, method) => around(object, method, () => report("reading", method));
  reads(globalThis.HTMLCanvasElement?.prototype, "toDataURL");
  reads(globalThis.HTMLCanvasElement?.prototype, "toBlob");
  reads(globalThis.OfflineAudioContext?.prototype, "startRendering");
  reads(globalThis.RTCPeerConnection?.prototype, "createDataChannel");
  for (const context of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
    around(globalThis[context]?.prototype, "getParameter", (which) => {
      // UNMASKED_VENDOR_WEBGL and UNMASKED_RENDERER_WEBGL: which graphics card there is.
      if (which === 0x9245 || which === 0x9246) report("reading", "WEBGL_debug_renderer_info");
    });
  }
})
