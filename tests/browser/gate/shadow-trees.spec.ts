/** What waits in a shadow tree, in marked mode. */
import { expect, service, test, waitingScript, type Lab } from "../support/lab";

const THEM = "https://tiers.example";
const frame = (name: string) => `<iframe title="Film ${name}" data-category="marketing" data-src="${THEM}/${name}"></iframe>`;
const declared = (content: string) => `<template shadowrootmode="open">${content}</template>`;

/** Ways by which an open shadow tree comes into a page; `content` waits in it. */
const WAYS: Record<string, { html?: (content: string) => string; enter?: (content: string) => void }> = {
  "by the parser": { html: (content) => `<film-du-jour>${declared(content)}</film-du-jour>` },
  "by the parser, in another": { html: (content) => `<section>${declared(`<p>Outer</p><article>${declared(content)}</article>`)}</section>` },
  "by a script, filled before it is in the page": {
    enter(content) {
      const host = document.createElement("div");
      host.attachShadow({ mode: "open" }).innerHTML = content;
      document.body.appendChild(document.createElement("p")).append(host);
    },
  },
  "by a script, filled later": {
    enter(content) {
      const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
      setTimeout(() => (shadow.innerHTML = content), 50);
    },
  },
  "by a custom element that is defined later": {
    html: () => "<fiche-film></fiche-film>",
    enter(content) {
      const define = () =>
        customElements.define(
          "fiche-film",
          class extends HTMLElement {
            connectedCallback() {
              this.attachShadow({ mode: "open" }).innerHTML = `<div>${content}</div>`;
            }
          },
        );
      setTimeout(define, 50);
    },
  },
  "by setHTMLUnsafe": {
    enter: (content) => document.body.appendChild(document.createElement("div")).setHTMLUnsafe(`<ul><li><div><template shadowrootmode="open">${content}</template></div></ul>`),
  },
  "by a clone": {
    enter(content) {
      const template = document.createElement("div");
      template.setHTMLUnsafe(`<div><template shadowrootmode="open" shadowrootclonable>${content}</template></div>`);
      document.body.append(template.firstElementChild!.cloneNode(true));
    },
  },
};

/** Everything in the page and its open shadow trees that matches. */
const inTrees = (lab: Lab, selector: string) => lab.page.locator(selector);

for (const [way, { html, enter }] of Object.entries(WAYS)) {
  test(`${way}: a frame and an image wait, are released by the choice, and wait again after a withdrawal`, async ({ lab, visitor }) => {
    await lab.publish();
    const content = frame("film") + `<img alt="" data-category="statistics" data-src="${THEM}/pixel.gif">`;
    await lab.open(`<p>Page</p>${html?.(content) ?? ""}`);
    if (enter) await lab.page.evaluate(enter, content);
    const placeholder = inTrees(lab, ".temoin-placeholder");
    await expect(placeholder).toBeVisible();
    // As in the page: our style applies, and the frame that waits takes no room.
    await expect(placeholder).toHaveCSS("flex-direction", "column");
    await expect(placeholder).toHaveCSS("outline-style", "dashed");
    await expect(inTrees(lab, "iframe")).toBeHidden();
    expect(lab.hits).toEqual([]);
    await visitor.accept();
    await expect.poll(() => [...lab.hits].sort()).toEqual([`${THEM}/film`, `${THEM}/pixel.gif`]);
    await expect(placeholder).toHaveCount(0);
    await lab.page.evaluate(() => window.Temoin.withdraw());
    await expect(placeholder).toBeVisible();
    await expect(inTrees(lab, "img[src]")).toHaveCount(0);
    await expect(inTrees(lab, "iframe[src]")).toHaveCount(0);
  });
}

test("a script in a shadow tree runs once it is granted, and a placeholder's button there records its service", async ({ lab, visitor }) => {
  await lab.publish({ services: [service("video", "marketing", { name: "Cinéclub" })] });
  await lab.open(
    `<film-du-jour>${declared(waitingScript("statistics", `${THEM}/mesure.js`) + frame("film").replace("<iframe", '<iframe data-service="video"'))}</film-du-jour>`,
  );
  await inTrees(lab, ".temoin-placeholder [data-action=always]").click();
  await expect.poll(() => lab.hits).toEqual([`${THEM}/film`]);
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({ layer: "placeholder", trusted: true, services: { video: "granted" } });
  await lab.page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(() => lab.ran()).toEqual(["mesure"]);
});

test("a host that leaves the page and comes back is followed as before", async ({ lab }) => {
  await lab.publish();
  await lab.open(`<film-du-jour>${declared(frame("film"))}</film-du-jour>`);
  await expect(inTrees(lab, ".temoin-placeholder")).toBeVisible();
  const host = await lab.page.evaluateHandle(() => {
    const host = document.querySelector("film-du-jour")!;
    host.remove();
    return host;
  });
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await lab.atRest();
  expect(lab.hits).toEqual([]);
  await host.evaluate((host) => document.body.append(host));
  await expect.poll(() => lab.hits).toEqual([`${THEM}/film`]);
});
