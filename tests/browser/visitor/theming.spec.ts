/** The look is the owner's to set by documented properties, and by nothing else. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expectFit, layoutFaults, violations } from "../support/accessibility";
import { expect, service, test, type Lab } from "../support/lab";
import { doublePressOver, type Visitor } from "../support/visitor";

const ROOT = `${import.meta.dirname}/../../..`;
const FILM = `<iframe title="Notre film" width="400" height="225" data-category="marketing" data-service="video" data-src="https://video.example/1"></iframe>`;

/** The example of `docs/theming.md`. */
const THEME = `<style>${/```css\n([^]*?)```/.exec(readFileSync(`${ROOT}/docs/theming.md`, "utf8"))![1]}</style>`;

const publish = (lab: Lab) => lab.publish({ services: [service("mesure", "statistics"), service("video", "marketing")] });

/** A value for each property, and where it is then seen. */
const PROPERTIES: Record<string, { value: string; seen: [element: string, property: string, value: string][] }> = {
  surface: {
    value: "rgb(250, 240, 230)",
    seen: [
      [".temoin-banner", "background-color", "rgb(250, 240, 230)"],
      ["dialog", "background-color", "rgb(250, 240, 230)"],
      ["[data-action=customize]", "background-color", "rgb(250, 240, 230)"],
      [".temoin-placeholder", "background-color", "rgb(250, 240, 230)"],
    ],
  },
  text: {
    value: "rgb(60, 0, 60)",
    seen: [
      [".temoin-banner p", "color", "rgb(60, 0, 60)"],
      ["dialog h2", "color", "rgb(60, 0, 60)"],
      [".temoin-reopen", "color", "rgb(60, 0, 60)"],
      [".temoin-placeholder p", "color", "rgb(60, 0, 60)"],
    ],
  },
  muted: { value: "rgb(90, 60, 60)", seen: [["dialog .temoin-purpose p", "color", "rgb(90, 60, 60)"]] },
  line: {
    value: "rgb(1, 2, 3)",
    seen: [
      [".temoin-banner", "border-top-color", "rgb(1, 2, 3)"],
      ["[data-action=customize]", "border-top-color", "rgb(1, 2, 3)"],
      [".temoin-placeholder", "outline-color", "rgb(1, 2, 3)"],
    ],
  },
  accent: {
    value: "rgb(0, 90, 60)",
    seen: [
      ["[data-action=reject_all]", "background-color", "rgb(0, 90, 60)"],
      ["[data-action=accept_all]", "background-color", "rgb(0, 90, 60)"],
      [".temoin-status", "background-color", "rgb(0, 90, 60)"],
      ["dialog input", "accent-color", "rgb(0, 90, 60)"],
    ],
  },
  "on-accent": {
    value: "rgb(255, 255, 0)",
    seen: [
      ["[data-action=reject_all]", "color", "rgb(255, 255, 0)"],
      ["[data-action=accept_all]", "color", "rgb(255, 255, 0)"],
      [".temoin-status", "color", "rgb(255, 255, 0)"],
    ],
  },
  radius: {
    value: "3px",
    seen: [
      [".temoin-banner", "border-top-left-radius", "3px"],
      ["[data-action=reject_all]", "border-top-left-radius", "3px"],
      ["dialog", "border-top-left-radius", "3px"],
    ],
  },
  font: {
    value: "Georgia, serif",
    seen: [
      [".temoin-banner p", "font-family", "Georgia, serif"],
      ["[data-action=reject_all]", "font-family", "Georgia, serif"],
      ["dialog", "font-family", "Georgia, serif"],
      [".temoin-placeholder", "font-family", "Georgia, serif"],
    ],
  },
  "color-scheme": {
    value: "dark",
    seen: [
      [".temoin-banner", "background-color", "rgb(23, 28, 35)"],
      [".temoin-banner p", "color", "rgb(238, 242, 246)"],
      ["dialog input", "color-scheme", "dark"],
    ],
  },
};

