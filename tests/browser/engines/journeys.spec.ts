/** The journeys that matter, in Firefox and in WebKit. */
import { expect, test, type Visit } from "./visit";

const waits = (visit: Visit, purpose: string, name: string) =>
  `<script type="text/plain" data-category="${purpose}" data-src="${visit.them}/${name}.js"></script>`;
const frame = (visit: Visit, name: string) =>
  `<iframe id="${name}" title="Film ${name}" width="400" height="300" data-service="video" data-category="marketing" data-src="${visit.them}/${name}"></iframe>`;
const stored = (visit: Visit) => visit.tab.evaluate(() => [localStorage.getItem("consent_temoin"), /consent_temoin=([^;]*)/.exec(document.cookie)?.[1] ?? null]);
const NOTHING = { necessary: true, preferences: false, statistics: false, marketing: false };

test("first visit: the banner is there, in the page's language, and nothing that waits runs", async ({ visit }) => {
  await visit.publish();
  await visit.open(waits(visit, "statistics", "mesure") + frame(visit, "film"), { html: 'lang="en"' });
  await visit.shows(".temoin-banner");
  expect(await visit.tab.evaluate(() => document.querySelector(".temoin-banner [data-action=reject_all]")!.textContent)).toBe("Refuse all");
  await visit.atRest();
  expect(visit.hits).toEqual([]);
  expect([await visit.status(), await visit.consent(), await stored(visit)]).toEqual([null, NOTHING, [null, null]]);
});

test("refuse: kept in both places, recorded, and nothing is asked nor run on the next page", async ({ visit }) => {
  await visit.publish();
  await visit.open(waits(visit, "statistics", "mesure"));
  await visit.answer("reject_all");
  await visit.shows(".temoin-banner", false);
  const { id } = await visit.receipt();
  expect(await visit.auditor.record(id)).toMatchObject({ method: "reject_all", layer: "banner", trusted: true, status: "refused" });
  const [local, cookie] = await stored(visit);
  expect(local).toMatch(/^c1\.gddd\./);
  expect(cookie).toBe(local);
  await visit.tab.reload();
  await visit.shows(".temoin-reopen");
  await visit.atRest();
  expect([await visit.status(), await visit.isShown(".temoin-banner"), visit.hits]).toEqual(["refused", false, []]);
});

test("accept: what waited runs in its order, with what it writes and the events that it missed; then withdraw, from the dialog", async ({ visit }) => {
  await visit.publish();
  const inline = `<script type="text/plain" data-category="statistics" id="writes">
    document.write('<p id="written">Écrit</p>');
    addEventListener("load", () => ran.push("load")); document.addEventListener("DOMContentLoaded", () => ran.push("parsed"));
    document.cookie = "_m_x=1; Path=/"; localStorage.setItem("_m", "1");
  </script>`;
  await visit.open(waits(visit, "statistics", "mesure") + inline + waits(visit, "marketing", "pub") + frame(visit, "film"));
  await visit.answer("accept_all");
  const { id } = await visit.receipt();
  expect(await visit.auditor.record(id)).toMatchObject({ method: "accept_all", status: "given" });
  await expect.poll(() => visit.ran()).toEqual(["mesure", "pub", "parsed", "load"]);
  expect(await visit.tab.evaluate(() => document.querySelector("#writes + #written")?.textContent)).toBe("Écrit");
  await expect.poll(() => [...visit.hits].sort()).toEqual(["film", "mesure.js", "pub.js"]);

  await visit.press(".temoin-reopen");
  await visit.press("dialog [data-action=withdraw]");
  await expect.poll(() => visit.status()).toBe("withdrawn");
  await visit.shows(".temoin-reload");
  await expect.poll(() => visit.tab.evaluate(() => [document.cookie.includes("_m_x"), localStorage.getItem("_m")])).toEqual([false, null]);
  await expect.poll(() => visit.auditor.count()).toBe(2);
  visit.hits.length = 0;
  await visit.tab.reload();
  await visit.atRest();
  expect([visit.hits, await visit.ran(), await visit.consent()]).toEqual([[], [], NOTHING]);
});

test("choose: one purpose in the dialog, and only that", async ({ visit }) => {
  await visit.publish();
  await visit.open(waits(visit, "statistics", "mesure") + waits(visit, "marketing", "pub"));
  await visit.answer("customize");
  await visit.shows("dialog [data-action=save]");
  await visit.press('dialog input[name="statistics"]');
  await visit.press("dialog [data-action=save]");
  const { id } = await visit.receipt();
  expect(await visit.auditor.record(id)).toMatchObject({
    method: "save",
    layer: "dialog",
    decision: { preferences: "denied", statistics: "granted", marketing: "denied" },
  });
  await expect.poll(() => visit.ran()).toEqual(["mesure"]);
  await visit.tab.reload();
  await expect.poll(() => visit.ran()).toEqual(["mesure"]);
  expect(visit.hits).toEqual(["mesure.js", "mesure.js"]);
});

