/** Pages whose scripts exchange the head, the body or what is in them: who has not answered is asked, who has can open the dialog. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

const MODULES = join(import.meta.dirname, "../../../node_modules");
const HTMX = "https://lib.example/htmx.js";
const TURBO = "https://lib.example/turbo.js";

/** Two pages of a site, each a whole page with the tag, and a link from each to the other. */
async function site(lab: Lab, head = "", body = ""): Promise<void> {
  await lab.publish();
  lab.answer(HTMX, "text/javascript", readFileSync(join(MODULES, "htmx.org/dist/htmx.min.js"), "utf8"));
  lab.answer(TURBO, "text/javascript", readFileSync(join(MODULES, "@hotwired/turbo/dist/turbo.es2017-umd.js"), "utf8"));
  const page = (title: string, to: string) =>
    lab
      .html(`<h1>${title}</h1><a id="next" href="${to}">Suite</a><button id="mine" data-temoin="open">Mes témoins</button>`, head)
      .replace("<body>", `<body ${body}>`)
      .replace("<title>Laboratoire", `<title>${title}`);
  lab.serve("/", page("Une", "/deux"));
  lab.serve("/deux", page("Deux", "/"));
  await lab.page.goto(lab.origin + "/");
}

/** There is one root, it is first in the body, in the top layer, and it is styled. */
async function expectAsked(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await expect(visitor.banner).toBeVisible();
  await expect(page.locator("#cookie-consent")).toHaveCount(1);
  const place = await page.evaluate(() => {
    const root = document.querySelector("#cookie-consent")!;
    return { first: document.body.firstElementChild === root, above: root.matches(":popover-open") };
  });
  expect(place).toEqual({ first: true, above: true });
  expect(await visitor.banner.evaluate((banner) => getComputedStyle(banner).position)).toBe("fixed");
  expect(await visitor.onTop(visitor.button("reject_all"))).toBe(true);
}

async function expectDialog(visitor: Visitor): Promise<void> {
  await visitor.page.locator("#mine").click();
  await expect(visitor.dialog).toBeVisible();
  await visitor.page.keyboard.press("Escape");
  await expect(visitor.dialog).toBeHidden();
}

const ROUTERS: [name: string, head: string, body: string][] = [
  ["htmx 2, hx-boost", `<script src="${HTMX}"></script>`, `hx-boost="true"`],
  ["htmx 2, hx-boost with outerHTML", `<script src="${HTMX}"></script>`, `hx-boost="true" hx-target="body" hx-swap="outerHTML"`],
  ["Turbo 8", `<script src="${TURBO}"></script>`, ""],
];

for (const [name, head, body] of ROUTERS) {
  test(`${name}: a visitor who has not answered is asked on each page, and answers once`, async ({ lab, visitor, page }) => {
    await site(lab, head, body);
    await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
    await expectAsked(visitor);
    await page.locator("#next").click();
    await expect(page.locator("h1")).toHaveText("Deux");
    await expectAsked(visitor);
    await page.goBack();
    await expect(page.locator("h1")).toHaveText("Une");
    await expectAsked(visitor);
    await expectDialog(visitor);
    await page.locator("#next").click();
    await expect(page.locator("h1")).toHaveText("Deux");
    await visitor.refuse();
    const { id } = await visitor.receipt();
    expect(await lab.auditor.record(id)).toMatchObject({ method: "reject_all", trusted: true });
    await page.locator("#next").click();
    await expect(page.locator("h1")).toHaveText("Une");
    await expect(visitor.reopen).toBeVisible();
    await expect(visitor.banner).toBeHidden();
    await expectDialog(visitor);
    await visitor.reopenDialog();
    // All of it was one page for the browser: the routers did what they are for.
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
    expect(await lab.auditor.count()).toBe(1);
  });
}