async function both(lab: Lab, visitor: Visitor, head: string, body = FILM): Promise<void> {
  await lab.open(body, head);
  await visitor.customize();
}

for (const [name, { value, seen }] of Object.entries(PROPERTIES)) {
  test(`--temoin-${name} takes effect, whether the page is light or dark`, async ({ lab, visitor, page }) => {
    await publish(lab);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const look = () =>
        page.evaluate(
          (seen) => seen.map(([element, property]) => getComputedStyle(document.querySelector(element)!).getPropertyValue(property)),
          seen,
        );
      await both(lab, visitor, "");
      const before = await look();
      await both(lab, visitor, `<style>:root { --temoin-${name}: ${value} }</style>`);
      const after = await look();
      expect(after, colorScheme).toEqual(seen.map(([, , wanted]) => wanted));
      // Else the test would say nothing; but a dark page is dark before it is told so.
      if (name !== "color-scheme" || colorScheme === "light") {
        before.forEach((value, at) => expect(value, seen[at]!.join(" ")).not.toBe(after[at]));
      }
    }
  });
}

test("the properties tested are those that the styles read and that the documentation lists", () => {
  const listed = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
  const tested = Object.keys(PROPERTIES).sort();
  const styles = ["first-layer", "dialog"].map((name) => readFileSync(`${ROOT}/consent-widget/style/${name}.css`, "utf8")).join("");
  expect(listed(styles, /var\(--temoin-([a-z-]+)/g)).toEqual(tested);
  const documentation = readFileSync(`${ROOT}/docs/theming.md`, "utf8");
  expect(listed(documentation, /^\| `--temoin-([a-z-]+)`/gm)).toEqual(tested);
  for (const line of documentation.matchAll(/^\| `--temoin-[a-z-]+` \|[^|]*\|(.*)$/gm)) {
    for (const [, colour] of line[1]!.matchAll(/`(#[0-9a-f]{6})`/g)) expect(styles).toContain(colour!);
  }
});

test("a light site stays light for visitors who like it dark, and the other way round", async ({ lab, visitor, page }) => {
  await publish(lab);
  const looks: string[] = [];
  for (const [own, theirs] of [
    ["light", "dark"],
    ["light", "light"],
    ["dark", "light"],
    ["dark", "dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme: theirs });
    await both(lab, visitor, `<style>:root { --temoin-color-scheme: ${own} }</style>`);
    looks.push(JSON.stringify(await metrics(page.locator("#cookie-consent dialog"))));
    expect(await violations(page)).toEqual([]);
  }
  expect(looks[0]).toBe(looks[1]);
  expect(looks[2]).toBe(looks[3]);
  expect(looks[0]).not.toBe(looks[2]);
});

/** What an element and everything in it looks like: place, size, words, colours. */
async function metrics(root: Locator): Promise<unknown[]> {
  return root.evaluate((root) =>
    [root, ...root.querySelectorAll("*")]
      .filter((element) => element.tagName !== "STYLE" && element.checkVisibility())
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const names = [
          ...["display", "visibility", "opacity", "color", "-webkit-text-fill-color", "background-color", "border", "border-radius"],
          ...["font", "letter-spacing", "text-transform", "text-align", "text-shadow", "white-space", "filter", "transform"],
          ...["pointer-events", "overflow", "box-shadow", "animation-name", "transition-duration", "clip-path"],
        ];
        const look = names.map((name) => `${name}: ${style.getPropertyValue(name)}`);
        return { element: element.tagName, box: [x, y, width, height].map(Math.round), look };
      }),
  );
}

const OVERLAY = `<div id="overlay" style="position: fixed; inset: 0; z-index: 2147483647; background: rgb(0 0 0 / 0.5)"></div>`;

/** What pages do to everything on them, out of habit or on purpose. */
const HOSTILE: Record<string, { css?: string; body?: string; html?: string; before?: string }> = {
  "unsets everything": { css: "* { all: unset !important }" },
  "hides every element of our kinds": { css: "div, section, button, dialog, label, input, h2, p { display: none !important }" },
  "hides buttons": { css: "button { display: none }" },
  "hides the banner by its name": {
    css: "#cookie-consent, #cookie-consent .temoin-banner { display: none !important } #cookie-consent button { visibility: hidden !important }",
  },
  "shrinks everything to nothing": {
    css: "* { font-size: 0 !important; color: transparent !important; transform: scale(0) !important; max-height: 0 !important; clip-path: inset(50%) !important }",
  },
  "lets its body disappear": {
    css: `body { visibility: hidden; opacity: 0; pointer-events: none; filter: blur(9px); text-transform: uppercase; text-align: center;
      white-space: nowrap; text-shadow: 0 0 9px red; font-style: italic; text-indent: 99px; -webkit-text-fill-color: red; cursor: none }`,
  },
  "moves and clips its body": {
    css: "body { transform: translateX(50%) rotate(9deg); height: 10px; overflow: hidden; contain: strict; perspective: 9px; position: fixed }",
  },
  "is a grid of small cells": { css: "body { display: grid; grid: 10px / 10px 10px } body > * { position: relative; overflow: hidden; float: left; width: 9px }" },
  "covers itself": { body: OVERLAY },
  "paints the backdrops of its own dialogs": {
    css: "::backdrop { background: red !important; opacity: 1 !important; pointer-events: auto !important } dialog::backdrop { display: none !important }",
  },
  "adds to every element": { css: `*::before, *::after { content: "!!!" !important; display: block !important; font-size: 60px !important }` },
  "animates everything": {
    css: "@keyframes blink { to { opacity: 0; visibility: hidden } } * { animation: blink 50ms infinite alternate !important; transition: all 9s !important }",
  },
  "has design tokens of the same kind": {
    css: "* { --surface: red; --text: red; --line: red; --accent: red; --on-accent: red; --muted: red; --radius: 50%; --rule: red; --room: 0 }",
  },
  "has a reset": {
    css: `html, body, div, span, h1, h2, h3, p, a, ol, ul, li, dl, dt, dd, section { margin: 0; padding: 0; border: 0; font: inherit; vertical-align: baseline }
      *, ::before, ::after { box-sizing: content-box } body { line-height: 1 } a { color: inherit; text-decoration: none } ol { list-style: none }
      button, input { all: unset; appearance: none; background: none; border: 0; font: inherit; color: inherit }
      details, summary { display: inline } [hidden] { display: block } :focus { outline: 0 !important }`,
  },
  "counts in tens (62.5 %)": { css: "html { font-size: 62.5% } body { font-size: 1.6rem }" },
  "runs from right to left": { css: "body { direction: rtl; text-align: right }", html: 'lang="he" dir="rtl"' },
  "has a layer of its own, declared before the tag": {
    before: "<style>@layer page { #cookie-consent, #cookie-consent * { display: none !important; color: red !important } }</style>",
  },
};

for (const [habit, { css = "", body = "", html = 'lang="fr"', before = "" }] of Object.entries(HOSTILE)) {
  test(`on a page that ${habit} the layers look as ever, and a mouse can answer`, async ({ lab, visitor, page }) => {
    await publish(lab);
    const rest = `<style>${css}</style></head><body><main><h1>Page</h1></main>${body}</body></html>`;
    lab.serve("/", `<!doctype html><html lang="fr"><head><meta charset="utf-8">${lab.tag}</head><body><main><h1>Page</h1></main></body></html>`);
    lab.serve("/hostile", `<!doctype html><html ${html}><head><meta charset="utf-8">${before}${lab.tag}${rest}`);
    const looks: unknown[][] = [];
    for (const path of ["/", "/hostile"]) {
      await page.goto(lab.origin + path);
      await expect(visitor.banner).toBeVisible();
      looks.push(await metrics(visitor.banner));
      await click(page, visitor, visitor.button("customize"));
      await expect(visitor.dialog).toBeVisible();
      await click(page, visitor, visitor.dialog.locator(".temoin-purpose summary").first());
      await click(page, visitor, visitor.dialog.locator("h2"));
      looks.push(await metrics(visitor.dialog));
      const backdrop = await visitor.dialog.evaluate((dialog) => {
        const { display, backgroundColor, opacity } = getComputedStyle(dialog, "::backdrop");
        return { display, backgroundColor, opacity };
      });
      expect(backdrop).toEqual({ display: "block", backgroundColor: "rgba(8, 14, 22, 0.55)", opacity: "1" });
      await click(page, visitor, visitor.button("close", visitor.dialog));
      await expect(visitor.dialog).toBeHidden();
    }
    expect(looks[0]!.length).toBeGreaterThan(8);
    expect(looks[2]).toEqual(looks[0]);
    expect(looks[3]).toEqual(looks[1]);
    expect(await layoutFaults(page, "#cookie-consent .temoin-banner")).toEqual([]);
    await click(page, visitor, visitor.button("reject_all"));
    await expect(visitor.banner).toBeHidden();
    const { id } = await visitor.receipt();
    expect(await lab.auditor.record(id)).toMatchObject({ method: "reject_all", trusted: true });
    await click(page, visitor, visitor.reopen);
    await expect(visitor.dialog).toBeVisible();
  });
}

/** With a real mouse, at the place where it is seen. */
async function click(page: Page, visitor: Visitor, target: Locator): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  // Once it would not be the second half of a double click.
  await doublePressOver(page);
  expect(await visitor.onTop(target), String(target)).toBe(true);
  const { x, y, width, height } = (await target.boundingBox())!;
  await page.mouse.click(x + width / 2, y + height / 2);
}

