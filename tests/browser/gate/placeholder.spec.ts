import { expect, service, test, type Lab } from "../support/lab";
import { doublePressOver } from "../support/visitor";

const THEM = "https://video.example";

const SERVICES = [service("video", "marketing", { name: "Cinéclub" }), service("carte", "marketing"), service("mesure", "statistics")];

/** An embedded film that waits. */
const frame = (name: string, more = 'data-service="video"') =>
  `<iframe id="${name}" title="Film ${name}" data-category="marketing" data-src="${THEM}/${name}" ${more}></iframe>`;
const placeholder = (lab: Lab, name: string) => lab.page.locator(`.temoin-placeholder:has(+ #${name})`);

test.beforeEach(async ({ lab }) => void (await lab.publish({ services: SERVICES })));

test("loading once loads this frame alone; nothing is stored nor reported, and the next page asks again", async ({
  lab,
  visitor,
}) => {
  await lab.open(frame("one") + frame("two"));
  await expect(placeholder(lab, "one")).toContainText("Film one : ce contenu vient d’un tiers");
  await expect(placeholder(lab, "one")).toContainText("« Marketing »");
  expect(lab.hits).toEqual([]);
  await placeholder(lab, "one").locator("[data-action=load]").click();
  await expect(lab.page.frameLocator("#one").getByText("one")).toBeVisible();
  await expect(placeholder(lab, "one")).toHaveCount(0);
  await expect(placeholder(lab, "two")).toBeVisible();
  await lab.atRest();
  expect(lab.hits).toEqual([`${THEM}/one`]);
  expect(await visitor.stored()).toEqual({ cookie: undefined, local: null });
  expect(await lab.auditor.records()).toEqual([]);
  // A refusal is about everything else: what was just opened by hand goes on.
  await visitor.refuse();
  await visitor.receipt();
  await expect(lab.page.frameLocator("#one").getByText("one")).toBeVisible();
  await lab.page.reload();
  await expect(placeholder(lab, "one")).toBeVisible();
  expect(lab.hits).toEqual([`${THEM}/one`]);
});

test("always showing a service is a choice: reported as such, for all its frames and no other", async ({ lab, visitor }) => {
  await lab.open(frame("one") + frame("two") + frame("map", 'data-service="carte"') + frame("nobody", ""));
  await expect(placeholder(lab, "nobody").locator("[data-action=always]")).toHaveCount(0);
  const always = placeholder(lab, "one").locator("[data-action=always]");
  // The button names the service, since it is not about this film alone.
  await expect(always).toHaveText("Toujours afficher Cinéclub");
  await always.click();
  await expect.poll(() => [...lab.hits].sort()).toEqual([`${THEM}/one`, `${THEM}/two`]);
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({
    method: "save",
    layer: "placeholder",
    trusted: true,
    decision: { necessary: "granted", preferences: "denied", statistics: "denied", marketing: "denied" },
    services: { video: "granted" },
  });
  await expect(placeholder(lab, "map")).toBeVisible();
  await lab.page.reload();
  await expect(lab.page.frameLocator("#two").getByText("two")).toBeVisible();
  await expect(placeholder(lab, "map")).toBeVisible();
  await expect(placeholder(lab, "nobody")).toBeVisible();
  expect(lab.hits.filter((url) => /map|nobody/.test(url))).toEqual([]);
});

test("a frame may bring its own picture and its own words", async ({ lab }) => {
  const own = 'data-poster="/affiche.png" data-placeholder="Le film de l’atelier attend votre accord."';
  const asked: string[] = [];
  lab.page.on("request", (request) => asked.push(request.url()));
  await lab.open(frame("one", own) + frame("text", 'data-placeholder="<b>Du texte</b>"'));
  await expect(placeholder(lab, "one").locator("p")).toHaveText("Le film de l’atelier attend votre accord.");
  // A picture that says nothing the text does not say.
  await expect(placeholder(lab, "one").locator("img")).toHaveAttribute("alt", "");
  await expect(placeholder(lab, "text").locator("p")).toHaveText("<b>Du texte</b>");
  expect(asked).toContain(`${lab.origin}/affiche.png`);
  expect(lab.hits).toEqual([]);
});

test("by keyboard alone, and the focus goes on to what was opened", async ({ lab, visitor }) => {
  await lab.open(`<a href="#before" id="before">Avant</a>${frame("one")}${frame("two")}`);
  await visitor.refuse();
  await visitor.receipt();
  const focused = () => lab.page.evaluate(() => document.activeElement?.id || (document.activeElement as HTMLElement).dataset["action"]);
  // Once that would not be the second half of a double press.
  const press = async (key: string) => {
    await doublePressOver(lab.page);
    await lab.page.keyboard.press(key);
  };
  await lab.page.locator("#before").focus();
  await lab.page.keyboard.press("Tab");
  expect(await focused()).toBe("load");
  await press("Enter");
  expect(await focused()).toBe("one");
  await expect.poll(() => lab.hits).toEqual([`${THEM}/one`]);
  await placeholder(lab, "two").locator("[data-action=load]").focus();
  await lab.page.keyboard.press("Tab");
  expect(await focused()).toBe("always");
  await press("Space");
  await expect.poll(focused).toBe("two");
  await expect.poll(() => lab.hits).toEqual([`${THEM}/one`, `${THEM}/two`]);
});

