/** What must hold of every layer, in any language, theme and width. */
import axe from "axe-core";
import { expect, type Locator, type Page } from "@playwright/test";

export const SCHEMES = ["light", "dark"] as const;
/** A desktop, a phone, and the narrowest that WCAG 1.4.10 asks for. */
export const SIZES = [
  { width: 1280, height: 860 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
];

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds within an element, with the places. */
export async function violations(page: Page, within = "#cookie-consent"): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async ([within, rules]) => {
      const { run } = (window as unknown as { axe: typeof import("axe-core") }).axe;
      const options = { runOnly: rules, resultTypes: ["violations"] } as const;
      const found = await run(within, options as unknown as import("axe-core").RunOptions);
      return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
    },
    [within, RULES] as const,
  );
}

/** What of a layer is cut off, or hangs out of the window. */
export async function layoutFaults(page: Page, within = "#cookie-consent"): Promise<string[]> {
  return page.evaluate((within) => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    for (const element of document.querySelectorAll<HTMLElement>(`${within} *`)) {
      const { left, right, width, height } = element.getBoundingClientRect();
      // Not shown, or for screen readers alone.
      if (width <= 1 || height <= 1) continue;
      const name = element.outerHTML.slice(0, 100);
      if (left < -1 || right > innerWidth + 1) found.push(`outside: ${name}`);
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline") {
        found.push(`too wide by ${element.scrollWidth - element.clientWidth} px: ${name}`);
      }
    }
    for (const layer of document.querySelectorAll(`${within} :is(.temoin-banner, .temoin-reload, .temoin-conflict, dialog)`)) {
      const { top, bottom } = layer.getBoundingClientRect();
      if (top < 0 || bottom > innerHeight) found.push(`not in the window: ${layer.className || layer.tagName}`);
    }
    return found;
  }, within);
}

/** Holds a layer to both, in light and dark, at these sizes. */
export async function expectFit(page: Page, layer: string, within?: string, sizes = SIZES): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const where = `${layer}, ${size.width} px, ${colorScheme}`;
      expect(await violations(page, within), where).toEqual([]);
    }
    expect(await layoutFaults(page, within), `${layer}, ${size.width} px`).toEqual([]);
  }
}

/** The two answers are of one kind: refusing looks no different from accepting. */
export async function expectEqualAnswers(layer: Locator): Promise<void> {
  const looks = await layer.locator("[data-action=reject_all], [data-action=accept_all]").evaluateAll((buttons) =>
    buttons.map((button) => {
      const style = getComputedStyle(button);
      const { width, height } = button.getBoundingClientRect();
      const names = ["font", "color", "background", "border", "border-radius", "padding", "opacity", "box-shadow"];
      return { width, height, look: names.map((name) => `${name}: ${style.getPropertyValue(name)}`) };
    }),
  );
  expect(looks).toHaveLength(2);
  const [refuse, accept] = looks;
  expect(accept!.look).toEqual(refuse!.look);
  expect(accept!.width).toBeCloseTo(refuse!.width, 1);
  expect(accept!.height).toBeCloseTo(refuse!.height, 1);
}
