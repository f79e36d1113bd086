/**
 * What HTML fetches or runs by itself (`crates/edge-gate/tests/html-fetches.json`), in pages that come through the edge: nothing of it is
 * asked for before a choice, and all that a browser asks for is after a yes.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CONSENT, OWNER } from "../support/environment";
import { anywhere as test, expect } from "../support/visitor";

interface Row {
  element: string;
  attribute: string;
  condition: string;
  html: string;
  asked: boolean;
  edge: boolean;
}

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const rows = read("../../../crates/edge-gate/tests/html-fetches.json") as Row[];
/** What stands in the page as a text. */
const texts = [
  "<style>p { color: red; background: url(https://tiers.example/x) }</style>",
  '<script type="module">import "https://tiers.example/x"</script>',
  '<script>import("https://tiers.example/x")</script>',
  '<svg width="9" height="9"><rect width="9" height="9" style="mask: url(https://tiers.example/x#a)"/></svg>',
];
const all = [...texts.map((html): Row => ({ element: "text", attribute: html, condition: "", html, asked: true, edge: true })), ...rows];
/** What no script can set going again: it comes with the next page. */
const comesLater = ({ element, attribute }: Row) => element === "svg script" || attribute === "imagesrcset";
const addressed = all.map((row, nth) => ({ ...row, html: row.html.replaceAll("https://tiers.example/x", `https://tiers.example/${nth}`) }));
/** The row that is the page's own body goes last: what stands in it is the page. */
const isBody = ({ html }: Row) => html.startsWith("<body");
const body = addressed.find(isBody)!.html.replace("</body>", "");
const page = `<!doctype html><html lang="fr"><head><title>Page</title></head>${body}<p>Page</p>
${addressed.filter((row) => !isBody(row)).map(({ html }) => html).join("\n")}</body></html>`;

test("what HTML fetches by itself waits at the edge, and comes after a yes", async ({ page: browser, context, visitor }) => {
  const server = createServer((_, answer) => void answer.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const id = "lignes-" + randomBytes(4).toString("hex");
  const origin = `http://${id}.localhost:${new URL(CONSENT).port}`;
  const site = read("../../../demo-site/sites/communautaire.json") as Record<string, unknown>;
  for (const field of ["cookie_domain", "hand_over", "blocking"]) delete site[field];
  const published = await fetch(`${CONSENT}/v1/sites/${id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${OWNER}` },
    body: JSON.stringify({ ...site, origins: [origin], edge: { origin_server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }),
  });
  expect(published.ok, await published.text()).toBe(true);
  const hits = new Set<number>();
  await context.route(
    (url) => url.host === "tiers.example",
    (route) => {
      hits.add(Number(new URL(route.request().url()).pathname.slice(1)));
      return route.fulfill({ status: 200, headers: { "access-control-allow-origin": "*" }, contentType: "text/javascript", body: "" });
    },
  );
  const names = (which: (row: Row, nth: number) => boolean) =>
    all.filter(which).map(({ element, attribute, condition }) => [element, attribute, condition].join(" "));

  await visitor.visit(origin + "/");
  await expect(visitor.banner).toBeVisible();
  await visitor.atRest();
  expect(names((row, nth) => row.edge && hits.has(nth))).toEqual([]);

  await visitor.accept();
  await visitor.receipt();
  await visitor.atRest();
  expect(names((row, nth) => row.edge && row.asked && !hits.has(nth) && !comesLater(row))).toEqual([]);
  await expect(browser.locator("p", { hasText: /^Page$/ })).toHaveCSS("color", "rgb(255, 0, 0)");
  await browser.reload();
  await visitor.atRest();
  expect(names((row, nth) => row.edge && row.asked && !hits.has(nth))).toEqual([]);
  server.close();
});
