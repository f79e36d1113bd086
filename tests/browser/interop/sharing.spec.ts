/** One choice for several tabs, subdomains and domains. */
import { CONSENT } from "../support/environment";
import { Visitor } from "../support/visitor";
import { expect, test, waitingScript, type Lab } from "../support/lab";
import type { BrowserContext } from "@playwright/test";

const MEASURE = waitingScript("statistics", "https://tiers.example/mesure.js");

async function openTab(lab: Lab, context: BrowserContext, address = lab.origin + "/"): Promise<Visitor> {
  const tab = new Visitor(await context.newPage());
  await tab.page.goto(address);
  return tab;
}

test.describe("two tabs", () => {
  test("a choice in one closes the banner and opens the gate in the other, at once", async ({ lab, visitor, context }) => {
    await lab.publish();
    await lab.open(MEASURE);
    const other = await openTab(lab, context);
    await expect(other.banner).toBeVisible();
    await visitor.accept();
    await expect(other.banner).toBeHidden();
    await expect.poll(() => lab.ran(other.page)).toEqual(["mesure"]);
    expect(await other.consentStatus()).toBe("given");

    await other.reopenDialog();
    await other.button("withdraw", other.dialog).click();
    await expect.poll(async () => (await visitor.consent())["statistics"]).toBe(false);
    // What ran stops for good with a reload, which is offered in both.
    for (const tab of [visitor, other]) await expect(tab.page.locator(".temoin-reload")).toBeVisible();
    await expect.poll(() => lab.auditor.count()).toBe(2);
    expect((await lab.auditor.records()).map(({ status }) => status)).toEqual(["given", "withdrawn"]);
    expect(other.complaints).toEqual([]);
  });

  test("the same answer given anew in one is not asked for in the other any more", async ({ lab, visitor, context }) => {
    await lab.publish({ reask_after_months: 1 });
    await context.clock.setFixedTime("2027-01-15T10:00:00Z");
    await lab.open(MEASURE);
    await visitor.accept();
    await visitor.receipt();
    await context.clock.setFixedTime("2027-02-15T10:00:00Z");
    await lab.page.reload();
    const other = await openTab(lab, context);
    await expect(visitor.banner).toBeVisible();
    await expect(other.banner).toBeVisible();
    await other.accept();
    await expect(visitor.banner).toBeHidden();
    await expect.poll(() => lab.auditor.count()).toBe(2);
  });

  test("both answer at the same time: two records, and everywhere the same end", async ({ lab, visitor, context }) => {
    await lab.publish();
    const widget = lab.page.waitForResponse("**/w/*.wasm");
    await lab.open(MEASURE);
    await (await widget).finished();
    const other = new Visitor(await context.newPage());
    const again = other.page.waitForResponse("**/w/*.wasm");
    await other.page.goto(lab.origin + "/");
    await (await again).finished();
    // By script: the one that is slower has no banner left to aim at.
    const press = (tab: Visitor, action: string) => tab.button(action).evaluate((button: HTMLElement) => button.click());
    await Promise.all([press(visitor, "accept_all"), press(other, "reject_all")]);
    await expect.poll(() => lab.auditor.count()).toBe(2);
    const records = await lab.auditor.records();
    expect(records.map(({ method }) => method).sort()).toEqual(["accept_all", "reject_all"]);
    for (const tab of [visitor, other]) await expect(tab.banner).toBeHidden();
    await expect.poll(async () => (await visitor.consentStatus()) === (await other.consentStatus())).toBe(true);
    const status = await visitor.consentStatus();
    for (const tab of [visitor, other]) {
      await tab.page.reload();
      expect(await tab.consentStatus()).toBe(status);
    }
  });

  test("a cookie that is seen later than the event of the storage counts too", async ({ lab, visitor, context }) => {
    await lab.publish();
    await lab.open(MEASURE);
    await visitor.accept();
    await visitor.receipt();
    const other = await openTab(lab, context);
    const events = await lab.page.evaluateHandle(() => {
      const seen: string[] = [];
      addEventListener("temoin:consent", () => seen.push("consent"));
      // As on a page that is not secure, where no browser tells of cookies.
      window.cookieStore.addEventListener("change", (event) => event.stopImmediatePropagation(), true);
      return seen;
    });
    await other.page.evaluate(() => {
      const text = localStorage.getItem("consent_temoin")!;
      const at = Number(/\.(\d+)\./.exec(text)![1]);
      const stored = (letters: string, later: number) => text.replace(/^c1\.g...\.\d+/, `c1.g${letters}.${at + later}`);
      localStorage.setItem("consent_temoin", stored("ddg", 1));
      setTimeout(() => (document.cookie = `consent_temoin=${stored("ddd", 2)}; Path=/; Max-Age=1000`), 300);
    });
    await expect.poll(() => visitor.consentStatus()).toBe("refused");
    await expect.poll(() => other.consentStatus()).toBe("refused");
    // Each of the two was told once.
    expect(await events.jsonValue()).toEqual(["consent", "consent"]);
  });

  test("clearing what is stored in one asks again in the other, and nothing that waits runs", async ({ lab, visitor, context }) => {
    await lab.publish({ blocking: "automatic" });
    await lab.open(MEASURE);
    await visitor.accept();
    await visitor.receipt();
    const other = await openTab(lab, context);
    await expect.poll(() => lab.ran(other.page)).toEqual(["mesure"]);
    await context.clearCookies();
    await lab.page.evaluate(() => localStorage.clear());
    await expect(other.banner).toBeVisible();
    expect(await other.consentStatus()).toBeNull();
    expect(await other.consent()).toEqual({ necessary: true, preferences: false, statistics: false, marketing: false });
    lab.hits.length = 0;
    const held = await other.page.evaluate(
      () =>
        new Promise<string>((done) => {
          addEventListener("temoin:held", ({ detail }) => done(detail.url));
          const script = document.createElement("script");
          script.src = "https://tiers.example/plus.js";
          document.head.append(script);
        }),
    );
    expect(held).toBe("https://tiers.example/plus.js");
    expect(lab.hits).toEqual([]);
    // What was cleared does not come back with the next answer.
    await other.page.evaluate(() => window.Temoin.set({ preferences: true }));
    await expect.poll(() => lab.auditor.count()).toBe(2);
    expect((await lab.auditor.records())[1]!.decision).toMatchObject({ preferences: "granted", statistics: "denied" });
  });
});

