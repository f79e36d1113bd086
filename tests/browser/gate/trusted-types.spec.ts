/** Under `require-trusted-types-for 'script'`: everything works, and a string that the page did not vouch for is refused as it is elsewhere. */
import { expect, service, test, waitingScript, type Lab } from "../support/lab";

const MEASURE = "https://mesure.example";
const ADS = "https://pub.example";
const ENFORCED = "require-trusted-types-for 'script'; trusted-types temoin page";

type TrustedPage = Window & {
  violated: string[];
  ran?: string[];
  page: { createHTML(text: string): string; createScript(text: string): string; createScriptURL(text: string): string };
};

/** Puts up a page under a policy, and goes there; its scripts have a policy of their own, `page`. */
async function open(lab: Lab, body: string, { policy = ENFORCED, header = "content-security-policy", lang = "" } = {}): Promise<void> {
  await lab.page.addInitScript(() => {
    const page = window as unknown as TrustedPage & { trustedTypes: { createPolicy(name: string, rules: object): TrustedPage["page"] } };
    page.violated = [];
    addEventListener("securitypolicyviolation", ({ effectiveDirective, sample }) => page.violated.push(`${effectiveDirective} ${sample}`));
    addEventListener("DOMContentLoaded", () => {
      const same = (text: string) => text;
      page.page = page.trustedTypes.createPolicy("page", { createHTML: same, createScript: same, createScriptURL: same });
    });
  });
  lab.serve("/", lab.html(body).replace("<html>", `<html lang="${lang}">`), { [header]: policy });
  await lab.page.goto(lab.origin + "/");
}

const violated = (lab: Lab) => lab.page.evaluate(() => (window as unknown as TrustedPage).violated);
const inline = (category: string, text: string) => `<script type="text/plain" data-category="${category}">${text}</script>`;
const ran = (name: string) => `(window.ran ??= []).push("${name}")`;

/** One of each that waits, in order; the last came into the page as text, so that a copy runs for it. */
const BODY = `${inline("statistics", ran("first"))}
  ${waitingScript("statistics", `${MEASURE}/second.js`)}
  ${inline("statistics", ran("third"))}
  <div id="copied"></div>
  <iframe title="Film" data-category="marketing" data-service="pub" data-src="${ADS}/film"></iframe>`;

for (const [name, options] of [
  ["enforced", {}],
  ["reported only", { header: "content-security-policy-report-only" }],
  ["enforced, with the page's language another", { lang: "en" }],
] as const) {
  test(`${name}: a visitor refuses, chooses, accepts and withdraws, and scripts run in order`, async ({ lab, visitor, page }) => {
    await lab.publish();
    await open(lab, BODY, options);
    await expect(page.locator("#cookie-consent")).toHaveAttribute("lang", "lang" in options ? "en" : "fr-CA");
    await expect(page.locator(".temoin-placeholder")).toBeVisible();
    await visitor.refuse();
    const { id } = await visitor.receipt();
    expect(await lab.ran()).toEqual([]);
    await visitor.reopenDialog();
    await visitor.box("statistics").check();
    await visitor.button("save", visitor.dialog).click();
    await expect.poll(() => lab.ran()).toEqual(["first", "second", "third"]);
    await expect.poll(async () => (await visitor.receipt()).id).not.toBe(id);
    await page.evaluate((tag) => {
      const { page } = window as unknown as TrustedPage;
      document.querySelector("#copied")!.innerHTML = page.createHTML(tag);
    }, `<script type="text/plain" data-category="statistics" data-src="${MEASURE}/fourth.js" onload="${ran("loaded").replaceAll('"', "'")}"></script>${inline("statistics", ran("fifth"))}`);
    await expect.poll(() => lab.ran()).toEqual(["first", "second", "third", "fourth", "loaded", "fifth"]);
    await visitor.reopenDialog();
    await visitor.button("accept_all", visitor.dialog).click();
    await expect(page.frameLocator("iframe").getByText("film")).toBeVisible();
    await visitor.reopenDialog();
    await visitor.button("reject_all", visitor.dialog).click();
    await expect(page.locator(".temoin-placeholder")).toBeVisible();
    await lab.atRest();
    expect(await violated(lab)).toEqual([]);
  });
}

test("a released script writes what its page vouches for, and no plain string", async ({ lab, visitor, page }) => {
  await lab.publish();
  lab.answer(`${MEASURE}/write.js`, "text/javascript", `document.write(page.createHTML("<p id=one>"), page.createHTML("one</p><script>${ran("written").replaceAll('"', "'")}</" + "script>"))`);
  lab.answer(`${MEASURE}/plain.js`, "text/javascript", `try { document.write("<p id=two>two</p>") } catch (error) { (window.ran ??= []).push(error.name) }`);
  await open(lab, waitingScript("statistics", `${MEASURE}/write.js`) + waitingScript("statistics", `${MEASURE}/plain.js`));
  await visitor.accept();
  await expect.poll(() => lab.ran()).toEqual(["written", "TypeError"]);
  await expect(page.locator("#one")).toHaveText("one");
  await expect(page.locator("#two")).toHaveCount(0);
  expect(await violated(lab)).toHaveLength(1);
});

test("an inline script that a script has built of a plain string stays refused", async ({ lab, visitor, page }) => {
  await lab.publish();
  await open(lab, "");
  await page.evaluate((text) => {
    const script = document.createElement("script");
    script.type = "text/plain";
    script.dataset["category"] = "statistics";
    script.append(text);
    document.body.append(script);
  }, ran("built"));
  await visitor.accept();
  await expect.poll(() => violated(lab)).toContainEqual(expect.stringContaining("HTMLScriptElement text"));
  expect(await lab.ran()).toEqual([]);
});