test("expiry: a choice of fourteen months ago is none, and the banner asks again", async ({ visit }) => {
  await visit.publish();
  await visit.open(waits(visit, "statistics", "mesure"));
  await visit.answer("accept_all");
  await visit.receipt();
  await visit.tab.evaluate(() => {
    const month = 2_629_800_000;
    const old = localStorage.getItem("consent_temoin")!.replace(/\d{13}\.\d{13}/, `${Date.now() - 14 * month}.${Date.now() - month}`);
    localStorage.setItem("consent_temoin", old);
    document.cookie = `consent_temoin=${old}; Path=/`;
  });
  visit.hits.length = 0;
  await visit.tab.reload();
  await visit.shows(".temoin-banner");
  await visit.atRest();
  expect([visit.hits, await visit.status()]).toEqual([[], null]);
});

test("placeholder: load it this once, or always; in a shadow tree too", async ({ visit }) => {
  await visit.publish();
  await visit.open(`${frame(visit, "one")}<film-du-jour><template shadowrootmode="open">${frame(visit, "two")}</template></film-du-jour>`);
  await visit.answer("reject_all");
  await visit.receipt();
  await visit.shows(".temoin-placeholder");
  expect(await visit.tab.evaluate(() => getComputedStyle(document.querySelector("film-du-jour")!.shadowRoot!.querySelector(".temoin-placeholder")!).flexDirection)).toBe("column");
  await visit.press(".temoin-placeholder [data-action=load]");
  await expect.poll(() => visit.hits).toEqual(["one"]);
  expect(await visit.auditor.count()).toBe(1);
  await visit.tab.reload();
  await visit.press(".temoin-placeholder [data-action=always]");
  await expect.poll(() => [...visit.hits].sort()).toEqual(["one", "one", "two"]);
  await expect.poll(() => visit.auditor.count()).toBe(2);
  expect((await visit.auditor.records())[1]).toMatchObject({ layer: "placeholder", services: { video: "granted" } });
});

