/** What a script builds first and puts into the page then: automatic blocking looks through it where it enters, by every way in. */
import { expect, service, test } from "../support/lab";

const ADS = "https://pub.example";

test.beforeEach(async ({ lab }) => {
  await lab.publish({ blocking: "automatic", services: [service("pub", "marketing", { hosts: ["pub.example"] })] });
});

/** Each way in, and the paths that it asks for once marketing is granted. */
const WAYS: Record<string, { asked: string; enter: (origin: string) => void }> = {
  "a fragment of a range": {
    asked: "fragment fragment.gif fragment.js",
    enter: (origin) =>
      document.body.append(
        document
          .createRange()
          .createContextualFragment(
            `<script src="${origin}/fragment.js"></script><img alt="" src="${origin}/fragment.gif"><iframe title="Cadre" src="${origin}/fragment"></iframe>`,
          ),
      ),
  },
  "a template of the page's own": {
    asked: "template.gif template.js",
    enter: () => {
      const { content } = document.querySelector<HTMLTemplateElement>("template")!;
      document.body.append(content.cloneNode(true));
      document.body.append(document.importNode(content, true));
    },
  },
  "another document, moved node by node": {
    asked: "parsed parsed.css parsed.gif parsed.png",
    enter: (origin) => {
      const parsed = new DOMParser().parseFromString(
        `<link rel="stylesheet" href="${origin}/parsed.css"><p><img alt="" srcset="${origin}/parsed.gif 1x"><iframe title="Cadre" src="${origin}/parsed"></iframe><video poster="${origin}/parsed.png"></video>`,
        "text/html",
      );
      document.head.appendChild(parsed.head.firstChild!);
      document.body.insertBefore(parsed.body.firstChild!, null);
    },
  },
  "another document, adopted or imported before it enters": {
    asked: "adopted.gif imported.gif",
    enter: (origin) => {
      const parsed = new DOMParser().parseFromString(`<img alt="" src="${origin}/adopted.gif"><img alt="" src="${origin}/imported.gif">`, "text/html");
      const [first, second] = parsed.images;
      document.body.append(document.adoptNode(first!), document.importNode(second!));
    },
  },
  "a script that the parser of a template made": {
    asked: "after.js before.js children.js element.js prepended.js range.js replaced.js surrounding.js with.js",
    enter: (origin) => {
      const make = (name: string) => {
        const holder = document.createElement("template");
        holder.innerHTML = `<p><script src="${origin}/${name}.js"></script></p>`;
        return holder.content.firstElementChild!;
      };
      const place = document.body.appendChild(document.createElement("div"));
      const child = () => place.appendChild(document.createElement("p"));
      place.replaceChildren(make("children"));
      place.prepend(make("prepended"));
      place.insertAdjacentElement("beforeend", make("element"));
      child().before(make("before"));
      child().after(make("after"));
      child().replaceWith(make("with"));
      place.replaceChild(make("replaced"), child());
      const range = document.createRange();
      range.selectNodeContents(place);
      range.insertNode(make("range"));
      const around = make("surrounding");
      range.selectNode(child());
      range.surroundContents(around);
      // What it surrounds takes the place of what it had.
      around.append(make("surrounding"));
    },
  },
  "markup with shadow roots": {
    asked: "shadow.gif unsafe unsafe.gif",
    enter: (origin) => {
      const host = document.body.appendChild(document.createElement("div"));
      host.setHTMLUnsafe(`<img alt="" src="${origin}/unsafe.gif"><iframe title="Cadre" src="${origin}/unsafe"></iframe>`);
      const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
      const image = document.createElement("img");
      image.src = `${origin}/shadow.gif`;
      document.body.append(image);
      shadow.innerHTML = "<slot></slot>";
    },
  },
  "constructors": {
    asked: "audio.mp3 image.gif",
    enter: (origin) => {
      (window as any).audio = new Audio(`${origin}/audio.mp3`);
      new Image(1, 1).src = `${origin}/image.gif`;
    },
  },
  "nodes of a frame's own window": {
    asked: "window.gif window.js",
    enter: (origin) => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      const made = frame.contentDocument!;
      const script = made.createElement("script");
      script.src = `${origin}/window.js`;
      const holder = made.createElement("div");
      holder.append(script);
      const image = made.createElement("img");
      document.body.append(holder, image);
      image.src = `${origin}/window.gif`;
    },
  },
};

for (const [way, { asked, enter }] of Object.entries(WAYS)) {
  test(`${way}: nothing is asked for before a choice nor after a refusal, and all of it once granted`, async ({ lab, visitor }) => {
    await lab.open(`<template><script src="${ADS}/template.js"></script><img alt="" src="${ADS}/template.gif"></template>`);
    await lab.page.evaluate(enter, ADS);
    await lab.atRest();
    expect(lab.hits).toEqual([]);
    expect(await lab.ran()).toEqual([]);
    await visitor.refuse();
    await visitor.receipt();
    await lab.atRest();
    expect(lab.hits).toEqual([]);
    await lab.page.evaluate(() => window.Temoin.set({ marketing: true }));
    const paths = () => [...new Set(lab.hits)].map((url) => url.slice(ADS.length + 1)).sort();
    await expect.poll(paths).toEqual(asked.split(" ").sort());
    const scripts = asked.split(" ").filter((name) => name.endsWith(".js")).map((name) => name.slice(0, -3));
    await expect.poll(async () => [...new Set(await lab.ran())].sort()).toEqual(scripts.sort());
  });
}

