/**
 * What HTML fetches or runs by itself, row by row (`crates/edge-gate/tests/html-fetches.json`): that the browser does so in a page without
 * a loader, and that the loader holds it, however a script puts it into the page. The edge runs the same rows (`tests/shapes.rs` there).
 */
import { readFileSync } from "node:fs";
import { expect, test } from "../support/lab";

interface Row {
  /** Where the standard says it. */
  section: string;
  element: string;
  attribute: string;
  condition: string;
  html: string;
  /** Whether Chromium asks for it in a page that nobody touches. */
  asked: boolean;
  /** Whether the edge and the loader hold it. */
  edge: boolean;
  loader: boolean;
}

const file = new URL("../../../crates/edge-gate/tests/html-fetches.json", import.meta.url);
const rows = JSON.parse(readFileSync(file, "utf8")) as Row[];
const nameOf = ({ element, attribute, condition }: Row) => [element, attribute, condition].join(" ");

test("a page without a loader asks for what the table says", async ({ lab }) => {
  expect(rows.length).toBeGreaterThan(50);
  const asked: boolean[] = [];
  for (const { html, asked: expected } of rows) {
    lab.hits.length = 0;
    lab.serve("/", `<!doctype html><title>Laboratoire</title>${html.startsWith("<body") ? html : `<body>${html}`}`);
    await lab.page.goto(lab.origin + "/");
    await lab.atRest();
    // A browser prefetches when it has nothing else to do: what comes late must not count for the next row.
    for (let waited = 0; expected && lab.hits.length === 0 && waited < 50; waited++) await lab.page.waitForTimeout(100);
    asked.push(lab.hits.length > 0);
  }
  expect(rows.map((row, nth) => [nameOf(row), asked[nth]])).toEqual(rows.map((row) => [nameOf(row), row.asked]));
});

test("the loader holds what the table says, by whatever way it comes", async ({ lab }) => {
  await lab.publish({ blocking: "automatic" });
  const held: boolean[] = [];
  const leaked: string[] = [];
  for (const row of rows) {
    lab.hits.length = 0;
    await lab.open("<p>Page</p>");
    held.push(
      await lab.page.evaluate((html) => {
        const parse = () => new DOMParser().parseFromString(html, "text/html");
        const place = document.querySelector("main")!;
        if (html.startsWith("<body")) {
          const { attributes } = parse().body;
          for (const { name, value } of attributes) document.body.setAttribute(name, value);
          return [...attributes].every(({ name }) => !document.body.hasAttribute(name));
        }
        place.innerHTML = html;
        // Automatic blocking does not see what a parser of the page's own reads: it stays as it was written.
        const held = place.innerHTML !== new DOMParser().parseFromString(`<main>${html}`, "text/html").querySelector("main")!.innerHTML;
        const template = document.createElement("template");
        template.innerHTML = html;
        document.body.append(document.importNode(template.content, true));
        const parsed = parse();
        document.body.append(...parsed.head.childNodes, ...parsed.body.childNodes);
        document.body.append(document.createRange().createContextualFragment(html));
        // Element by element, each in the page before it has its attributes.
        const build = (from: Node, to: Element): void => {
          for (const node of from.childNodes) {
            if (!(node instanceof Element)) {
              to.append(node.cloneNode());
              continue;
            }
            const element = document.createElementNS(node.namespaceURI, node.localName);
            to.append(element);
            for (const { namespaceURI, name, value } of node.attributes) element.setAttributeNS(namespaceURI, name, value);
            build(node, element);
          }
        };
        const again = parse();
        build(again.head, document.body);
        build(again.body, document.body);
        return held;
      }, row.html),
    );
    await lab.atRest();
    if (row.loader && lab.hits.length) leaked.push(nameOf(row));
  }
  expect(rows.map((row, nth) => [nameOf(row), held[nth]])).toEqual(rows.map((row) => [nameOf(row), row.loader]));
  expect(leaked).toEqual([]);
});
