/** What an owner and a visitor get of the plugin. The tests stand in the order in which an owner does things. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { CONSENT } from "../browser/support/environment";
import { doublePressOver } from "../browser/support/visitor";
import { service } from "../browser/support/lab";
import { ask, dashboard, expect, logIn, ORIGIN, publish, settings, SITE, TAG, test, write } from "./wordpress";

const SETTINGS = "options-general.php?page=temoin";

/** The scripts of a page as the server sends it, in order: their addresses, or null. */
async function scripts(path: string): Promise<(string | null)[]> {
  const html = await (await fetch(ORIGIN + path)).text();
  return [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => /\ssrc="([^"]*)"/.exec(attributes!)?.[1] ?? null);
}

async function save(page: Page, server: string, site: string): Promise<void> {
  await dashboard(page, SETTINGS);
  await page.locator("#temoin-server").fill(server);
  await page.locator("#temoin-site").fill(site);
  await page.locator("#submit").click();
  await expect(page.locator("#setting-error-settings_updated")).toBeVisible();
}

const photo = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["TEMOIN_SCREENSHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: false });
};

test("an activated plugin without settings prints nothing, and says in the dashboard why", async ({ page }) => {
  await ask("plugin", { active: false });
  await ask("option", { name: "temoin_settings", value: false });
  await logIn(page);
  await dashboard(page, "plugins.php");
  await page.locator("#activate-temoin").click();
  await expect(page.locator("#deactivate-temoin")).toBeVisible();
  expect((await scripts("/")).filter((address) => address?.includes("/t/"))).toEqual([]);
  await dashboard(page, "index.php");
  const notice = page.locator(".temoin-notice");
  await expect(notice).toContainText("Témoin prints no tag yet.");
  await expect(notice).toContainText("The address of the consent server is missing.");
  await expect(notice).toContainText("The id of the site is missing.");
});

test("every wrong field says at once what to write, and nothing is printed", async ({ page }) => {
  await logIn(page);
  await save(page, "http://consent.example.org", "Mon Site");
  await expect(page.locator("#temoin-server-error")).toContainText("must begin with https://");
  await expect(page.locator("#temoin-site-error")).toContainText("1 to 40 lower-case letters");
  await expect(page.locator(".temoin-notice")).toHaveText("Témoin prints no tag yet.");
  // What was written stands there to be corrected.
  await expect(page.locator("#temoin-site")).toHaveValue("Mon Site");
  await expect(page.locator(".temoin-check")).toHaveCount(0);
  expect((await scripts("/")).filter((address) => address?.includes("/t/"))).toEqual([]);
  await photo(page, "wordpress-settings-errors");
  // What is no text of an address or an id stays text.
  await save(page, 'https://x.example"onmouseover="alert(1)', 'x"><script>alert(1)</script>');
  await expect(page.locator("#temoin-server-error")).toBeVisible();
  await expect(page.locator("#temoin-site-error")).toBeVisible();
  expect(await page.locator(".wrap script, .wrap [onmouseover]").count()).toBe(0);
  await settings();
});

test("what is wrong with an address or an id is named, and what is right is taken", async () => {
  const site = "atelier";
  const wrong = {
    "": "is missing",
    "consent.example.org": "This is no address.",
    "https://": "This is no address.",
    "javascript:alert(1)": "This is no address.",
    "ftp://consent.example.org": "This is no address.",
    "https://consent.example.org/t/site.js": "Write only the server",
    "https://consent.example.org?x": "Write only the server",
    "https://user@consent.example.org": "Write only the server",
    "http://consent.example.org": "must begin with https://",
    "http://localhost.example.org": "must begin with https://",
  };
  const right = ["https://consent.example.org", "https://consent.example.org/", " https://consent.example.org:8443 ", "http://localhost:8787", "http://127.0.0.1:8787"];
  type Errors = { server?: string; site?: string };
  const servers = [...Object.keys(wrong), ...right].map((server) => ({ server, site }));
  const found = await ask<Errors[]>("errors", { settings: servers });
  for (const [nth, [server, says]] of Object.entries(wrong).entries()) {
    expect(found[nth]!.server, server).toContain(says);
    expect(found[nth]!.site).toBe(undefined);
  }
  expect(found.slice(Object.keys(wrong).length)).toEqual(right.map(() => ({})));
  const server = right[0];
  const ids = ["", "Atelier", "a--b", "-a", "a-", "a.js", "é", "a".repeat(41), "a\n", ["a"], "a", "a".repeat(40), "0-a-1"];
  const ofIds = await ask<Errors[]>("errors", { settings: ids.map((id) => ({ server, site: id })) });
  // White space around an id is nobody's wish.
  expect(ofIds.map(({ site }) => site !== undefined)).toEqual([...Array<boolean>(8).fill(true), false, true, false, false, false]);
  expect(await ask("errors", { settings: [null, "x", { server: {}, site: 3 }] })).toEqual(Array(3).fill({ server: expect.any(String), site: expect.any(String) }));
});