test("what closed shadow roots load is not asked for", async ({ lab }) => {
  await lab.open("<p>Page</p>");
  await lab.page.evaluate((origin) => {
    const closed = `<div><template shadowrootmode="closed"><img alt="" src="${origin}/closed.gif"><iframe title="Cadre" src="${origin}/closed"></iframe></template></div>`;
    document.body.appendChild(document.createElement("div")).setHTMLUnsafe(closed);
    document.body.append((Document as any).parseHTMLUnsafe(`<!doctype html><body>${closed}`).body.firstChild);
    const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "closed" });
    shadow.innerHTML = `<img alt="" src="${origin}/inner.gif"><iframe title="Cadre" src="${origin}/inner"></iframe>`;
    shadow.append(new DOMParser().parseFromString(`<img alt="" src="${origin}/moved.gif">`, "text/html").images[0]!);
  }, ADS);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
});

test("no method or setter of the DOM that takes a node runs a script of a third party or asks for its image", async ({ lab }) => {
  await lab.open("<p>Page</p>");
  const tried = await lab.page.evaluate((origin) => {
    let count = 0;
    /** An element with a script and an image in it, as the parser of a frame's own window made it, where nothing is guarded. */
    const frame = document.body.appendChild(document.createElement("iframe"));
    const make = (name: string, way: string) => {
      count++;
      const other = frame.contentDocument!;
      const element = name ? other.createElement(name) : other.createDocumentFragment();
      const script = other.createElement("script");
      script.src = `${origin}/${way}.js`;
      const image = other.implementation.createHTMLDocument("").createElement("img");
      image.src = `${origin}/${way}.gif`;
      element.append(script, image);
      return element;
    };
    const place = document.body.appendChild(document.createElement("div"));
    const hosts: Record<string, () => object> = {
      Document: () => document,
      DocumentFragment: () => place.appendChild(document.createElement("div")).attachShadow({ mode: "open" }),
      ShadowRoot: () => place.appendChild(document.createElement("div")).attachShadow({ mode: "open" }),
      CharacterData: () => place.appendChild(document.createTextNode("x")),
      Comment: () => place.appendChild(document.createComment("x")),
      Range: () => {
        const range = document.createRange();
        range.selectNodeContents(place.appendChild(document.createElement("p")));
        return range;
      },
      HTMLTableElement: () => place.appendChild(document.createElement("table")),
      HTMLSelectElement: () => place.appendChild(document.createElement("select")),
      HTMLOptionsCollection: () => place.appendChild(document.createElement("select")).options,
      HTMLTemplateElement: () => place.appendChild(document.createElement("template")),
      Node: () => place.appendChild(document.createElement("div")),
      Element: () => place.appendChild(document.createElement("div")),
      HTMLElement: () => place.appendChild(document.createElement("div")),
    };
    // What leaves the page, or replaces all of it, would end the test.
    const skipped = new Set(["constructor", "open", "close", "write", "writeln", "removeChild", "click", "submit", "requestFullscreen"]);
    for (const [name, host] of Object.entries(hosts)) {
      const { prototype } = (window as any)[name];
      for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype as object))) {
        if (skipped.has(key)) continue;
        for (const kind of ["div", "option", "thead", "tfoot", "caption", "tbody", ""]) {
          const way = `${name}-${key}-${kind || "fragment"}`;
          const ways: ((node: Node, target: any) => unknown)[] = property.set
            ? [(node, target) => property.set!.call(target, node)]
            : typeof property.value === "function"
              ? [
                  (node, target) => property.value.call(target, node),
                  (node, target) => property.value.call(target, node, null),
                  (node, target) => property.value.call(target, node, target.firstChild ?? target.appendChild(document.createElement("b"))),
                  (node, target) => property.value.call(target, "beforeend", node),
                ]
              : [];
          for (const call of ways) {
            try {
              call(make(kind, way), host());
            } catch {
              // It takes no such node.
            }
          }
        }
      }
    }
    return count;
  }, ADS);
  expect(tried).toBeGreaterThan(1000);
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  expect(await lab.ran()).toEqual([]);
});

test("what the site's own scripts build is as they have built it", async ({ lab }) => {
  await lab.open("<main id=place></main>");
  const built = await lab.page.evaluate(() => {
    const place = document.querySelector("#place")!;
    const template = document.createElement("template");
    template.innerHTML = `<b>un</b><img alt="" src="/own.gif"><script src="/own.js"></` + `script>`;
    place.append(template.content.cloneNode(true), "texte");
    const table = place.appendChild(document.createElement("table"));
    table.innerHTML = `<tr><td><a href="https://ailleurs.example/">lien</a></td></tr>`;
    const select = place.appendChild(document.createElement("select"));
    select.add(new Option("a"));
    select.options.add(new Option("b"));
    return place.innerHTML;
  });
  expect(built).toBe(
    `<b>un</b><img alt="" src="/own.gif"><script src="/own.js"></script>texte<table><tbody><tr><td><a href="https://ailleurs.example/">lien</a></td></tr></tbody></table><select><option>a</option><option>b</option></select>`,
  );
  await expect.poll(() => lab.ran()).toEqual([]);
});
