import { readFileSync } from "node:fs";
import { expect, test, type Lab } from "../support/lab";

const THEM = "https://tiers.example";
const ROOT = new URL("../../../", import.meta.url);

/** Serves files of installed packages at the site's own address. */
async function packages(lab: Lab, ...paths: string[]): Promise<string> {
  for (const path of paths) {
    const body = readFileSync(new URL(`node_modules/${path}`, ROOT), "utf8");
    await lab.page.route(`${lab.origin}/${path}`, (route) => route.fulfill({ contentType: "text/javascript", body }));
  }
  return paths.map((path) => `<script src="/${path}"></script>`).join("");
}

const react = (lab: Lab) => packages(lab, "react/umd/react.development.js", "react-dom/umd/react-dom.development.js");

const accept = (lab: Lab) => lab.page.evaluate(() => window.Temoin.acceptAll());
const log = "(window.ran ??= [])";
const inline = (text: string, more = "") => `<script type="text/plain" data-category="statistics" ${more}>${text}</script>`;
const outer = (name: string, more = "") =>
  `<script type="text/plain" data-category="statistics" data-src="${THEM}/${name}.js" ${more}></script>`;

/** A node of each kind that can wait, as React and Preact make it. */
const KINDS: [string, Record<string, unknown>][] = [
  ["script", { type: "text/plain", "data-category": "statistics", "data-src": `${THEM}/a.js` }],
  ["script", { type: "text/plain", "data-category": "statistics", dangerouslySetInnerHTML: { __html: `${log}.push("inline")` } }],
  ["iframe", { "data-category": "statistics", "data-src": `${THEM}/frame`, title: "Cadre" }],
  ["img", { "data-category": "statistics", "data-src": `${THEM}/image.gif`, alt: "" }],
  ["video", { "data-category": "statistics", "data-src": `${THEM}/film.mp4` }],
  ["link", { rel: "stylesheet", "data-category": "statistics", "data-href": `${THEM}/style.css` }],
];

test("React's component whose root node waits is released, changed, moved and taken away, and the page stands", async ({ lab }) => {
  await lab.publish();
  const head = await react(lab);
  await lab.open(`<div id="app"></div>`, head);
  await lab.page.evaluate((kinds) => {
    const { React, ReactDOM } = window as any;
    const Waiting = ({ kind, of }: any) => React.createElement(kind, of);
    const view = (order: number[], label: string) =>
      React.createElement("div", null, [
        React.createElement("p", { key: "p", id: "label" }, label),
        ...order.map((nth) => React.createElement(Waiting, { key: nth, kind: kinds[nth][0], of: { ...kinds[nth][1], className: label } })),
      ]);
    const root = ReactDOM.createRoot(document.querySelector("#app"));
    (window as any).show = (order: number[], label: string) => ReactDOM.flushSync(() => root.render(view(order, label)));
    (window as any).show([0, 1, 2, 3, 4, 5], "first");
    (window as any).nodes = [...document.querySelectorAll("#app .first")];
  }, KINDS as any);
  const show = (order: number[], label: string) =>
    lab.page.evaluate(([order, label]) => (window as any).show(order, label), [order, label] as const);
  /** Whether the page's nodes are the very ones of the beginning, in this order. */
  const same = (order: number[], label: string) =>
    lab.page.evaluate(
      ([order, label]) => {
        const there = [...document.querySelectorAll(`#app .${label}:not(div)`)].filter((node) => (window as any).nodes.includes(node));
        return there.length === order.length && order.every((nth, at) => (window as any).nodes[nth] === there[at]);
      },
      [order, label] as const,
    );
  expect(lab.hits).toEqual([]);
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["a", "inline"]);
  await expect.poll(() => [...new Set(lab.hits)].sort()).toEqual(
    ["a.js", "film.mp4", "frame", "image.gif", "style.css"].map((name) => `${THEM}/${name}`),
  );
  expect(await same([0, 1, 2, 3, 4, 5], "first")).toBe(true);
  await show([5, 3, 1, 0, 4, 2], "second");
  expect(await same([5, 3, 1, 0, 4, 2], "second")).toBe(true);
  await show([5], "third");
  await show([], "fourth");
  await expect(lab.page.locator("#label")).toHaveText("fourth");
  expect(await lab.page.locator("#app script, #app .temoin-placeholder").count()).toBe(0);
  // A script that was moved has not run again; one that comes anew runs.
  expect(await lab.ran()).toEqual(["a", "inline"]);
  await show([1, 0], "fifth");
  await expect.poll(() => lab.ran()).toEqual(["a", "inline", "inline", "a"]);
});