test("the page checks itself: what is wrong says what to do, and all is well once it is done", async ({ page }) => {
  await logIn(page);
  const lines = page.locator(".temoin-check li");
  await save(page, "https://localhost:1", SITE);
  await expect(lines).toHaveCount(2);
  await expect(lines.nth(0)).toContainText("does not answer this WordPress");
  await save(page, CONSENT, "nobody-has-this");
  await expect(lines.nth(0)).toContainText("The consent server answers.");
  await expect(lines.nth(1)).toContainText("no site named nobody-has-this (answer 404)");
  await publish({ origins: ["https://atelier.example"] });
  await save(page, CONSENT, SITE);
  await expect(lines.nth(2)).toContainText(`The server takes no choices from ${ORIGIN}.`);
  await publish();
  await page.getByRole("link", { name: "Check again" }).click();
  await expect(lines).toHaveText([
    /Right: The consent server answers\./,
    /Right: The site atelier-wordpress is published there\./,
    new RegExp(`Right: The server takes choices from ${ORIGIN}\\.`),
    /Right: The tag is the first script of the home page\./,
  ]);
  await expect(page.locator(".temoin-right")).toHaveCount(4);
  await photo(page, "wordpress-settings");
  await settings();
});

test("who may not manage options neither sees nor saves the settings", async ({ request }) => {
  const saved = await request.post("/wp-admin/options.php", { form: { option_page: "temoin", action: "update", "temoin_settings[site]": "pris" }, maxRedirects: 0 });
  expect(saved.status()).toBe(302);
  expect(saved.headers()["location"]).toContain("wp-login.php");
  expect(await scripts("/")).toContain(TAG);
});

test("a form without WordPress's token is refused", async ({ page }) => {
  await logIn(page);
  const saved = await page.request.post("/wp-admin/options.php", { form: { option_page: "temoin", action: "update", "temoin_settings[site]": "pris" } });
  expect(saved.status()).toBe(403);
  expect(await scripts("/")).toContain(TAG);
});

test("the tag is the very first script of each page of visitors, before that of a plugin that wants to be first", async ({ page, visitor }) => {
  const { path } = await write("<p>Bonjour</p>");
  for (const each of ["/", path, "/?s=bonjour", "/?author=1", "/?p=987654321"]) {
    expect((await scripts(each))[0], each).toBe(TAG);
  }
  const html = await (await fetch(ORIGIN + "/")).text();
  const tag = /<script[^>]*>/.exec(html)![0];
  for (const attribute of ['data-cfasync="false"', 'data-no-optimize="1"', 'data-no-defer="1"', 'data-noptimize="1"', 'data-jetpack-boost="ignore"', 'nowprocket="1"']) {
    expect(tag).toContain(attribute);
  }
  expect(tag).not.toMatch(/\s(async|defer|type)\b/);
  await page.goto(path);
  await expect(visitor.banner).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { otherPlugin: string }).otherPlugin)).toBe("object");
});

test("optimisers are told to leave the tag alone, each in its own form", async () => {
  const host = new URL(CONSENT).hostname;
  expect(
    await ask("filters", {
      filters: [
        { name: "rocket_delay_js_exclusions", value: ["a"] },
        { name: "rocket_exclude_defer_js", value: [] },
        { name: "rocket_minify_excluded_external_js", value: ["b"] },
        { name: "litespeed_optm_js_defer_exc", value: ["c"] },
        { name: "litespeed_optimize_js_excludes", value: null },
        { name: "sgo_javascript_combine_excluded_external_paths", value: [] },
        { name: "autoptimize_filter_js_exclude", value: "jquery.js" },
        { name: "autoptimize_filter_js_exclude", value: "" },
      ],
    }),
  ).toEqual([["a", TAG], [TAG], ["b", host], ["c", TAG], [TAG], [host], `jquery.js,${TAG}`, TAG]);
});

const FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
const CARTE = '<iframe src="https://www.google.com/maps/embed?pb=1" width="600" height="450" style="border:0" title="Le chemin"></iframe>';
const POST = `<!-- wp:embed {"url":"${FILM}","type":"video","providerNameSlug":"youtube","responsive":true,"className":"wp-embed-aspect-16-9 wp-has-aspect-ratio"} -->
<figure class="wp-block-embed is-type-video is-provider-youtube wp-block-embed-youtube wp-embed-aspect-16-9 wp-has-aspect-ratio"><div class="wp-block-embed__wrapper">
${FILM}
</div></figure>
<!-- /wp:embed -->

<!-- wp:embed {"url":"https://vimeo.com/76979871","type":"video","providerNameSlug":"vimeo","responsive":true} -->
<figure class="wp-block-embed is-type-video is-provider-vimeo wp-block-embed-vimeo"><div class="wp-block-embed__wrapper">
https://vimeo.com/76979871
</div></figure>
<!-- /wp:embed -->

<!-- wp:html -->
${CARTE}
<!-- /wp:html -->

<!-- wp:html -->
<iframe src="https://rendez-vous.example/" title="Rendez-vous"></iframe>
<!-- /wp:html -->`;

const FRAMES = ["https://www.youtube.com/embed/dQw4w9WgXcQ?feature=oembed", "https://player.vimeo.com/video/76979871?dnt=1", "https://www.google.com/maps/embed?pb=1"];

test("videos and maps wait for the answer that their service asks for; the post is stored as it was", async ({ page, visitor, embeds }) => {
  const { id, path } = await write(POST);
  await page.goto(path);
  const film = page.locator('iframe[title="Marée basse"]');
  const placeholders = page.locator(".temoin-placeholder");
  await expect(placeholders).toHaveCount(3);
  // A service of the site has its name there; what no service explains waits for marketing.
  await expect(placeholders.nth(0)).toContainText("Marée basse");
  await expect(page.locator('iframe[title="Marée basse"]')).toHaveAttribute("data-service", "youtube");
  await expect(page.locator('iframe[title="Le phare"]')).toHaveAttribute("data-category", "marketing");
  await expect(page.locator('iframe[title="Le chemin"]')).toHaveAttribute("data-category", "marketing");
  // What is necessary does not wait.
  await expect(page.frameLocator('iframe[title="Rendez-vous"]').getByText("rendez-vous.example")).toBeVisible();
  await visitor.atRest();
  expect(embeds).toEqual(["https://rendez-vous.example/"]);
  await photo(page, "wordpress-post");
  await visitor.refuse();
  await visitor.receipt();
  expect(embeds).toEqual(["https://rendez-vous.example/"]);
  // Always for one service: its frame alone.
  await doublePressOver(page);
  await placeholders.nth(0).locator("[data-action=always]").click();
  await expect(page.frameLocator('iframe[title="Marée basse"]').getByText("www.youtube.com")).toBeVisible();
  await expect(placeholders).toHaveCount(2);
  expect(embeds).toEqual(["https://rendez-vous.example/", FRAMES[0]]);
  // Once it is there, the film has the size that the theme gives it.
  const { width, height } = (await film.boundingBox())!;
  expect(width / height).toBeCloseTo(16 / 9, 1);
  await page.evaluate(() => window.Temoin.acceptAll());
  await expect(placeholders).toHaveCount(0);
  await expect.poll(() => embeds.slice(1).sort()).toEqual([FRAMES[1], FRAMES[2], FRAMES[0]].sort());
  expect(await ask("content", { id })).toBe(POST);
});

test("placeholders fit a telephone, and a page at 400 %", async ({ page, visitor }) => {
  const { path } = await write(POST);
  await page.goto(path);
  await visitor.refuse();
  const placeholders = page.locator(".temoin-placeholder");
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.reload();
    await expect(placeholders).toHaveCount(3);
    for (const each of await placeholders.all()) {
      const box = await each.evaluate((element) => {
        const { left, right } = element.getBoundingClientRect();
        return { left, right, cut: element.scrollHeight - element.clientHeight };
      });
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(width);
      expect(box.cut).toBeLessThanOrEqual(0);
    }
    await placeholders.first().scrollIntoViewIfNeeded();
    await photo(page, `wordpress-post-${width}`);
  }
});

