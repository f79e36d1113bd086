/** A site that uses the package, and what its pages are heard to complain of. */
import { expect, test as lab, type Lab } from "../browser/support/lab";

/** A page with the tag first in its head, a framework's HTML, and its script. */
export const html = (tag: string, inside: string, script = "/app.js"): string =>
  `<!doctype html><html lang="fr-CA"><head><meta charset="utf-8"><title>Laboratoire</title>${tag}</head>` +
  `<body><div id="root">${inside}</div><script type="module" src="${script}"></script></body></html>`;

/** Puts a script at an address of the site. */
export const serveScript = (site: Lab, address: string, text: string): void =>
  site.serve(address, text, { "content-type": "text/javascript; charset=utf-8" });

export const test = lab.extend<{ heard: string[] }>({
  /** Each warning and error of the page's console. A test that expects none says so; every test of a framework does. */
  heard: async ({ page }, use) => {
    const heard: string[] = [];
    page.on("console", (message) => {
      if (["warning", "error"].includes(message.type())) heard.push(message.text());
    });
    await use(heard);
  },
});

export { expect };
