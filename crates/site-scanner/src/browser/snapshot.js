// Returns what a page keeps on the device, its hints, links and scripts: everything that could have been written
// without a call that the probe sees.
(async () => {
  const attempt = async (read) => {
    try {
      return (await read()) ?? [];
    } catch {
      return [];
    }
  };
  const rels = ["preconnect", "dns-prefetch", "preload", "prefetch", "modulepreload", "prerender"];
  const hints = [...document.querySelectorAll("link[rel][href]")].flatMap((link) =>
    rels.filter((rel) => link.relList.contains(rel)).map((rel) => ({ rel, url: link.href })),
  );
  const links = [...document.querySelectorAll("a[href], area[href]")].map((link) => link.href);
  return {
    local: await attempt(() => Object.keys(localStorage)),
    session: await attempt(() => Object.keys(sessionStorage)),
    databases: await attempt(async () => (await indexedDB.databases()).map(({ name }) => name)),
    caches: await attempt(() => caches.keys()),
    workers: await attempt(async () =>
      (await navigator.serviceWorker.getRegistrations()).map(
        ({ active, waiting, installing }) => (active ?? waiting ?? installing)?.scriptURL ?? "",
      ),
    ),
    hints,
    links,
    scripts: [...document.querySelectorAll("script[src]")].map((script) => script.src),
  };
})()