test("hostile styles leave a placeholder and its buttons alone", async ({ lab, visitor, page }) => {
  await publish(lab);
  for (const css of ["* { all: unset !important }", "div, button, p { display: none !important }", "* { font-size: 0 !important; color: transparent !important }"]) {
    const asked = lab.hits.length;
    await lab.open(FILM, `<style>${css}</style>`);
    const placeholder = page.locator(".temoin-placeholder");
    await expect(placeholder.locator("p")).toBeVisible();
    await expect(placeholder).toHaveCSS("color", "rgb(27, 36, 48)");
    await expect(placeholder.locator("p")).toHaveCSS("font-size", "15px");
    await click(page, visitor, placeholder.locator("[data-action=load]"));
    await expect.poll(() => lab.hits.length).toBe(asked + 1);
  }
});

test("the backdrop of the banner dims nothing and stops no click of the page", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(`<button id="page" onclick="this.textContent = 'pressed'">De la page</button>`, "<style>::backdrop { background: red; display: block }</style>");
  await expect(visitor.banner).toBeVisible();
  expect(await page.locator("#cookie-consent").evaluate((root) => getComputedStyle(root, "::backdrop").display)).toBe("none");
  await click(page, visitor, page.locator("#page"));
  await expect(page.locator("#page")).toHaveText("pressed");
});

test("a browser without popovers shows the same banner, by its `z-index`", async ({ lab, visitor, page }) => {
  await publish(lab);
  await page.addInitScript(() => {
    delete (HTMLElement.prototype as Partial<HTMLElement>).showPopover;
    delete (HTMLElement.prototype as Partial<HTMLElement>).popover;
  });
  await lab.open(`<div style="position: fixed; inset: 0; z-index: 99999">Une publicité</div>`);
  await expect(visitor.banner).toBeVisible();
  expect(await page.locator("#cookie-consent").evaluate((root) => root.matches(":popover-open"))).toBe(false);
  await click(page, visitor, visitor.button("reject_all"));
  await expect(visitor.banner).toBeHidden();
  await visitor.receipt();
});

test("a site with a theme of its own passes axe on the banner and the dialog", async ({ lab, visitor, page }) => {
  await publish(lab);
  await lab.open(FILM, THEME);
  await expectFit(page, "the banner");
  await visitor.customize();
  await expectFit(page, "the dialog");
});