test.describe("subdomains", () => {
  test("share one choice: it holds without a banner, and its withdrawal reaches the first at its next page", async ({ lab, visitor, context }) => {
    const domain = new URL(lab.origin).hostname;
    const [a, b] = [`http://a.${domain}`, `http://b.${domain}`] as const;
    await lab.publish({ origins: [a, b], cookie_domain: domain });
    for (const origin of [a, b]) lab.serve(origin + "/", lab.html(MEASURE));
    await lab.page.goto(a + "/");
    await visitor.accept();
    await visitor.receipt();
    expect((await context.cookies(b))[0]).toMatchObject({ name: "consent_temoin", domain: "." + domain });

    const shown: string[] = [];
    await lab.page.exposeFunction("note", (what: string) => shown.push(what));
    await lab.page.addInitScript(() => addEventListener("temoin:shown", () => (window as any).note("shown")));
    visitor.forget();
    await lab.page.goto(b + "/");
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    await expect(visitor.banner).toBeHidden();
    expect(visitor.downloadedWidget()).toBe(false);
    // The receipt stays where the choice was made; here none is promised.
    await visitor.reopenDialog();
    await expect(visitor.dialog.locator("[data-slot=mine]")).toBeVisible();
    await expect(visitor.dialog.locator("[data-slot=receipt]")).toBeHidden();
    await visitor.button("withdraw", visitor.dialog).click();
    await expect.poll(() => lab.auditor.count()).toBe(2);

    lab.hits.length = 0;
    await lab.page.goto(a + "/");
    expect(await visitor.consentStatus()).toBe("refused");
    expect(lab.hits).toEqual([]);
    await expect(visitor.banner).toBeHidden();
    // The receipt kept here is not that of the choice in force.
    await visitor.reopenDialog();
    await expect(visitor.dialog.locator("[data-slot=receipt]")).toBeHidden();
    expect(shown).toEqual([]);
    expect((await lab.auditor.records()).map(({ method }) => method)).toEqual(["accept_all", "withdraw"]);
  });

  test("a withdrawal reaches the tab of another subdomain at once", async ({ lab, visitor, context }) => {
    const domain = new URL(lab.origin).hostname;
    const [a, b] = [`http://a.${domain}`, `http://b.${domain}`] as const;
    await lab.publish({ origins: [a, b], cookie_domain: domain });
    for (const origin of [a, b]) lab.serve(origin + "/", lab.html(MEASURE + '<iframe title="Film" data-category="marketing" data-src="https://tiers.example/film"></iframe>'));
    await lab.page.goto(a + "/");
    const other = await openTab(lab, context, b + "/");
    await visitor.accept();
    await expect(other.banner).toBeHidden();
    await expect.poll(() => lab.ran(other.page)).toEqual(["mesure"]);
    await visitor.receipt();
    await other.page.evaluate(() => window.Temoin.withdraw());
    await expect.poll(async () => (await visitor.consent())["statistics"]).toBe(false);
    await expect(lab.page.locator(".temoin-placeholder")).toBeVisible();
    for (const tab of [visitor, other]) await expect(tab.page.locator(".temoin-reload")).toBeVisible();
    // Each tab knows its own part: the one that withdrew, and the one that learnt of it.
    expect([await visitor.consentStatus(), await other.consentStatus()]).toEqual(["refused", "withdrawn"]);
  });

  test("without the setting each has its own", async ({ lab, visitor }) => {
    const domain = new URL(lab.origin).hostname;
    const [a, b] = [`http://a.${domain}`, `http://b.${domain}`] as const;
    await lab.publish({ origins: [a, b] });
    for (const origin of [a, b]) lab.serve(origin + "/", lab.html(""));
    await lab.page.goto(a + "/");
    await visitor.accept();
    await visitor.receipt();
    await lab.page.goto(b + "/");
    await expect(visitor.banner).toBeVisible();
  });
});