test("frames are found as a browser finds them, and nothing else is touched", async () => {
  const held = (source: string, condition: string) => [source, condition] as const;
  const cases = [
    held('<iframe src="https://www.youtube.com/embed/x"></iframe>', '<iframe data-service="youtube" data-src="https://www.youtube.com/embed/x"></iframe>'),
    held("<IFRAME SRC='//WWW.YOUTUBE.COM/embed/x' allow=autoplay></IFRAME>", "<iframe data-service=\"youtube\" data-SRC='//WWW.YOUTUBE.COM/embed/x' allow=autoplay></IFRAME>"),
    held("<iframe\nsrc=https://youtu.be/x\nwidth=3>", '<iframe data-category="marketing" data-src=https://youtu.be/x width=3>'),
    // Of two addresses, a browser takes the first; the second must not take its place.
    held('<iframe src="https://vimeo.com/1" src="https://vimeo.com/2">', '<iframe data-category="marketing" data-src="https://vimeo.com/1">'),
    held('<iframe data-src="https://vimeo.com/1" class="lazy">', '<iframe data-category="marketing" data-src="https://vimeo.com/1" class="lazy">'),
    held('<iframe data-src="https://own.example/" src="https://vimeo.com/1">', '<iframe data-category="marketing" data-src="https://vimeo.com/1">'),
    held('<iframe src=" ht\ntps:\\\\www.youtube.com/embed/x">', '<iframe data-service="youtube" data-src=" ht\ntps:\\\\www.youtube.com/embed/x">'),
    held('<iframe src="https://someone@www.youtube.com:443/x">', '<iframe data-service="youtube" data-src="https://someone@www.youtube.com:443/x">'),
    held('<iframe src="https&#58;//www.youtube.com/x">', '<iframe data-service="youtube" data-src="https&#58;//www.youtube.com/x">'),
    held('<iframe title="a > b" src="https://vimeo.com/1">', '<iframe data-category="marketing" title="a > b" data-src="https://vimeo.com/1">'),
    held('<iframe src="https://www.google.com/maps/embed?pb=1">', '<iframe data-category="marketing" data-src="https://www.google.com/maps/embed?pb=1">'),
    ...[
      '<iframe src="https://www.google.com/recaptcha/x">',
      '<iframe src="https://notyoutube.com/">',
      '<iframe src="https://youtube.com.example/">',
      '<iframe src="/youtube.com/">',
      '<iframe src="https://rendez-vous.example/">',
      '<iframe data-category="statistics" src="https://vimeo.com/1">',
      '<!-- <iframe src="https://vimeo.com/1"> -->',
      '<script>"<iframe src=\'https://vimeo.com/1\'>"</script>',
      '<textarea><iframe src="https://vimeo.com/1"></textarea>',
      '<iframeset src="https://vimeo.com/1">',
      '<iframe src="https://vimeo.com/1',
      "<iframe>",
    ].map((same) => held(same, same)),
  ];
  expect(await ask("frames", { pieces: cases.map(([source]) => source) })).toEqual(cases.map(([, right]) => right));
});

test("feeds, data for programs and the switch of the owner leave frames as they are", async () => {
  const { id, path } = await write(`<!-- wp:html -->${CARTE}<!-- /wp:html -->`);
  const text = async (address: string) => (await fetch(ORIGIN + address)).text();
  expect(await text(path)).toContain('data-category="marketing"');
  expect(await text("/?feed=rss2")).not.toContain("data-category");
  expect(await text(`/index.php?rest_route=/wp/v2/posts/${id}`)).not.toContain("data-category");
  await settings({ embeds: false });
  expect(await text(path)).not.toContain("data-category");
  await settings({ server: "" });
  expect(await text(path)).not.toContain("data-category");
  await settings();
  expect(await text(path)).toContain('data-category="marketing"');
});

test("the button reopens the dialog, as a shortcode and as a block, and its words are text", async ({ page, visitor }) => {
  const { path } = await write(`[temoin_reopen]\n\n<!-- wp:temoin/reopen {"label":"Mes \\u003cb\\u003echoix\\u003c/b\\u003e"} /-->`);
  await page.goto(path);
  await visitor.refuse();
  const buttons = page.locator("button.temoin-open");
  await expect(buttons).toHaveText(["Cookie settings", "Mes <b>choix</b>"]);
  for (const each of await buttons.all()) {
    await doublePressOver(page);
    await each.click();
    await expect(visitor.dialog).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(visitor.dialog).toBeHidden();
  }
});

