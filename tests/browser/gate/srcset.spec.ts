/** The loader reads a list of candidates as the edge does (`crates/edge-gate/src/loads.rs`). */
import { readFileSync } from "node:fs";
import { candidates } from "../../../consent-widget/loader/gate/srcset";
import { expect, test } from "../support/lab";

test("the loader agrees with the shared list", () => {
  const file = new URL("../../../crates/edge-gate/tests/srcset-candidates.json", import.meta.url);
  const cases = JSON.parse(readFileSync(file, "utf8")) as { why: string; list: string; addresses: string[] }[];
  expect(cases.length).toBeGreaterThan(15);
  expect(cases.map(({ why, list }) => [why, candidates(list)])).toEqual(cases.map(({ why, addresses }) => [why, addresses]));
});

test("an image whose second candidate is a third party's is held", async ({ lab }) => {
  await lab.publish({ blocking: "automatic" });
  await lab.open("<p>Page</p>");
  await lab.page.evaluate(() => {
    for (const space of ["", " "]) {
      const image = document.createElement("img");
      image.srcset = `/ok.png 1w,${space}https://pub.example/large.gif 2000w`;
      image.sizes = "100vw";
      document.body.append(image);
    }
  });
  await lab.atRest();
  expect(lab.hits).toEqual([]);
});