test("what a screen reader is told", async ({ lab }) => {
  await lab.open(frame("one"));
  await expect(lab.page.locator("main")).toMatchAriaSnapshot(`
    - main:
      - paragraph: /Film one .* « Marketing », que vous n’avez pas acceptée/
      - button "Afficher cette fois-ci"
      - button "Toujours afficher Cinéclub"
  `);
});

for (const [how, head, body] of [
  ["attributes", "", frame("one", 'width="640" height="360"')],
  ["attributes, without a border, as a block", "", frame("one", 'width="640" height="360" frameborder="0" style="display: block"')],
  ["a share of the page's width, and a ratio", "<style>iframe { width: 60%; height: auto; aspect-ratio: 16 / 9 }</style>", frame("one")],
  ["its container, in the manner of old", "<style>div { position: relative; padding-top: 50% } div iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0 }</style>", `<div>${frame("one")}</div>`],
  ["a late style sheet", '<link rel="stylesheet" href="https://feuilles.example/late.css">', frame("one")],
  ["margins that centre it", "<style>* { box-sizing: border-box } iframe { display: block; width: 480px; height: 300px; margin: 24px auto }</style>", frame("one")],
  ["a line of centred text", "<style>p { text-align: center }</style>", `<p>${frame("one", 'width="400" height="300"')}</p>`],
] as const) {
  test(`the place of a frame sized by ${how} is kept`, async ({ lab, visitor }) => {
    lab.answer("https://feuilles.example/late.css", "text/css", "iframe { width: 500px; height: 320px; border: 0 }");
    await lab.open(`${body}<p id="after">La suite.</p>`, head);
    const after = () => lab.page.locator("#after").boundingBox();
    const before = { box: await placeholder(lab, "one").boundingBox(), after: await after() };
    await visitor.accept();
    await expect(placeholder(lab, "one")).toHaveCount(0);
    expect({ box: await lab.page.locator("#one").boundingBox(), after: await after() }).toEqual(before);
  });
}

test("a withdrawal closes the frames, and going back in history does not open them", async ({ lab, visitor }) => {
  lab.serve("/before", "<!doctype html><title>Avant</title>");
  await lab.page.goto(`${lab.origin}/before`);
  await lab.open(frame("one") + frame("map", 'data-service="carte"'));
  const entries = await lab.page.evaluate(() => history.length);
  await visitor.accept();
  await expect(lab.page.frameLocator("#one").getByText("one")).toBeVisible();
  await visitor.receipt();
  await lab.page.evaluate(() => window.Temoin.set({ services: { video: false } }));
  await expect(placeholder(lab, "one")).toBeVisible();
  await expect(placeholder(lab, "map")).toHaveCount(0);
  await expect(lab.page.frameLocator("#map").getByText("map")).toBeVisible();
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect(placeholder(lab, "map")).toBeVisible();
  expect(lab.page.frames().filter((frame) => frame.url().startsWith(THEM))).toEqual([]);
  expect(await lab.page.evaluate(() => history.length)).toBe(entries);
  // Nothing of theirs runs any more, so there is nothing to reload for.
  await expect(lab.page.locator(".temoin-reload")).toBeHidden();
  const hits = lab.hits.length;
  await lab.page.goBack();
  await expect(lab.page).toHaveTitle("Avant");
  await lab.page.goForward();
  await expect(placeholder(lab, "one")).toBeVisible();
  expect(lab.hits).toHaveLength(hits);
  await lab.page.evaluate(() => window.Temoin.acceptAll());
  await expect(lab.page.frameLocator("#one").getByText("one")).toBeVisible();
});

test("the placeholder follows its frame when the page moves it or takes it away, and leaves its styles alone", async ({
  lab,
  visitor,
}) => {
  await lab.open(`<div id="a">${frame("one", 'style="display: block; border: 0"')}</div><div id="b"></div>`);
  await expect(placeholder(lab, "one")).toBeVisible();
  await lab.page.evaluate(() => document.querySelector("#b")!.append(document.querySelector("#one")!));
  await expect(lab.page.locator("#b > .temoin-placeholder + #one")).toHaveCount(1);
  await expect(lab.page.locator(".temoin-placeholder")).toHaveCount(1);
  await expect(lab.page.locator("#one")).toBeHidden();
  const gone = await lab.page.evaluateHandle(() => {
    const one = document.querySelector("#one")!;
    one.remove();
    return one;
  });
  await expect(lab.page.locator(".temoin-placeholder")).toHaveCount(0);
  await gone.evaluate((one) => document.querySelector("#a")!.append(one));
  await expect(placeholder(lab, "one")).toBeVisible();
  await visitor.accept();
  await expect(lab.page.locator("#one")).toBeVisible();
  await expect(lab.page.locator("#one")).toHaveAttribute("style", "display: block; border: 0");
  expect(lab.hits).toEqual([`${THEM}/one`]);
});