/** Ways by which what nobody has marked enters a page, and what each asks for. */
const WAYS: Record<string, (them: string) => void> = {
  createElement: (them) => {
    const script = document.createElement("script");
    script.src = `${them}/made.js`;
    document.head.append(script);
    new Image().src = `${them}/made.gif`;
  },
  createContextualFragment: (them) => document.body.append(document.createRange().createContextualFragment(`<script src="${them}/fragment.js"></script>`)),
  "another document": (them) =>
    document.body.append(document.importNode(new DOMParser().parseFromString(`<img src="${them}/parsed.gif">`, "text/html").images[0]!, true)),
  template: (them) => {
    const template = document.createElement("template");
    template.innerHTML = `<div><iframe title="Cadre" src="${them}/template"></iframe></div>`;
    document.body.append(template.content.cloneNode(true));
  },
  innerHTML: (them) => void (document.body.appendChild(document.createElement("div")).innerHTML = `<img src="${them}/inner.gif"><iframe title="Cadre" src="${them}/inner"></iframe>`),
  insertAdjacentHTML: (them) => document.body.insertAdjacentHTML("beforeend", `<img srcset="${them}/adjacent.gif 1x">`),
  replaceChildren: (them) => {
    const parsed = new DOMParser().parseFromString(`<p><img src="${them}/replaced.gif"></p>`, "text/html");
    document.body.appendChild(document.createElement("div")).replaceChildren(...parsed.body.childNodes);
  },
  setAttribute: (them) => {
    const image = document.body.appendChild(document.createElement("img"));
    image.setAttribute("src", `${them}/attribute.gif`);
    image.attributes.setNamedItem(Object.assign(document.createAttribute("srcset"), { value: `${them}/named.gif 2x` }));
  },
  "shadow root": (them) => void (document.body.appendChild(document.createElement("div")).attachShadow({ mode: "closed" }).innerHTML = `<img src="${them}/shadow.gif">`),
  fetch: (them) => void fetch(`${them}/fetch.gif`).catch(() => undefined),
  // By another name than its own, which a function of that name would hide.
  xhr: (them) => {
    const request = new XMLHttpRequest();
    request.open("GET", `${them}/xhr.gif`);
    request.send();
  },
  sendBeacon: (them) => void navigator.sendBeacon(`${them}/beacon.gif`),
  "link of a style": (them) => void document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${them}/style.css` })),
};

test("automatic blocking: whatever way it enters, nothing is asked for before a choice or after a refusal", async ({ visit }) => {
  await visit.publish({ blocking: "automatic" });
  await visit.open("<p>Page</p>");
  await visit.shows(".temoin-banner");
  const enter = async () => {
    for (const way of Object.values(WAYS)) await visit.tab.evaluate(way, visit.them);
    await visit.atRest();
  };
  await enter();
  expect(visit.hits).toEqual([]);
  await visit.answer("reject_all");
  await visit.receipt();
  await enter();
  expect([visit.hits, await visit.ran()]).toEqual([[], []]);
  // The waiting elements, of both times, come once it is granted; what a script asked for itself does not.
  await visit.tab.evaluate(() => window.Temoin.set({ marketing: true }));
  const elements = ["adjacent.gif", "attribute.gif", "fragment.js", "inner", "inner.gif", "made.gif", "made.js", "parsed.gif", "replaced.gif", "shadow.gif", "style.css", "template"];
  await expect.poll(() => [...new Set(visit.hits)].filter((path) => path !== "named.gif").sort()).toEqual(elements.filter((path) => path !== "shadow.gif" || visit.hits.includes(path)));
});

test("cookies, storage and sockets of what is not granted are held", async ({ visit }) => {
  await visit.publish({ blocking: "automatic" });
  await visit.open("<p>Page</p>");
  await visit.answer("reject_all");
  await visit.receipt();
  const kept = await visit.tab.evaluate((them) => {
    for (const name of ["_m_1", "panier"]) {
      document.cookie = `${name}=1; Path=/; Max-Age=1000`;
      localStorage.setItem(name, "1");
    }
    let socket = "opened";
    try {
      new WebSocket(them.replace("http", "ws")).onerror = () => undefined;
    } catch {
      socket = "refused";
    }
    return [document.cookie.includes("panier"), document.cookie.includes("_m_1"), localStorage.getItem("panier"), localStorage.getItem("_m_1"), socket];
  }, visit.them);
  expect(kept.slice(0, 4)).toEqual([true, false, "1", null]);
  await visit.atRest();
  expect(visit.hits).toEqual([]);
});

test("behind the edge: nothing of a third party's before a choice, all of it after a yes", async ({ visit }) => {
  const origin = await visit.publishBehindTheEdge();
  visit.serve(`<script src="${visit.them}/mesure.js"></script><img alt="" src="${visit.them}/pixel.gif"><iframe title="Film" src="${visit.them}/film"></iframe>`, { tag: "" });
  await visit.tab.goto(origin + "/");
  await visit.shows(".temoin-banner");
  await visit.atRest();
  expect(visit.hits).toEqual([]);
  await visit.answer("accept_all");
  await visit.receipt();
  await expect.poll(() => [...visit.hits].sort()).toEqual(["film", "mesure.js", "pixel.gif"]);
  await expect.poll(() => visit.ran()).toEqual(["mesure"]);
  await visit.tab.evaluate(() => window.Temoin.withdraw());
  await expect.poll(() => visit.status()).toBe("withdrawn");
  await visit.atRest();
  visit.hits.length = 0;
  await visit.tab.reload();
  await visit.atRest();
  expect([visit.hits, await visit.ran()]).toEqual([[], []]);
});

test("keyboard: the banner comes first, Escape changes nothing, and the focus comes back", async ({ visit }) => {
  await visit.publish();
  await visit.open('<p>Page</p><a href="#x">Lien</a>');
  await visit.shows(".temoin-banner");
  const focused = () => visit.tab.evaluate(() => (document.activeElement as HTMLElement).dataset["action"] ?? document.activeElement!.localName);
  const reached: string[] = [];
  for (let presses = 0; presses < 6 && !reached.includes("customize"); presses++) {
    await visit.tab.press("Tab");
    reached.push(await focused());
  }
  expect(reached.filter((name) => name.includes("_all") || name === "customize")).toEqual(["reject_all", "accept_all", "customize"]);
  await visit.tab.press("Enter");
  await visit.shows("dialog [data-action=save]");
  await visit.tab.press("Escape");
  await visit.shows("dialog", false);
  expect(await focused()).toBe("customize");
  expect([await visit.status(), await stored(visit), await visit.isShown(".temoin-banner")]).toEqual([null, [null, null], true]);
});

test("a receipt is verified, in the page, step by step", async ({ visit }) => {
  await visit.publish();
  await visit.open("<p>Page</p>");
  await visit.answer("reject_all");
  await visit.receipt();
  await visit.press(".temoin-reopen");
  await visit.press("dialog [data-action=verify]");
  await expect.poll(() => visit.tab.evaluate(() => document.querySelectorAll(".temoin-findings li").length)).toBeGreaterThan(3);
  const findings = await visit.tab.evaluate(() => [...document.querySelectorAll<HTMLElement>(".temoin-findings li")].map(({ dataset }) => `${dataset["step"]} ${dataset["outcome"]}`));
  expect(findings.filter((finding) => /failed|wrong/.test(finding)), findings.join("\n")).toEqual([]);
  expect(findings.some((finding) => finding.startsWith("signature")), findings.join("\n")).toBe(true);
});

test("elements that a page names decide nothing", async ({ visit }) => {
  await visit.publish();
  await visit.open(
    `<img name="body" alt=""><form id="f"><input name="matches"><input name="closest"></form><img name="querySelectorAll" alt=""><a id="Temoin">x</a>${waits(visit, "statistics", "mesure")}`,
    { html: 'id="Temoin" lang="fr-CA"' },
  );
  await visit.answer("accept_all");
  await expect.poll(() => visit.ran()).toEqual(["mesure"]);
});
