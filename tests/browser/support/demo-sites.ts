/** The demo sites: their pages, what their stand-ins of third parties count, and a visitor of them. */
import { Auditor } from "./auditor";
import { SITES } from "./environment";
import { Visitor, anywhere, expect } from "./visitor";

export const SITE = "communautaire";
export const HOME = `/${SITE}/`;
export const VIDEO = `/${SITE}/atelier.html`;
export const POLICY = `/${SITE}/confidentialite.html`;

export interface Loads {
  analytics: number;
  pixel: number;
  pixel_image: number;
  preferences: number;
  video: number;
}

export const NO_LOADS: Loads = { analytics: 0, pixel: 0, pixel_image: 0, preferences: 0, video: 0 };

/** What the stand-ins of the demo site were asked for since the test began. */
export async function loads(): Promise<Loads> {
  return (await (await fetch(`${SITES}/standin/counts`)).json()) as Loads;
}

/** Has them counted from nothing. */
export async function forgetLoads(): Promise<void> {
  await fetch(`${SITES}/standin/counts`, { method: "DELETE" });
}

/** A visitor of the demo sites; the auditor is that of `SITE`. */
export const test = anywhere.extend<{ counted: void; auditor: Auditor }>({
  counted: [
    async ({}, use) => {
      await forgetLoads();
      await use();
    },
    { auto: true },
  ],
  auditor: async ({}, use) => use(new Auditor(SITE)),
});

export { expect };