/** What a script of the page assigns or calls; each is one sink. */
const SINKS: Record<string, string> = {
  innerHTML: `box.innerHTML = html`,
  outerHTML: `box.outerHTML = html`,
  insertAdjacentHTML: `box.insertAdjacentHTML("beforeend", html)`,
  setHTMLUnsafe: `box.setHTMLUnsafe(html)`,
  "document.write": `document.write(html), document.close()`,
  srcdoc: `box.append(Object.assign(document.createElement("iframe"), { srcdoc: html }))`,
  "script.src": `box.append(Object.assign(document.createElement("script"), { src: url }))`,
  "setAttribute of src": `const script = document.createElement("script"); script.setAttribute("src", url); box.append(script)`,
};

test.describe("automatic blocking", () => {
  test.beforeEach(async ({ lab }) => {
    await lab.publish({ blocking: "automatic", services: [service("mesure", "statistics", { hosts: ["mesure.example"] })] });
  });

  for (const [name, action] of Object.entries(SINKS)) {
    /** Does it with what the page vouches for, or with plain strings; says what was thrown. */
    const act = (lab: Lab, vouched: boolean) =>
      lab.page.evaluate(
        ([action, vouched, address]) => {
          const { page } = window as unknown as TrustedPage;
          const html = `<img alt="" src="${address}/image.gif">`;
          const given = vouched ? [page.createHTML(html), page.createScriptURL(`${address}/script.js`)] : [html, `${address}/script.js`];
          const text = `try { ${action} } catch (error) { box.dataset.thrown = error.name }`;
          const script = document.createElement("script");
          const box = document.querySelector<HTMLElement>("#box")!;
          Object.assign(window, { html: given[0], url: given[1], box });
          script.text = page.createScript(`{ ${text} }`);
          document.head.append(script);
          return box.dataset["thrown"];
        },
        [action, vouched, MEASURE] as const,
      );

    test(`${name}: what the page vouches for waits, and loads once granted`, async ({ lab, visitor, page }) => {
      await open(lab, `<div id="box"></div>`);
      expect(await act(lab, true)).toBeUndefined();
      await lab.atRest();
      expect(lab.hits).toEqual([]);
      expect(await violated(lab)).toEqual([]);
      // What is written may have taken the banner with the page, but not the script API.
      await page.evaluate(() => window.Temoin.acceptAll());
      await expect.poll(() => lab.hits).toEqual([expect.stringMatching(/\/(image\.gif|script\.js)$/)]);
      expect((await visitor.receipt()).id).toBeTruthy();
      expect(await violated(lab)).toEqual([]);
    });

    test(`${name}: a plain string is refused, and nothing of it loads later`, async ({ lab, visitor }) => {
      await open(lab, `<div id="box"></div>`);
      expect(await act(lab, false)).toBe("TypeError");
      expect(await violated(lab)).toHaveLength(1);
      await lab.page.evaluate(() => window.Temoin.acceptAll());
      await visitor.receipt();
      await lab.atRest();
      expect(lab.hits).toEqual([]);
    });
  }

  test("a page's default policy decides about its plain strings, and what it makes of them is kept", async ({ lab, page }) => {
    await open(lab, `<div id="box"></div>`, { policy: ENFORCED + " default" });
    await page.evaluate((address) => {
      const { trustedTypes } = window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } };
      trustedTypes.createPolicy("default", {
        createHTML: (text: string) => text.replace("IMAGE", "image"),
        createScriptURL: (text: string) => text.replace("SCRIPT", "script"),
      });
      const box = document.querySelector("#box")!;
      box.innerHTML = `<img alt="" src="${address}/IMAGE.gif">`;
      const script = document.createElement("script");
      script.src = `${address}/SCRIPT.js`;
      box.append(script);
      window.Temoin.acceptAll();
    }, MEASURE);
    await expect.poll(() => [...lab.hits].sort()).toEqual([`${MEASURE}/image.gif`, `${MEASURE}/script.js`]);
  });
});

test("getScript of the Cookiebot facade is no way around", async ({ lab, page }) => {
  await lab.publish({ cookiebot_api: true });
  await open(lab, "");
  const thrown = await page.evaluate((address) => {
    const { Cookiebot, page } = window as unknown as TrustedPage & { Cookiebot: { getScript(address: string): void } };
    Cookiebot.getScript(page.createScriptURL(`${address}/vouched.js`));
    try {
      Cookiebot.getScript(`${address}/plain.js`);
    } catch (error) {
      return (error as Error).name;
    }
  }, MEASURE);
  expect(thrown).toBe("TypeError");
  await expect.poll(() => lab.hits).toEqual([`${MEASURE}/vouched.js`]);
});

test("where the header does not name our policy, the banner works, and what has an address stays closed", async ({ lab, visitor, page }) => {
  await lab.publish();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await open(lab, BODY, { policy: ENFORCED.replace(" temoin", "") });
  await expect(visitor.button("reject_all")).toBeVisible();
  await expect(page.locator(".temoin-placeholder")).toBeVisible();
  expect(said.join()).toContain("'temoin'");
  await visitor.customize();
  await visitor.button("save", visitor.dialog).click();
  const { id } = await visitor.receipt();
  expect(await lab.auditor.record(id)).toMatchObject({ method: "save" });
  expect(await lab.ran()).toEqual([]);
});