test("React's root whose only node waits, as HTML from the server, is hydrated, released and taken away", async ({ lab }) => {
  await lab.publish();
  const head = await react(lab);
  await lab.open(`<div id="app">${outer("a").replace(" >", ">")}</div>`, head);
  await lab.page.evaluate((of) => {
    const { React, ReactDOM } = window as any;
    const node = document.querySelector("#app script");
    const root = ReactDOM.hydrateRoot(document.querySelector("#app"), React.createElement("script", of));
    Object.assign(window, { root, node });
  }, KINDS[0]![1]);
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["a"]);
  expect(await lab.page.evaluate(() => document.querySelector("#app")!.firstChild === (window as any).node)).toBe(true);
  expect(await lab.page.evaluate(() => document.querySelectorAll("#app > *").length)).toBe(1);
  await lab.page.evaluate(() => (window as any).root.unmount());
  await expect.poll(() => lab.page.evaluate(() => document.querySelector("#app")!.childNodes.length)).toBe(0);
});

test("Preact and Vue: keyed nodes that waited are moved and taken away", async ({ lab }) => {
  await lab.publish();
  const head = await packages(lab, "preact/dist/preact.umd.js", "vue/dist/vue.global.prod.js");
  await lab.open(`<div id="preact"></div><div id="vue"></div>`, head);
  await lab.page.evaluate(() => {
    const { preact, Vue } = window as any;
    const of = (name: string) => ({
      key: name,
      id: name,
      type: "text/plain",
      "data-category": "statistics",
      innerHTML: `(window.ran ??= []).push("${name}")`,
    });
    const { innerHTML: _, ...rest } = of("");
    const preactOf = (name: string) => ({ ...rest, key: name, id: name, dangerouslySetInnerHTML: { __html: of(name).innerHTML } });
    const names = Vue.ref(["v1", "v2", "v3"]);
    Vue.createApp({ render: () => names.value.map((name: string) => Vue.h("script", of(name))) }).mount("#vue");
    const draw = (names: string[]) =>
      preact.render(names.map((name) => preact.h("script", preactOf(name))), document.querySelector("#preact"));
    draw(["p1", "p2", "p3"]);
    (window as any).show = async (order: number[]) => {
      names.value = order.map((nth) => "v" + nth);
      draw(order.map((nth) => "p" + nth));
      await Vue.nextTick();
    };
    (window as any).nodes = Object.fromEntries([...document.querySelectorAll("script[id]")].map((node) => [node.id, node]));
  });
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["p1", "p2", "p3", "v1", "v2", "v3"]);
  const nodes = () =>
    lab.page.evaluate(() =>
      [...document.querySelectorAll("#preact script, #vue script")].filter((node) => (window as any).nodes[node.id] === node).map(({ id }) => id),
    );
  await lab.page.evaluate(() => (window as any).show([3, 1, 2]));
  expect(await nodes()).toEqual(["p3", "p1", "p2", "v3", "v1", "v2"]);
  await lab.page.evaluate(() => (window as any).show([2]));
  expect(await nodes()).toEqual(["p2", "v2"]);
  await lab.page.evaluate(() => (window as any).show([]));
  expect(await nodes()).toEqual([]);
  expect(await lab.ran()).toEqual(["p1", "p2", "p3", "v1", "v2", "v3"]);
});

