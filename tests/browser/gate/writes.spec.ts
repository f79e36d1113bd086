import { expect, test, waitingScript, type Lab } from "../support/lab";

const THEM = "https://tiers.example";
const inline = (text: string, more = "") => `<script type="text/plain" data-category="statistics" ${more}>${text}</script>`;
const outer = (name: string) => waitingScript("statistics", `${THEM}/${name}.js`);
const accept = (lab: Lab) => lab.page.evaluate(() => window.Temoin.acceptAll());
const main = (lab: Lab) =>
  lab.page.evaluate(() =>
    document.querySelector("main")!.innerHTML.replace(/<script[^]*?<\/script>/g, "<script>").replace(/>\s+</g, "><").trim(),
  );
/** A script that says its own place, written by one that is written. */
const SAYS = `<script>(window.ran ??= []).push("written")<\\/script>`;

/** What a released script writes, and what must stand in the page. */
const CASES: [string, string, string][] = [
  ["an image", `document.write('<img alt="" src="${THEM}/written.gif">')`, `<script><img alt="" src="${THEM}/written.gif">`],
  [
    "markup in parts, found at once",
    `document.write("<div i"); document.write('d="ad">one <b>'); document.getElementById("ad").title = "found";
     document.write("two"); document.write("</b> three</div>four");`,
    `<script><div id="ad" title="found">one <b>two</b> three</div>four`,
  ],
  ["several texts, lines, and an open and close around them", `document.open(); document.writeln("a", "b"); document.write("<i>c</i>"); document.close();`, `<script>ab\n<i>c</i>`],
  [
    "a script that writes, before what follows it",
    `document.write('one<script>document.write("<b>two</b>"); document.write("<script>document.write(\\\\"three\\\\")<\\\\/script>four")<\\/script>five');
     document.write("six")`,
    `<script>one<script><b>two</b><script>threefourfivesix`,
  ],
  ["a part of a table", `document.write("<table><tr><td>1"); document.write("<tr><td>2</table>3")`, `<script><table><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>3`],
  ["what is no text", `document.write(null, undefined, 0, "", ["a", null]); document.writeln(null)`, `<script>nullundefined0a,null\n`],
  ["what never ends", `document.write("<p>one<!-- two"); document.write("<i")`, `<script><p>one</p>`],
];

for (const [what, text, expected] of CASES) {
  test(`what a released script writes stands after it, now and on later visits: ${what}`, async ({ lab, visitor }) => {
    await lab.publish();
    await lab.open(`<h1>Page</h1>${inline(text)}<p>After</p>`);
    await accept(lab);
    const whole = `<h1>Page</h1>${expected}<p>After</p>`;
    await expect.poll(() => main(lab)).toBe(whole);
    await expect(visitor.reopen).toBeVisible();
    await visitor.receipt();
    await lab.page.reload();
    await expect.poll(() => main(lab)).toBe(whole);
    await expect(visitor.reopen).toBeVisible();
    // Once everything has run, a page writes as it always could: a new document.
    await lab.page.evaluate(() => {
      document.write("<h1>New</h1>");
      document.close();
    });
    await expect(lab.page.locator("h1")).toHaveText("New");
  });
}

test("a script with an address writes scripts with addresses, which write: all in the order of a page being parsed", async ({ lab }) => {
  await lab.publish();
  const written = (name: string) => `<script src="${THEM}/${name}.js"><\\/script>`;
  lab.answer(`${THEM}/first.js`, "text/javascript", `document.write('1${written("second")}6'); document.write("7"); (window.ran ??= []).push("first")`);
  lab.answer(
    `${THEM}/second.js`,
    "text/javascript",
    `document.write('2${written("third")}4'); document.write("5"); document.currentScript.id = "second"; (window.ran ??= []).push("second")`,
  );
  lab.answer(`${THEM}/third.js`, "text/javascript", `document.write("3"); (window.ran ??= []).push("third")`);
  await lab.open(`<h1>Page</h1>${outer("first")}${inline('(window.ran ??= []).push("next")')}<p>After</p>`);
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["first", "second", "third", "next"]);
  expect(await main(lab)).toBe("<h1>Page</h1><script>1<script>2<script>34567<script><p>After</p>");
});

test("a written script that fails, is async, or cannot run holds up nothing", async ({ lab }) => {
  await lab.publish();
  await lab.page.route(`${THEM}/broken.js`, (route) => route.abort());
  const letAsync = lab.keepWaiting(`${THEM}/async.js`);
  await lab.open(
    `<h1>Page</h1>${inline(
      `document.write('<script src="${THEM}/broken.js"><\\/script>a<script async src="${THEM}/async.js"><\\/script>b<script nomodule src="${THEM}/no.js"><\\/script>c${SAYS}')`,
    )}${inline('(window.ran ??= []).push("next")')}`,
  );
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["written", "next"]);
  expect(await main(lab)).toBe("<h1>Page</h1><script><script>a<script>b<script>c<script><script>");
  letAsync();
  await expect.poll(() => lab.ran()).toEqual(["written", "next", "async"]);
});

test("what a script of the head writes stands first in the body, now and on later visits", async ({ lab, visitor }) => {
  await lab.publish();
  const html = lab.html("<p>Body</p>", inline(`document.write('<b id="written">Written</b>${SAYS}'); document.querySelector("#written").title = "found"`));
  lab.serve("/", html);
  await lab.page.goto(lab.origin);
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["written"]);
  await expect(lab.page.locator("#written")).toBeVisible();
  await expect(lab.page.locator("main")).toHaveText("Body");
  await visitor.receipt();
  await lab.page.reload();
  await expect(lab.page.locator("#written[title=found]")).toBeVisible();
  await expect(lab.page.locator("main")).toHaveText("Body");
});

test("what is written and marked waits for its own purpose", async ({ lab }) => {
  await lab.publish();
  const marked = (name: string) => `<script type="text/plain" data-category="marketing" data-src="${THEM}/${name}.js"><\\/script>`;
  await lab.open(
    `<h1>Page</h1>${inline(`document.write('${marked("ad")}<iframe title="Cadre" data-category="marketing" data-src="${THEM}/frame"></iframe>${SAYS}')`)}`,
  );
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["written"]);
  await expect(lab.page.locator("main .temoin-placeholder")).toBeVisible();
  expect(lab.hits).toEqual([]);
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["written", "ad"]);
  await expect.poll(() => [...lab.hits].sort()).toEqual([`${THEM}/ad.js`, `${THEM}/frame`]);
});

test("with automatic blocking, what is written and belongs to another purpose waits, however it is cut", async ({ lab }) => {
  await lab.publish({ blocking: "automatic" });
  await lab.open(
    `<h1>Page</h1>${inline(
      `document.write('<div><script src="${THEM}/ad.js"><\\/script><img alt="" src="${THEM}/ad.gif"></div>'); document.write('<img alt="" src="${THEM}/'); document.write('cut.gif">${SAYS}')`,
    )}`,
  );
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["written"]);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  await accept(lab);
  await expect.poll(() => [...lab.hits].sort()).toEqual(["ad.gif", "ad.js", "cut.gif"].map((name) => `${THEM}/${name}`));
});

test("with automatic blocking, what a page writes and is no text is what it is without a loader", async ({ lab }) => {
  await lab.publish({ blocking: "automatic" });
  await lab.open(`<p id="written"><script>document.write(null, undefined, 0, "", ["a", null])</script></p>`);
  expect(await lab.page.evaluate(() => document.getElementById("written")!.innerText)).toBe("nullundefined0a,");
});