test("the editor offers both blocks, and shows them as visitors get them", async ({ page, visitor }) => {
  await logIn(page);
  await dashboard(page, "post-new.php");
  await page.waitForFunction(() => "temoin/declaration" in Object.fromEntries(((window as any).wp?.blocks?.getBlockTypes() ?? []).map(({ name }: { name: string }) => [name, true])));
  await page.evaluate(() => {
    const { blocks, data } = (window as any).wp;
    data.dispatch("core/block-editor").insertBlocks([blocks.createBlock("temoin/reopen", { label: "Mes choix" }), blocks.createBlock("temoin/declaration")]);
  });
  // Since WordPress 6.3 the post stands in a frame of its own.
  const frame = page.locator('iframe[name="editor-canvas"]');
  await expect(frame.or(page.locator(".block-editor-block-list__layout")).first()).toBeVisible();
  const canvas = (await frame.count()) ? page.frameLocator('iframe[name="editor-canvas"]') : page;
  await expect(canvas.locator("button.temoin-open")).toHaveText("Mes choix");
  await expect(canvas.locator(".temoin-declaration h4").first()).toHaveText("rendez-vous");
  expect(visitor.complaints).toEqual([]);
});

test("the declaration is rendered by the server of the pages, as text, and kept for a bounded time", async ({ page, browser }) => {
  await ask("forget");
  const { path } = await write("[temoin_declaration]\n\n<!-- wp:temoin/declaration /-->");
  const silent = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await silent.goto(ORIGIN + path);
  const shown = silent.locator(".temoin-declaration");
  await expect(shown).toHaveCount(2);
  for (const each of await shown.all()) {
    await expect(each.locator("h4")).toHaveText(["rendez-vous", "Mesure <b>d’audience</b>", "YouTube"]);
    await expect(each).toContainText("VISITOR_*, 6 months");
    await expect(each).toContainText("Tiers inc., Canada");
    await expect(each.locator("a").last()).toHaveAttribute("href", `${CONSENT}/d/${SITE}`);
  }
  await silent.context().close();
  const kept = (await ask<string[]>("rows")).filter((name) => name.includes("declaration"));
  expect(kept).toHaveLength(2);
  expect(kept[0]).toMatch(/^_transient_temoin_declaration_[0-9a-f]{32}$/);
  expect(kept[1]).toMatch(/^_transient_timeout_temoin_declaration_[0-9a-f]{32}$/);
  await page.goto(path);
  await photo(page, "wordpress-declaration");
});

test("a server that does not answer leaves a link, and stops no page", async () => {
  await ask("forget");
  await settings({ server: "https://localhost:1" });
  const { path } = await write("[temoin_declaration]");
  const begun = Date.now();
  const html = await (await fetch(ORIGIN + path)).text();
  expect(html).toContain(`<div class="temoin-declaration"><p><a href="https://localhost:1/d/${SITE}">`);
  // It is not asked again at once.
  await (await fetch(ORIGIN + path)).text();
  expect(Date.now() - begun).toBeLessThan(20_000);
  expect(await ask("allows")).toMatchObject({ necessary: true, statistics: false });
  await settings();
});

interface Read {
  state: string;
  granted: string[];
  services: Record<string, boolean>;
}

const CASES = new URL("../../crates/consent-core/tests/", import.meta.url);
const cases = <T>(file: string): T[] => JSON.parse(readFileSync(new URL(file, CASES), "utf8")) as T[];

test("PHP reads each stored choice as the server and the loader do", async () => {
  const one = cases<{ why: string; text: string; now: string; state: string }>("stored-choice.json");
  // A cookie has no white space at its ends: that case cannot come over the wire.
  const sent = one.filter(({ text }) => text === text.trim());
  expect(sent.length).toBe(one.length - 1);
  const read = await ask<Read[]>("choices", { cases: sent.map(({ text, now }) => ({ header: `a=b; consent_temoin=${text}`, now: Date.parse(now) })) });
  expect(read.map(({ state }, nth) => [sent[nth]!.why, state])).toEqual(sent.map(({ why, state }) => [why, state]));
  const several = cases<{ why: string; texts: string[]; now: string; granted: string[] }>("stored-choices.json");
  const newest = await ask<Read[]>("choices", { cases: several.map(({ texts, now }) => ({ header: texts.map((text) => `consent_temoin=${text}`).join("; "), now: Date.parse(now) })) });
  expect(newest.map(({ granted }, nth) => [several[nth]!.why, ["necessary", ...granted]])).toEqual(several.map(({ why, granted }) => [why, granted]));
});

