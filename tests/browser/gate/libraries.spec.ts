/** Libraries that bring parts of pages, or load images late: what they bring waits as what the page has. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, service, test, type Lab } from "../support/lab";

const ADS = "https://pub.example";
const require = createRequire(import.meta.url);

/** The tag of a library that the site serves itself. */
async function library(lab: Lab, file: string, more = ""): Promise<string> {
  const body = readFileSync(require.resolve(file), "utf8");
  const address = `${lab.origin}/${file}`;
  await lab.page.route(address, (route) => route.fulfill({ contentType: "text/javascript", body }));
  return `<script src="${address}" ${more}></script>`;
}

const brought = (name: string) => `<h1>${name}</h1><script src="${ADS}/${name}.js"></script><img alt="" src="${ADS}/${name}.gif">
  <p><iframe title="Cadre" src="${ADS}/${name}"></iframe></p><video poster="${ADS}/${name}.png"></video>`;

/** Nothing of what was brought is asked for before a choice; all of it once granted. */
async function waitsUntilGranted(lab: Lab, name: string): Promise<void> {
  await expect(lab.page.getByRole("heading", { name })).toBeVisible();
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  expect(await lab.ran()).toEqual([]);
  await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
  const asked = () => [...new Set(lab.hits)].sort();
  await expect.poll(asked).toEqual(["", ".gif", ".js", ".png"].map((ending) => `${ADS}/${name}${ending}`));
  await expect.poll(() => lab.ran()).toEqual([name]);
}

test("Turbo brings a page", async ({ lab }) => {
  await lab.publish({ blocking: "automatic", services: [service("pub", "marketing", { hosts: ["pub.example"] })] });
  const turbo = await library(lab, "@hotwired/turbo/dist/turbo.es2017-umd.js");
  lab.serve("/two", lab.html(brought("turbo"), turbo + `<link rel="stylesheet" href="/own.css">`));
  await lab.open(`<a href="/two">Suite</a>`, turbo);
  await lab.page.evaluate(() => Object.assign(window, { stayed: true }));
  await lab.page.getByRole("link", { name: "Suite" }).click();
  await waitsUntilGranted(lab, "turbo");
  expect(await lab.page.evaluate(() => "stayed" in window)).toBe(true);
});

test("htmx brings a part of a page", async ({ lab }) => {
  await lab.publish({ blocking: "automatic", services: [service("pub", "marketing", { hosts: ["pub.example"] })] });
  const htmx = await library(lab, "htmx.org/dist/htmx.js");
  lab.serve("/part", brought("htmx"));
  await lab.open(`<button hx-get="/part" hx-target="#part">Suite</button><div id="part"></div>`, htmx);
  await lab.page.getByRole("button", { name: "Suite" }).click();
  await waitsUntilGranted(lab, "htmx");
});

const LAZY = (name: string) => `<img alt="" class="lazyload" data-category="marketing" data-src="${ADS}/${name}.gif">
  <img alt="" class="lazyload" data-category="marketing" data-srcset="${ADS}/${name}-set.gif 1x" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
  <iframe class="lazyload" title="Cadre" data-category="marketing" data-src="${ADS}/${name}"></iframe>`;

for (const blocking of ["marked", "automatic"]) {
  test(`a library that loads images late asks for nothing that waits, ${blocking}`, async ({ lab }) => {
    await lab.publish({ blocking });
    const lazysizes = await library(lab, "lazysizes", "async");
    await lab.open(`${LAZY("first")}<img id="own" alt="" class="lazyload" data-src="/own.gif"><div id="place"></div>`, lazysizes);
    await expect(lab.page.locator("#own")).toHaveAttribute("src", "/own.gif");
    await lab.page.evaluate((html) => (document.querySelector("#place")!.innerHTML = html), LAZY("second"));
    await lab.atRest();
    expect(lab.hits).toEqual([]);
    await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
    const all = ["first", "second"].flatMap((name) => [name, `${name}-set.gif`, `${name}.gif`]);
    await expect.poll(() => [...new Set(lab.hits)].sort()).toEqual(all.map((name) => `${ADS}/${name}`).sort());
  });

  test(`a library that has read the address before, or is called at once, is too late, ${blocking}`, async ({ lab }) => {
    await lab.publish({ blocking });
    await lab.open(`<div id="place"></div>`);
    await lab.page.evaluate(async (html) => {
      const place = document.querySelector("#place")!;
      const show = () => {
        for (const image of place.querySelectorAll("img")) {
          if (image.dataset["src"]) image.src = image.dataset["src"];
          if (image.dataset["srcset"]) image.srcset = image.dataset["srcset"];
        }
      };
      place.innerHTML = html;
      show();
      // And again, with an address that it has kept.
      await new Promise(requestAnimationFrame);
      place.querySelector("img")!.src = "https://pub.example/third.gif";
      show();
    }, LAZY("third").replace(/<iframe.*$/s, ""));
    await lab.atRest();
    expect(lab.hits).toEqual([]);
  });
}
