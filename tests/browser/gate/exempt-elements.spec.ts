/** What automatic blocking exempts: the loader and the edge run the same list of cases. */
import { readFileSync } from "node:fs";
import { expect, test } from "../support/lab";

interface Case {
  why: string;
  html: string;
  held: boolean;
}

const file = new URL("../../../crates/edge-gate/tests/exempt-elements.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

test("the loader exempts what the shared list says", async ({ lab }) => {
  expect(cases.length).toBeGreaterThan(40);
  await lab.publish({ blocking: "automatic" });
  await lab.open("<p>Page</p>");
  const held = await lab.page.evaluate(
    (snippets) =>
      snippets.map((html) => {
        const element = document.createElement("div");
        element.innerHTML = html;
        // Automatic blocking does not see what a parser of the page's own reads: it stays as it was written.
        const parsed = new DOMParser().parseFromString(`<body><div>${html}</div>`, "text/html");
        return element.innerHTML !== parsed.querySelector("div")!.innerHTML;
      }),
    cases.map(({ html }) => html),
  );
  expect(held.map((is, nth) => [cases[nth]!.why, is])).toEqual(cases.map(({ why, held }) => [why, held]));
});