test("cookies that nobody wrote for a reader are no choice", async () => {
  const good = "c1.gggg.1795379265120.1829507265120.0123456789ab";
  const now = Date.parse("2026-12-01T00:00:00Z");
  const headers = {
    "far too long": `consent_temoin=${good}.${"gaaaa~".repeat(20_000)}gb`,
    "no UTF-8": `consent_temoin=${good}\u00ff\u00fe`,
    "nested JSON": `consent_temoin=${"[".repeat(5000)}`,
    "an array for PHP": `consent_temoin[]=${good}; consent_temoin[a][b]=${good}`,
    "another name": `Consent_Temoin=${good}; xconsent_temoin=${good}; consent_temoin =${good}`,
    "escaped": `consent_temoin=${encodeURIComponent(good).replaceAll(".", "%2E")}`,
    "in quotes": `consent_temoin="${good}"`,
    "a line end": `consent_temoin=${good}\n`.replace("\n", "\u000a."),
  };
  const read = await ask<Read[]>("choices", { cases: Object.values(headers).map((header) => ({ header, now })) });
  expect(read.map(({ state }, nth) => [Object.keys(headers)[nth], state])).toEqual(Object.keys(headers).map((why) => [why, "unasked"]));
  // One good text among bad ones is found.
  const [found] = await ask<Read[]>("choices", { cases: [{ header: `consent_temoin=x; ${headers["nested JSON"]}; consent_temoin=${good}.dyoutube`, now }] });
  expect(found).toEqual({ state: "chosen", granted: ["preferences", "statistics", "marketing"], services: { youtube: false } });
});

test("themes and plugins read the visitor's choice in PHP, by our functions and by the WP Consent API", async ({ page, visitor }) => {
  await ask("forget");
  const { path } = await write("<p>Bonjour</p>");
  const allowed = async (headers: Record<string, string> = {}) => {
    const cookies = (await page.context().cookies(ORIGIN)).map(({ name, value }) => `${name}=${value}`).join("; ");
    return ask<Record<string, unknown>>("allows", { services: ["youtube", "mesure", "rendez-vous", "nobody"] }, { cookie: cookies, ...headers });
  };
  const nothing = {
    necessary: true, preferences: false, statistics: false, marketing: false, other: false,
    "service youtube": false, "service mesure": false, "service rendez-vous": true, "service nobody": false,
    type: "optin",
    "category functional": true, "category preferences": false, "category statistics": false, "category statistics-anonymous": false, "category marketing": false, "category unknown": false,
  };
  expect(await allowed()).toEqual(nothing);
  await page.goto(path);
  await expect(visitor.banner).toBeVisible();
  await page.evaluate(() => window.Temoin.set({ statistics: true, services: { youtube: true } }));
  await visitor.receipt();
  const some = { ...nothing, statistics: true, "service mesure": true, "service youtube": true, "category statistics": true, "category statistics-anonymous": true };
  expect(await allowed()).toEqual(some);
  // A signal that came after the choice is an objection to marketing.
  expect(await allowed({ "sec-gpc": "1" })).toEqual({ ...some, "service youtube": false });
  await page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(allowed).toEqual(nothing);
  await page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(async () => (await allowed())["marketing"]).toBe(true);
  // Another question: what was answered is no answer to it.
  await publish({ policy: { version: "2", url: "/confidentialite" } });
  await ask("forget");
  expect(await allowed()).toEqual(nothing);
  await publish();
  await ask("forget");
});

