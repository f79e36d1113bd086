/** An answer under one law of a site, read under another: one list for `consent-core` and the loader. */
import { readFileSync } from "node:fs";
import { type BrowserState, expect, test } from "../support/lab";

interface Case {
  why: string;
  /** The law under which it was answered; of another site where it is empty. */
  answered: string;
  letters?: string;
  services?: string;
  click?: string;
  read: string;
  state: "chosen" | "pending" | "unasked";
}

const file = new URL("../../../crates/consent-core/tests/choice-by-law.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

test("the loader agrees with the shared list", async ({ lab }) => {
  const laws = ["CA-QC", "CA", "FR", "GB", "US-CA", "US"];
  await lab.publish({ jurisdictions: laws });
  expect(cases.length).toBeGreaterThan(12);
  const materials = new Map([["", "fedcba987654"]]);
  for (const law of laws) materials.set(law, await lab.material(law));
  const made = Date.parse("2026-11-22T20:27:45.120Z");
  const text = ({ answered, letters, services, click }: Case): string => {
    const material = materials.get(answered)!;
    if (click) return `p1.${click}.t.${made}.${material}.${"0".repeat(64)}`;
    return `c1.${letters}.${made}.1829507265120.${material}${services ? "." + services : ""}`;
  };
  for (const law of laws) {
    const here = cases.filter(({ read }) => read === law);
    const states = here.map((one): BrowserState => ({ local: { consent_temoin: text(one) }, now: "2026-11-23T00:00:00Z" }));
    const readings = await lab.read(states, law);
    // Under a law where something is on, a click that waits and no answer look alike but for the banner.
    expect(readings.map(({ state }, nth) => [here[nth]!.why, state])).toEqual(here.map(({ why, state }) => [why, state]));
  }
});
