/** The loader reads the stored choice exactly as `consent-core` does: one list for both. */
import { readFileSync } from "node:fs";
import { expect, test, type BrowserState } from "../support/lab";

interface Case {
  why: string;
  text: string;
  now: string;
  state: "chosen" | "pending" | "unasked";
}

const file = new URL("../../../crates/consent-core/tests/stored-choice.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

test("the loader agrees with the shared list", async ({ lab }) => {
  await lab.publish();
  // One of the cases is the digest in upper case: it must have a letter.
  for (let version = 2; !/[a-f]/.test(await lab.material()); version++) {
    await lab.publish({ policy: { version: String(version), url: "/confidentialite" } });
  }
  expect(cases.length).toBeGreaterThan(20);
  const readings = await lab.read(cases.map(({ text, now }): BrowserState => ({ local: { consent_temoin: text }, now })));
  expect(readings.map(({ state }, nth) => [cases[nth]!.why, state])).toEqual(cases.map(({ why, state }) => [why, state]));
});

interface Several {
  why: string;
  texts: string[];
  now: string;
  granted: string[];
}

const several = JSON.parse(
  readFileSync(new URL("../../../crates/consent-core/tests/stored-choices.json", import.meta.url), "utf8"),
) as Several[];

test("of several texts the one of the shared list holds, wherever it is stored", async ({ lab }) => {
  await lab.publish();
  expect(several.length).toBeGreaterThan(8);
  const ways = several.flatMap(({ why, texts: [one, other], now, granted }) =>
    [
      [one, other],
      [other, one],
    ].map(([local, cookie]) => {
      const state: BrowserState = { now };
      if (local) state.local = { consent_temoin: local };
      if (cookie) state.cookies = { consent_temoin: cookie };
      return { why, granted, state };
    }),
  );
  const readings = await lab.read(ways.map(({ state }) => state));
  expect(readings.map(({ granted }, nth) => [ways[nth]!.why, granted])).toEqual(ways.map(({ why, granted }) => [why, granted]));
});

test("the newest of the cookie and the local storage holds", async ({ lab }) => {
  await lab.publish();
  const made = Date.now() - 1000;
  const text = (letters: string, at: number) => `c1.${letters}.${at}.${at + 864e5}.0123456789ab`;
  const [older, newer] = [text("gggg", made - 1), text("gddd", made)];
  const kept = (local: string, cookie: string): BrowserState => ({ local: { consent_temoin: local }, cookies: { consent_temoin: cookie } });
  const readings = await lab.read([kept(newer, older), kept(older, newer), kept("c1.x", newer), kept(older, "")]);
  expect(readings.map(({ granted }) => granted.length)).toEqual([1, 1, 1, 4]);
});