test("what the page holds of a node is what runs: references, listeners, replaceWith, removal", async ({ lab }) => {
  await lab.publish();
  await lab.open(
    `<p>${outer("a", 'id="a"')}</p><p>${inline(`${log}.push(document.currentScript.id, document.currentScript === held[1])`, 'id="b"')}</p>
     <p id="made"></p>`,
  );
  await lab.page.evaluate((them) => {
    const made = document.createElement("script");
    made.type = "text/plain";
    made.dataset["category"] = "statistics";
    made.dataset["src"] = `${them}/made.js`;
    document.querySelector("#made")!.append(made);
    const held = [document.querySelector("#a")!, document.querySelector("#b")!, made] as HTMLScriptElement[];
    Object.assign(window, { held });
    for (const node of held) node.addEventListener("load", (event) => ((window as any).ran ??= []).push(`load ${event.target === node} ${event.isTrusted}`));
  }, THEM);
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["a", "load true true", "b", true, "made", "load true true"]);
  expect(
    await lab.page.evaluate(() => {
      const held = (window as any).held as HTMLScriptElement[];
      const facts = held.map((node) => [node.isConnected, node.parentElement!.childNodes.length, node.type, node.src]);
      held[0]!.replaceWith("gone");
      held[1]!.parentNode!.removeChild(held[1]!);
      return facts;
    }),
  ).toEqual([
    [true, 1, "", `${THEM}/a.js`],
    [true, 1, "", ""],
    [true, 1, "", `${THEM}/made.js`],
  ]);
});

test("a script that came as text, which no browser runs, runs through another that leaves with it", async ({ lab }) => {
  await lab.publish();
  await lab.open(`<div id="place"></div>`);
  await lab.page.evaluate(
    ([one, two]) => {
      const place = document.querySelector("#place")!;
      place.innerHTML = `<b>${one}</b>${two}`;
      const held = [...place.querySelectorAll("script")];
      // A clone of it runs no more than it does.
      place.append(held[0]!.cloneNode(true));
      held[1]!.addEventListener("load", () => ((window as any).ran ??= []).push("load"));
      Object.assign(window, { held });
    },
    [inline(`${log}.push("as text " + (document.currentScript.parentNode.localName))`), outer("b")] as const,
  );
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["as text b", "b", "load", "as text div"]);
  expect(
    await lab.page.evaluate(() => {
      const held = (window as any).held as HTMLScriptElement[];
      const there = held.map((node) => node.isConnected);
      for (const node of held) node.remove();
      return there;
    }),
  ).toEqual([true, true]);
  await expect(lab.page.locator("#place > script[src], #place b > script[src]")).toHaveCount(0);
});

/** What a script's type says: JavaScript, by every name that it has, or a block of data, which no browser fetches or runs. */
const TYPES: [type: string, runs: boolean][] = [
  ["text/javascript", true],
  ["application/x-ecmascript", true],
  ["text/jscript", true],
  ["module", true],
  ["application/json", false],
  ["application/ld+json", false],
  ["text/template", false],
  ["text/typescript", false],
  ["text/partytown", false],
  ["importmap", false],
  ["speculationrules", false],
  ["x", false],
];

test("a block of data that was released holds up no script, with an address or without", async ({ lab }) => {
  await lab.publish();
  const blocks = TYPES.map(([type], nth) => outer(`block${nth}`, `data-type="${type}"`) + inline("{}", `data-type="${type}"`) + outer(`after${nth}`));
  await lab.open(blocks.join(""));
  await accept(lab);
  const expected = TYPES.flatMap(([, runs], nth) => (runs ? [`block${nth}`, `after${nth}`] : [`after${nth}`]));
  await expect.poll(async () => (await lab.ran()).length).toBe(expected.length);
  expect(await lab.ran()).toEqual(expected);
});