test.describe("hand-over", () => {
  const STRANGER = "https://tiers.example/page";

  /** The site on two domains; each page links to the other, and to a stranger. */
  async function twoDomains(lab: Lab): Promise<{ here: string; there: string }> {
    const [here, there] = [lab.origin, lab.origin.replace("lab-", "autre-")];
    await lab.publish({ origins: [here, there], hand_over: true });
    for (const [at, to] of [
      [here, there],
      [there, here],
    ] as const) {
      lab.serve(at + "/", lab.html(`${MEASURE}<a id="there" href="${to}/?p=1#section">Là-bas</a> <a id="stranger" href="${STRANGER}">Ailleurs</a>`));
    }
    return { here, there };
  }

  /** What the other domain's page shows its visitor first. */
  async function watchBanner(lab: Lab): Promise<string[]> {
    const shown: string[] = [];
    await lab.page.exposeFunction("note", (where: string) => shown.push(where));
    await lab.page.addInitScript(() => addEventListener("temoin:shown", () => (window as any).note(origin)));
    return shown;
  }

  /** Follows the link to the other domain, as a visitor does whose pointer rests on it first. */
  async function follow(lab: Lab): Promise<void> {
    const link = lab.page.locator("#there");
    await link.hover();
    await expect(link).toHaveAttribute("href", /#section&temoin=/);
    await link.click();
  }

  test("a link to another of the site's domains takes the choice along, once, and leaves no trace in the address", async ({ lab, visitor }) => {
    const { there } = await twoDomains(lab);
    await lab.page.goto(lab.origin + "/");
    await visitor.accept();
    const receipt = await visitor.receipt();
    const shown = await watchBanner(lab);
    await follow(lab);
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    expect(lab.page.url()).toBe(there + "/?p=1#section");
    expect(await visitor.consentStatus()).toBe("given");
    await expect(visitor.banner).toBeHidden();
    expect(shown).toEqual([]);
    const { cookie, local } = await visitor.stored();
    expect(cookie).toBe(local);
    expect(cookie!.split(".").slice(1, 3)).toEqual(["gggg", String(Date.parse(receipt.time))]);
    // It holds on the next page too, with no record but the first.
    await lab.page.reload();
    await expect.poll(() => lab.ran()).toEqual(["mesure"]);
    expect(await lab.auditor.count()).toBe(1);
  });

  test("the newer of two choices holds: a withdrawal goes along and an older choice does not come back", async ({ lab, visitor }) => {
    const { here, there } = await twoDomains(lab);
    await lab.page.goto(there + "/");
    await visitor.accept();
    await visitor.receipt();
    await lab.page.goto(here + "/");
    await visitor.refuse();
    await visitor.receipt();
    await follow(lab);
    await lab.page.waitForURL(there + "/?p=1#section");
    await expect.poll(() => visitor.consentStatus()).toBe("refused");
    // Its own receipt says something else than what is now in force: it is not handed on.
    visitor.forget();
    await lab.page.locator("#there").hover();
    await lab.page.locator("#there").click();
    await lab.page.waitForURL(here + "/?p=1#section");
    expect(await visitor.consentStatus()).toBe("refused");
    expect(visitor.requests.filter((request) => request.url().includes("handovers"))).toEqual([]);
    expect(await lab.auditor.count()).toBe(2);
  });

  test("a choice that the server does not know yet is not handed over in its older form", async ({ lab, visitor }) => {
    await twoDomains(lab);
    await lab.page.goto(lab.origin + "/");
    await visitor.accept();
    await visitor.receipt();
    await lab.page.route("**/consents", (route) => route.abort());
    await lab.page.evaluate(() => window.Temoin.rejectAll());
    await expect.poll(() => visitor.consentStatus()).toBe("refused");
    visitor.forget();
    await lab.page.locator("#there").hover();
    await lab.page.locator("#there").click();
    await expect(visitor.banner).toBeVisible();
    expect(visitor.requests.filter((request) => request.url().includes("handovers"))).toEqual([]);
  });

  test("a link to a stranger carries nothing, and neither does one of a visitor who has not chosen", async ({ lab, visitor }) => {
    await twoDomains(lab);
    await lab.page.goto(lab.origin + "/");
    await lab.page.locator("#there").hover();
    await expect(lab.page.locator("#there")).toHaveAttribute("href", /#section$/);
    await visitor.accept();
    await visitor.receipt();
    visitor.forget();
    await lab.page.locator("#stranger").hover();
    await lab.page.locator("#stranger").click();
    await lab.page.waitForURL(STRANGER);
    expect(visitor.requests.filter((request) => request.url().includes("handovers"))).toEqual([]);
  });

  test("a token that was altered, or is of another site, is taken out of the address and the visitor is asked", async ({ lab, visitor }) => {
    const { there } = await twoDomains(lab);
    await lab.page.goto(lab.origin + "/");
    await visitor.accept();
    await visitor.receipt();
    await lab.page.locator("#there").hover();
    await expect(lab.page.locator("#there")).toHaveAttribute("href", /&temoin=/);
    const token = (await lab.page.locator("#there").getAttribute("href"))!.split("temoin=")[1]!;
    const [site, report, until, mac] = token.split(".");
    for (const bad of [
      "x",
      `${site}.${report}.${Number(until) + 60_000}.${mac}`,
      `communautaire.${report}.${until}.${mac}`,
      token.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      "%00%E0",
    ]) {
      await lab.page.goto("about:blank");
      await lab.page.goto(`${there}/#temoin=${bad}`, { referer: lab.origin + "/" });
      await expect(visitor.banner).toBeVisible();
      expect(lab.page.url()).toBe(there + "/");
      expect(await visitor.consentStatus()).toBeNull();
    }
    // The token itself is still good, for the rest of its minute; but only on a page that one of the site's has opened.
    for (const referer of [undefined, "https://attaque.example/", there + "/"]) {
      await lab.page.goto("about:blank");
      await lab.page.goto(`${there}/#temoin=${token}`, { referer });
      await expect(visitor.banner).toBeVisible();
      expect(lab.page.url()).toBe(there + "/");
      expect(await visitor.consentStatus()).toBeNull();
    }
    await lab.page.goto("about:blank");
    await lab.page.goto(`${there}/#temoin=${token}`, { referer: lab.origin + "/" });
    await expect.poll(() => visitor.consentStatus()).toBe("given");
  });

  test("a token of somebody else's, in a link that somebody else wrote, hands nothing over", async ({ lab, visitor }) => {
    const { here, there } = await twoDomains(lab);
    // Somebody accepts everything, and takes their token.
    await lab.page.goto(here + "/");
    await visitor.accept();
    await visitor.receipt();
    await lab.page.locator("#there").hover();
    await expect(lab.page.locator("#there")).toHaveAttribute("href", /&temoin=/);
    const theirs = (await lab.page.locator("#there").getAttribute("href"))!.split("#")[1]!;
    // They leave it in a comment on the site's own page, where another visitor follows it.
    await lab.page.context().clearCookies();
    await lab.page.evaluate(() => localStorage.clear());
    lab.serve(here + "/commentaire", lab.html(`<a id="there" href="${there}/#${theirs}">Voyez ici</a>`));
    const follows: [string, () => Promise<void>][] = [
      ["by the mouse", () => lab.page.locator("#there").click()],
      ["by the keyboard", () => lab.page.locator("#there").press("Enter")],
      ["by a script that clicks", () => lab.page.locator("#there").evaluate((link: HTMLElement) => link.click())],
    ];
    for (const [how, follow] of follows) {
      await test.step(how, async () => {
        await lab.page.goto(here + "/commentaire");
        await follow();
        await lab.page.waitForURL(there + "/#section");
        await expect(visitor.banner).toBeVisible();
        expect(await visitor.consentStatus()).toBeNull();
      });
    }
  });

  test("a refusal given here is not undone by what was accepted on the other domain", async ({ lab, visitor }) => {
    const { here, there } = await twoDomains(lab);
    await lab.page.goto(there + "/");
    await visitor.refuse();
    await visitor.receipt();
    await lab.page.goto(here + "/");
    await visitor.accept();
    await visitor.receipt();
    const redeemed = lab.page.waitForResponse((response) => response.url().includes("/handovers/"));
    await follow(lab);
    expect((await redeemed).status()).toBe(200);
    await lab.page.waitForURL(there + "/?p=1#section");
    await lab.atRest();
    expect(await visitor.consentStatus()).toBe("refused");
    expect(await lab.ran()).toEqual([]);
  });

  test("a server that does not answer leaves the visitor with the banner, and with their own answer", async ({ lab, visitor }) => {
    const { there } = await twoDomains(lab);
    await lab.page.goto(lab.origin + "/");
    await visitor.accept();
    await visitor.receipt();
    await lab.page.route("**/handovers/*", (route) => route.abort());
    await follow(lab);
    await expect(visitor.banner).toBeVisible();
    expect(lab.page.url()).toBe(there + "/?p=1#section");
    await visitor.refuse();
    await expect.poll(() => lab.auditor.count()).toBe(2);
    expect(await visitor.consentStatus()).toBe("refused");
  });
});

test.describe("a consent server on the site's own domain", () => {
  const DAY = 86_400;
  // Cookies know no ports: to them, this page and the consent server are of one host.
  const PAGE = CONSENT.replace(/\d+$/, "9");

  test("renews to its full, fixed end what Safari would forget after seven days", async ({ lab, visitor, context }) => {
    await lab.publish({ origins: [PAGE] });
    lab.serve(PAGE + "/", lab.html(MEASURE));
    const loader = () => lab.page.waitForResponse(`**/t/${lab.site}.js`);
    const first = loader();
    await lab.page.goto(PAGE + "/");
    expect(await (await first).headerValue("set-cookie")).toBeNull();
    await visitor.accept();
    await visitor.receipt();
    const kept = async () => (await context.cookies()).find(({ name }) => name === "consent_temoin")!;
    const { expires: _, ...cookie } = await kept();
    const end = Number(cookie.value.split(".")[3]) / 1000;
    const soon = Date.now() / 1000 + 7 * DAY;

    for (const storage of ["kept", "gone"]) {
      await context.addCookies([{ ...cookie, expires: soon }]);
      expect((await kept()).expires).toBeCloseTo(soon, 0);
      if (storage === "gone") await lab.page.evaluate(() => localStorage.clear());
      const answer = loader();
      await lab.page.reload();
      expect(await (await answer).headerValue("cache-control")).toContain("private");
      const { expires, value } = await kept();
      expect(value).toBe(cookie.value);
      expect(expires).toBeGreaterThan(end - 60);
      expect(expires).toBeLessThanOrEqual(end + 1);
      await expect.poll(() => lab.ran()).toEqual(["mesure"]);
      await expect(visitor.banner).toBeHidden();
    }
    expect(await lab.auditor.count()).toBe(1);
  });

  test("renews nothing that is no choice in force, and elsewhere gets no cookie to renew", async ({ lab, visitor, context }) => {
    await lab.publish({ origins: [PAGE, lab.origin] });
    lab.serve(PAGE + "/", lab.html(""));
    const loader = () => lab.page.waitForResponse(`**/t/${lab.site}.js`);
    for (const value of ["c1.gggg", "p1.accept_all.t.1.0123456789ab.x", "c1.gggg.1.2.0123456789ab"]) {
      await context.addCookies([{ name: "consent_temoin", value, url: PAGE }]);
      const answer = loader();
      await lab.page.goto(PAGE + "/");
      expect(await (await answer).headerValue("set-cookie"), value).toBeNull();
      await expect(visitor.banner).toBeVisible();
    }
    await context.clearCookies();
    await lab.open("");
    await visitor.refuse();
    await visitor.receipt();
    const answer = loader();
    await lab.page.reload();
    expect(await (await answer).request().headerValue("cookie")).toBeNull();
    expect(await (await answer).headerValue("set-cookie")).toBeNull();
  });
});