test("a service that the law lets run without consent runs in PHP until the visitor objects to it, and where the law is known", async ({ page, visitor }) => {
  const conditions = ["own_account_only", "no_cross_site_identifier", "aggregated_output", "no_combination"];
  const exempt = { exempt: { kind: "audience_measurement", conditions } };
  const french = { jurisdiction: "FR", audience_data_months: 25, services: [service("mesure", "statistics", exempt), service("compteur", "statistics")] };
  await publish(french);
  await ask("forget");
  const { path } = await write("<p>Bonjour</p>");
  const allowed = async () => {
    const cookies = (await page.context().cookies(ORIGIN)).map(({ name, value }) => `${name}=${value}`).join("; ");
    const answer = await ask<Record<string, unknown>>("allows", { services: ["mesure", "compteur"] }, { cookie: cookies });
    return [answer["service mesure"], answer["service compteur"], answer["statistics"]];
  };
  expect(await allowed()).toEqual([true, false, false]);
  await page.goto(path);
  await visitor.refuse();
  await visitor.receipt();
  expect(await allowed()).toEqual([true, false, false]);
  await page.evaluate(() => window.Temoin.set({ services: { mesure: false } }));
  await expect.poll(allowed).toEqual([false, false, false]);
  await page.evaluate(() => window.Temoin.acceptAll());
  await expect.poll(allowed).toEqual([true, true, true]);
  // The visitor's law may be another one than that of the server that asks.
  await publish({ ...french, jurisdictions: ["DE"] });
  await ask("forget");
  await page.context().clearCookies();
  expect(await allowed()).toEqual([false, false, false]);
  await publish();
  await ask("forget");
});

test("the page tells the WP Consent API, by its own functions", async ({ page, visitor }) => {
  const { path } = await write("<p>Bonjour</p>");
  // The functions of the API's script, which keep what they are told.
  await page.addInitScript(() => {
    const kept: Record<string, string> = {};
    Object.assign(window, {
      kept,
      wp_set_consent: (category: string, value: string) => (kept[category] = value),
      wp_has_consent: (category: string) => kept[category] === "allow",
    });
  });
  await page.goto(path);
  await expect(visitor.banner).toBeVisible();
  const kept = () => page.evaluate(() => (window as unknown as { kept: Record<string, string> }).kept);
  expect(await page.evaluate(() => (window as unknown as { wp_consent_type: string }).wp_consent_type)).toBe("optin");
  await page.evaluate(() => window.Temoin.set({ statistics: true }));
  await expect.poll(kept).toMatchObject({ functional: "allow", preferences: "deny", statistics: "allow", "statistics-anonymous": "allow", marketing: "deny" });
});

test("in French, in every place where French is spoken", async ({ page }) => {
  for (const language of ["fr_CA", "fr_FR"]) {
    await ask("option", { name: "test_locale", value: language });
    const { path } = await write("[temoin_reopen]\n\n[temoin_declaration]");
    const html = await (await fetch(ORIGIN + path)).text();
    expect(html, language).toContain(">Gérer les cookies</button>");
    expect(html, language).toContain("<dt>Destinataire</dt>");
    expect(html, language).toContain('class="temoin-declaration" lang="fr-CA"');
  }
  await logIn(page);
  await save(page, "", "");
  await expect(page.locator("#temoin-server-error")).toContainText("L’adresse du serveur de consentement manque.");
  await save(page, CONSENT, SITE);
  await expect(page.locator(".temoin-check li").last()).toHaveText(/En ordre : La balise est le premier script de la page d’accueil\./);
  await photo(page, "wordpress-settings-french");
  await ask("option", { name: "test_locale", value: "" });
});

test("a deactivated plugin shows the frames again; a deleted one leaves nothing in the database", async ({ page }) => {
  await ask("forget");
  const { path } = await write(`<!-- wp:html -->${CARTE}<!-- /wp:html -->`);
  expect(await (await fetch(ORIGIN + path)).text()).toContain("data-category");
  expect(await ask<string[]>("rows")).toEqual([expect.stringMatching(/^_transient_temoin_declaration_/), expect.stringMatching(/^_transient_timeout_temoin_declaration_/), "temoin_settings"]);
  await logIn(page);
  await dashboard(page, "plugins.php");
  await page.locator("#deactivate-temoin").click();
  await expect(page.locator("#activate-temoin")).toBeVisible();
  const html = await (await fetch(ORIGIN + path)).text();
  // WordPress may have added `loading`.
  expect(html).toMatch(/<iframe[^>]* src="https:\/\/www\.google\.com\/maps\/embed\?pb=1"/);
  expect(html).not.toContain("temoin-embeds");
  expect(await ask<string[]>("rows")).toContain("temoin_settings");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.locator("#delete-temoin").click();
  await expect(page.locator("#activate-temoin")).toHaveCount(0);
  await expect.poll(() => ask<string[]>("rows")).toEqual([]);
});