test("Turbo 8: a page refreshed by morphing keeps the banner", async ({ lab, visitor, page }) => {
  await site(lab, `<script src="${TURBO}"></script><meta name="turbo-refresh-method" content="morph"><meta name="turbo-refresh-scroll" content="preserve">`);
  await expectAsked(visitor);
  lab.serve("/", lab.html(`<h1>Autre</h1><button id="mine" data-temoin="open">Mes témoins</button>`, `<script src="${TURBO}"></script><meta name="turbo-refresh-method" content="morph">`));
  await page.evaluate(() => (window as any).Turbo.visit(location.href, { action: "replace" }));
  await expect(page.locator("h1")).toHaveText("Autre");
  await expectAsked(visitor);
  await expectDialog(visitor);
});

/** What a router of a page's own may do, and the names of what it does. */
const SWAPS: Record<string, () => void> = {
  "the body's content is exchanged": () => (document.body.innerHTML = `<h1>Deux</h1><button id="mine" data-temoin="open">Mes témoins</button>`),
  "the body's children are exchanged": () => {
    const [title, button] = [document.createElement("h1"), document.querySelector("#mine")!.cloneNode(true)];
    document.body.replaceChildren(title, button);
  },
  "the body is another element": () => {
    const body = document.createElement("body");
    body.innerHTML = `<h1>Deux</h1><button id="mine" data-temoin="open">Mes témoins</button>`;
    document.body.replaceWith(body);
  },
  "the body comes from a cache, with a copy of the banner": () => {
    const copy = document.body.cloneNode(true);
    document.body.replaceWith(document.createElement("body"));
    document.body.replaceWith(copy);
  },
  "all of the page is exchanged": () =>
    (document.documentElement.innerHTML = `<head><title>Deux</title></head><body><h1>Deux</h1><button id="mine" data-temoin="open">Mes témoins</button></body>`),
  "the head keeps only what both pages have": () => {
    const both = new Set(["META", "TITLE", "SCRIPT"]);
    for (const node of [...document.head.children]) if (!both.has(node.tagName)) node.remove();
  },
  "the head is another element": () => document.head.replaceWith(document.createElement("head")),
  "children are taken one by one, and the address is another": () => {
    history.pushState(null, "", "/" + Math.random());
    document.querySelector("#cookie-consent")!.remove();
    document.querySelector("h1")!.textContent = "Deux";
  },
};

for (const [name, swap] of Object.entries(SWAPS)) {
  test(`where ${name}, the banner is there and styled, and the dialog opens`, async ({ lab, visitor, page }) => {
    await site(lab);
    for (let times = 0; times < 3; times++) {
      await expectAsked(visitor);
      await page.evaluate(swap);
    }
    await expectAsked(visitor);
    await expectDialog(visitor);
    await visitor.refuse();
    await expect(visitor.reopen).toBeVisible();
  });
}

test("a page that takes away the banner alone has the last word, until somebody asks for the dialog", async ({ lab, visitor, page }) => {
  await site(lab);
  await expectAsked(visitor);
  await page.evaluate(() => {
    document.querySelector("#cookie-consent")!.remove();
    document.querySelector("h1")!.remove();
  });
  await lab.atRest();
  await expect(visitor.banner).toHaveCount(0);
  await expectDialog(visitor);
});

test("a page that takes the banner away each time is not asked to for ever", async ({ lab, page }) => {
  await site(
    lab,
    `<script>
      window.taken = 0;
      new MutationObserver(() => {
        const found = [document.querySelector("#cookie-consent"), document.querySelector("head > style")].filter(Boolean);
        if (found.length) { taken++; found.forEach((each) => each.remove()); document.body?.replaceChildren(document.createElement("p")); }
      }).observe(document, { childList: true, subtree: true });
    </script>`,
  );
  await lab.atRest();
  expect(await page.evaluate(() => (window as unknown as { taken: number }).taken)).toBeLessThan(500);
});

test("a page that is opened anew and written later asks again, without an error while it is empty", async ({ lab, visitor, page }) => {
  await site(lab);
  await expectAsked(visitor);
  // In two turns: in between there is neither a head nor a body.
  await page.evaluate(async () => {
    document.open();
    await new Promise((done) => setTimeout(done));
    document.append(document.createComment("vide"));
    await new Promise((done) => setTimeout(done));
    document.write("<!doctype html><title>Une</title><h1>Une</h1>");
    document.close();
  });
  await expectAsked(visitor);
  expect(visitor.complaints).toEqual([]);
});
