import { expect, test, waitingScript, type Lab } from "../support/lab";

const THEM = "https://tiers.example";
const accept = (lab: Lab) => lab.page.evaluate(() => window.Temoin.acceptAll());
const inline = (text: string) => `<script type="text/plain" data-category="statistics">${text}</script>`;

/** Says that a handler was called, of which event, on what, and how often it was before. */
const SAY = `const say = (name) => function (event) {
  (window.ran ??= []).push([name, event.type, this === window ? "window" : this === document ? "document" : this.name, event.target === document].join(" "));
};`;

const ADD = `${SAY}
addEventListener("load", { name: "object", handleEvent: say("handleEvent") }, true);
window.addEventListener("load", say("load"));
window.addEventListener("pageshow", say("pageshow"), { once: true });
document.addEventListener("DOMContentLoaded", say("parsed"));
window.addEventListener("DOMContentLoaded", say("parsed"), { passive: true });
document.addEventListener("readystatechange", say("ready"));
window.onload = say("replaced"); onload = say("onload"); window.onpageshow = say("onpageshow");
document.onreadystatechange = say("onready");
const twice = say("twice"); addEventListener("load", twice); addEventListener("load", twice);
const removed = say("removed"); addEventListener("load", removed); removeEventListener("load", removed);
const later = say("removed by another"); addEventListener("load", () => removeEventListener("load", later)); addEventListener("load", later);
const gone = new AbortController(); document.addEventListener("DOMContentLoaded", say("aborted"), { signal: gone.signal }); gone.abort();
addEventListener("load", () => { throw new Error("of a handler"); });
addEventListener("load", null);
// Not of these events, or never of these targets.
addEventListener("hashchange", say("hash")); document.addEventListener("load", say("document")); document.addEventListener("pageshow", say("document"));
(window.ran ??= []).push("run " + document.readyState);`;

const CALLED = [
  "run complete",
  "ready readystatechange document true",
  "onready readystatechange document true",
  "parsed DOMContentLoaded document true",
  "parsed DOMContentLoaded window true",
  "handleEvent load object true",
  "load load window true",
  "onload load window true",
  "twice load window true",
  "pageshow pageshow window true",
  "onpageshow pageshow window true",
];

for (const how of ["inline", "with an address"]) {
  test(`handlers of events that the page had before are called once, in the order of the events: a script ${how}`, async ({
    lab,
    visitor,
  }) => {
    await lab.publish();
    lab.answer(`${THEM}/adds.js`, "text/javascript", ADD);
    const script = how === "inline" ? inline(ADD.replace("<", "&lt;")) : waitingScript("statistics", `${THEM}/adds.js`);
    await lab.open(`<main id="page">${script}${inline('window.ran.push("next script")')}</main>`);
    await lab.page.evaluate((say) => {
      // The page's own, which had its events, and adds more of them too late: nobody calls these.
      const add = new Function(say + "addEventListener('load', say('own')); document.addEventListener('DOMContentLoaded', say('own'));");
      add();
      addEventListener("temoin:consent", add as () => void);
    }, SAY);
    await accept(lab);
    const [first, ...others] = CALLED;
    await expect.poll(() => lab.ran()).toEqual([first, "next script", ...others]);
    await lab.atRest();
    expect(await lab.ran()).toEqual([first, "next script", ...others]);
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining("of a handler")]);
    // What comes again is the browser's affair; what asked for one call had it.
    await lab.page.evaluate(() => {
      (window as any).ran = [];
      dispatchEvent(new PageTransitionEvent("pageshow"));
    });
    expect((await lab.ran()).map((said) => said.split(" ")[0])).toEqual(["onpageshow"]);
  });
}

test("a script that looks at the state of the page finds it complete, and is called once", async ({ lab }) => {
  await lab.publish();
  await lab.open(
    inline(`const start = () => (window.ran ??= []).push("started");
      if (document.readyState === "complete") start(); else addEventListener("load", start);
      document.readyState !== "loading" ? setTimeout(start) : document.addEventListener("DOMContentLoaded", start);`),
  );
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["started", "started"]);
  await lab.atRest();
  expect(await lab.ran()).toEqual(["started", "started"]);
});

test("on a return visit the page has its events later, and no handler is called twice", async ({ lab, visitor }) => {
  await lab.publish();
  await lab.open(
    inline(`${SAY} addEventListener("load", say("load")); document.addEventListener("DOMContentLoaded", say("parsed")); onpageshow = say("pageshow")`),
  );
  await accept(lab);
  const called = ["parsed DOMContentLoaded document true", "load load window true", "pageshow pageshow window true"];
  await expect.poll(() => lab.ran()).toEqual(called);
  await visitor.receipt();
  await lab.page.reload();
  await lab.atRest();
  expect(await lab.ran()).toEqual(called);
});

test("between the end of parsing and the end of loading, only what is over is called at once", async ({ lab, visitor }) => {
  await lab.publish();
  const letImage = lab.keepWaiting(`${THEM}/slow.gif`);
  lab.serve(
    "/",
    lab.html(
      `${inline(`${SAY} addEventListener("load", say("load")); document.addEventListener("DOMContentLoaded", say("parsed"))`)}
       <img alt="" src="${THEM}/slow.gif">`,
    ),
  );
  await lab.page.goto(lab.origin, { waitUntil: "domcontentloaded" });
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["parsed DOMContentLoaded document true"]);
  await visitor.receipt();
  expect(await lab.ran()).toEqual(["parsed DOMContentLoaded document true"]);
  letImage();
  await expect.poll(() => lab.ran()).toEqual(["parsed DOMContentLoaded document true", "load load window true"]);
});

test("a handler that a module adds, or a script once it has run, is not called: no browser says whose it is", async ({ lab }) => {
  await lab.publish();
  const late = (name: string) => `addEventListener("load", () => window.ran.push("${name}"))`;
  await lab.open(
    `<script type="text/plain" data-category="statistics" data-type="module">${late("module")}; (window.ran ??= []).push("ran")</script>
     ${inline(`setTimeout(() => { ${late("timer")}; (window.ran ??= []).push("ran") })`)}`,
  );
  await accept(lab);
  await expect.poll(() => lab.ran()).toEqual(["ran", "ran"]);
  await lab.atRest();
  expect(await lab.ran()).toEqual(["ran", "ran"]);
});
