/**
 * The tools of others are told, whether their script has come or not. Each row has a stand-in for a tool, made from the tool's
 * documentation: what its snippet leaves in the page, what its script does with that when it comes, and how it hears calls then.
 */
import type { Page } from "@playwright/test";
import { expect, test, type Lab } from "../support/lab";
import type { Visitor } from "../support/visitor";

interface Tool {
  name: string;
  signals: unknown;
  /** The tool's own snippet, which stands in the page after our tag. */
  snippet: string;
  /** The tool's script. It adds what it hears to `heard`. */
  script: string;
  /** What the tool has heard once its script has come: before an answer, after "accept all", after the withdrawal. */
  unanswered: unknown[];
  accepted: unknown[];
  withdrawn: unknown[];
  /** What it hears on the next page of a visitor who has accepted, and of one who has withdrawn. */
  back: { accepted: unknown[]; withdrawn: unknown[] };
  /** Whether it cannot be told before its script has come. */
  late?: boolean;
}

/** A list that the script of a tool replaces, and goes through first. */
const LIST = (name: string, own: string) => ({
  snippet: `window.${name} = window.${name} || []; ${name}.push(${own});`,
  script: `{ const queued = [...(window.${name} ?? [])]; window.${name} = { push: (call) => heard.push(call) }; queued.forEach(${name}.push); }`,
});

/** A list with methods that add to it, all of which the script replaces. */
const METHODS = (name: string, methods: string[]) => ({
  snippet: `{ const list = (window.${name} = window.${name} || []);
    for (const method of ${JSON.stringify(methods)}) list[method] = (...call) => list.push([method, ...call]);
    list.${methods[0]}("page"); }`,
  script: `{ const queued = [...window.${name}]; window.${name} = {};
    for (const method of ${JSON.stringify(methods)}) ${name}[method] = (...call) => heard.push([method, ...call]);
    queued.forEach(([method, ...call]) => ${name}[method](...call)); }`,
});

const hubspot = (granted: boolean) => ["setHubSpotConsent", { advertisement: granted, analytics: granted, functionality: granted }];
const shopify = (granted: boolean) => ({ analytics: granted, marketing: granted, preferences: granted, sale_of_data: granted });
const wordpress = (value: string) => [
  ["functional", "allow"],
  ...["marketing", "preferences", "statistics", "statistics-anonymous"].map((category) => [category, value]),
];
const amazon = (granted: boolean) => ({ country: "CA", storage: granted, data: granted });
const OPT_IN = ["opt_in_capturing", { captureEventName: false }];

const TOOLS: Tool[] = [
  {
    name: "meta",
    signals: true,
    // It does nothing where there is an `fbq` already, and makes the queue after the function.
    snippet: `if (!window.fbq) {
      const stub = (window.fbq = (...call) => (stub.callMethod ? stub.callMethod(...call) : stub.queue.push(call)));
      stub.push = stub; stub.queue = []; window._fbq ||= stub;
    }
    fbq("init", "1"); fbq("track", "PageView");`,
    script: `fbq.callMethod = (...call) => heard.push(call); fbq.queue.splice(0).forEach((call) => fbq.callMethod(...call));`,
    unanswered: [["consent", "revoke"], ["init", "1"], ["track", "PageView"]],
    accepted: [["consent", "grant"]],
    withdrawn: [["consent", "revoke"]],
    back: {
      accepted: [["consent", "grant"], ["init", "1"], ["track", "PageView"]],
      withdrawn: [["consent", "revoke"], ["init", "1"], ["track", "PageView"]],
    },
  },
  {
    name: "tiktok",
    signals: true,
    ...METHODS("ttq", ["page", "holdConsent", "revokeConsent", "grantConsent"]),
    unanswered: [["holdConsent"], ["page", "page"]],
    accepted: [["grantConsent"]],
    withdrawn: [["revokeConsent"]],
    back: { accepted: [["holdConsent"], ["grantConsent"], ["page", "page"]], withdrawn: [["holdConsent"], ["revokeConsent"], ["page", "page"]] },
  },
  {
    name: "matomo",
    signals: {},
    ...LIST("_paq", `["trackPageView"]`),
    unanswered: [["requireConsent"], ["trackPageView"]],
    accepted: [["setConsentGiven"]],
    withdrawn: [["forgetConsentGiven"]],
    back: {
      accepted: [["requireConsent"], ["setConsentGiven"], ["trackPageView"]],
      withdrawn: [["requireConsent"], ["forgetConsentGiven"], ["trackPageView"]],
    },
  },
  {
    name: "matomo",
    signals: { mode: "cookie_consent" },
    ...LIST("_paq", `["trackPageView"]`),
    unanswered: [["requireCookieConsent"], ["trackPageView"]],
    accepted: [["setCookieConsentGiven"]],
    withdrawn: [["forgetCookieConsentGiven"]],
    back: {
      accepted: [["requireCookieConsent"], ["setCookieConsentGiven"], ["trackPageView"]],
      withdrawn: [["requireCookieConsent"], ["forgetCookieConsentGiven"], ["trackPageView"]],
    },
  },
  {
    name: "posthog",
    signals: true,
    ...METHODS("posthog", ["capture", "opt_in_capturing", "opt_out_capturing"]),
    unanswered: [["opt_out_capturing"], ["capture", "page"]],
    accepted: [OPT_IN],
    withdrawn: [["opt_out_capturing"]],
    back: { accepted: [OPT_IN, ["capture", "page"]], withdrawn: [["opt_out_capturing"], ["capture", "page"]] },
  },
  {
    name: "hubspot",
    signals: true,
    ...LIST("_hsp", `["addPrivacyConsentListener"]`),
    unanswered: [hubspot(false), ["addPrivacyConsentListener"]],
    accepted: [hubspot(true)],
    withdrawn: [hubspot(false)],
    back: {
      accepted: [hubspot(false), hubspot(true), ["addPrivacyConsentListener"]],
      withdrawn: [hubspot(false), hubspot(false), ["addPrivacyConsentListener"]],
    },
  },
  {
    name: "shopify",
    signals: true,
    snippet: "",
    // A shop with a region where consent comes first. What a visitor has answered, it keeps.
    script: `window.Shopify = { loadFeatures(features, done) {
      if (features[0].name !== "consent-tracking-api") return done(new Error("unknown"));
      Promise.resolve().then(() => {
        const given = (name) => JSON.parse(localStorage.shopify ?? "{}")[name] === true;
        Shopify.customerPrivacy = {
          analyticsProcessingAllowed: () => given("analytics"),
          marketingAllowed: () => given("marketing"),
          preferencesProcessingAllowed: () => given("preferences"),
          saleOfDataAllowed: () => given("sale_of_data"),
          setTrackingConsent(consent, done) { localStorage.shopify = JSON.stringify(consent); heard.push(consent); done(); },
        };
        done();
      });
    } };`,
    unanswered: [],
    accepted: [shopify(true)],
    withdrawn: [shopify(false)],
    back: { accepted: [], withdrawn: [] },
    late: true,
  },
  {
    name: "wp_consent_api",
    signals: true,
    snippet: "",
    script: `function wp_has_consent(category) {
      const value = document.cookie.split("; ").find((cookie) => cookie.startsWith("wp_consent_" + category + "="))?.split("=")[1];
      return value ? value === "allow" : window.wp_consent_type === "optout";
    }
    function wp_set_consent(category, value) {
      if (value !== "allow" && value !== "deny") return;
      document.cookie = "wp_consent_" + category + "=" + value;
      heard.push([category, value]);
    }
    document.addEventListener("wp_consent_type_defined", () => heard.push(window.wp_consent_type));`,
    unanswered: [["functional", "allow"], "optin"],
    accepted: wordpress("allow"),
    withdrawn: wordpress("deny"),
    back: { accepted: [...wordpress("allow"), "optin"], withdrawn: [...wordpress("deny"), "optin"] },
    late: true,
  },
  {
    name: "amazon",
    signals: true,
    snippet: "",
    // It takes booleans only, as Amazon's own library does.
    script: `window.amznConsent = () => {
      const said = {};
      const setter = (name, type) => function (value) { if (typeof value !== type) throw new TypeError(name); said[name] = value; return this; };
      return { setCountryCode: setter("country", "string"), setEnableAdStorage: setter("storage", "boolean"), setEnableUserData: setter("data", "boolean"), build: () => heard.push(said) };
    };`,
    unanswered: [amazon(false)],
    accepted: [amazon(true)],
    withdrawn: [amazon(false)],
    back: { accepted: [amazon(true)], withdrawn: [amazon(false)] },
    late: true,
  },
];

const SCRIPT = "https://tool.example/script.js";
const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard);
const clear = (page: Page) => page.evaluate(() => void ((window as unknown as { heard: unknown[] }).heard.length = 0));
const title = ({ name, signals }: Tool) => `${name} ${JSON.stringify(signals)}`;

/** A page with the tool's snippet, whose script has not come. */
async function open(lab: Lab, tools: Tool[], body = ""): Promise<void> {
  await lab.publish({ signals: Object.fromEntries(tools.map(({ name, signals }) => [name, signals])) });
  await lab.open(body, `<script>window.heard = [];</script>${tools.map(({ snippet }) => `<script>${snippet}</script>`).join("")}`);
}

async function load(lab: Lab, { script }: Tool): Promise<void> {
  lab.answer(SCRIPT, "text/javascript", script);
  await lab.page.addScriptTag({ url: SCRIPT });
}

async function withdraw(lab: Lab, visitor: Visitor): Promise<void> {
  const { id } = await visitor.receipt();
  await lab.page.evaluate(() => window.Temoin.withdraw());
  await expect.poll(async () => (await visitor.receipt()).id).not.toBe(id);
}

const lastRecord = async (lab: Lab) => (await lab.auditor.records()).sort((one, other) => one.index - other.index).at(-1)!;

for (const tool of TOOLS) {
  test.describe(title(tool), () => {
    test("is told from its script on: what holds, a choice, its withdrawal, each once, and the record says so", async ({ lab, visitor }) => {
      await open(lab, [tool]);
      await expect(visitor.banner).toBeVisible();
      expect(await heard(lab.page)).toEqual([]);
      await load(lab, tool);
      await expect.poll(() => heard(lab.page)).toEqual(tool.unanswered);
      await clear(lab.page);
      await visitor.accept();
      await visitor.receipt();
      expect(await heard(lab.page)).toEqual(tool.accepted);
      expect((await lastRecord(lab)).told).toEqual([tool.name]);
      // The same once more changes nothing.
      await lab.page.evaluate(() => window.Temoin.acceptAll());
      await expect.poll(() => lab.auditor.count()).toBe(2);
      expect(await heard(lab.page)).toEqual(tool.accepted);
      expect((await lastRecord(lab)).told).toEqual([tool.name]);
      await clear(lab.page);
      await withdraw(lab, visitor);
      expect(await heard(lab.page)).toEqual(tool.withdrawn);
      expect(await lastRecord(lab)).toMatchObject({ status: "withdrawn", told: [tool.name] });
      expect(visitor.complaints).toEqual([]);
    });

    test("whose script comes after the choice is told the choice", async ({ lab, visitor }) => {
      await open(lab, [tool]);
      await visitor.accept();
      await visitor.receipt();
      expect((await lastRecord(lab)).told).toEqual(tool.late ? [] : [tool.name]);
      await load(lab, tool);
      const granted = tool.name === "wp_consent_api" ? [...tool.accepted, "optin"] : tool.accepted;
      await expect.poll(() => heard(lab.page)).toEqual(expect.arrayContaining(granted));
      // It hears nothing that is not so after that.
      expect((await heard(lab.page)).slice(-1)).not.toEqual(tool.withdrawn.slice(-1));
    });

    for (const answer of ["accepted", "withdrawn"] as const) {
      test(`is told on the next page of a visitor who has ${answer}`, async ({ lab, visitor }) => {
        await open(lab, [tool]);
        await load(lab, tool);
        await visitor.accept();
        await visitor.receipt();
        if (answer === "withdrawn") await withdraw(lab, visitor);
        await lab.page.reload();
        await expect(visitor.reopen).toBeVisible();
        await load(lab, tool);
        await lab.atRest();
        expect(await heard(lab.page)).toEqual(tool.back[answer]);
      });
    }
  });
}

/** Every tool that the loader can tell, by the name that a page knows it by. */
const NAMES: Record<string, string> = {
  google: "dataLayer",
  microsoft_uet: "uetq",
  clarity: "clarity",
  meta: "fbq",
  tiktok: "ttq",
  matomo: "_paq",
  posthog: "posthog",
  hubspot: "_hsp",
  shopify: "Shopify",
  wp_consent_api: "wp_set_consent",
  amazon: "amznConsent",
};
const ALL = Object.fromEntries(Object.keys(NAMES).map((name) => [name, ["google", "matomo"].includes(name) ? {} : true]));

test("elements with the names of the tools are none, and no tool hears of them", async ({ lab, visitor }) => {
  await lab.publish({ signals: ALL });
  const forms = Object.values(NAMES).map((name) => `<form id="${name}"><input name="push"></form><a id="${name}_"></a>`);
  lab.serve("/", `<!doctype html><title>Laboratoire</title><body>${forms.join("")}${lab.tag}`);
  await lab.page.goto(lab.origin + "/");
  await visitor.accept();
  await visitor.receipt();
  expect((await lastRecord(lab)).told).toEqual(["google", "microsoft_uet", "clarity", "tiktok", "matomo", "posthog", "hubspot"]);
  const queue = (name: string) => lab.page.evaluate((name) => JSON.stringify(window[name as never]), name);
  expect(await queue("_paq")).toBe('[["requireConsent"],["setConsentGiven"]]');
  expect(await queue("ttq")).toBe('[["holdConsent"],["grantConsent"]]');
  expect(visitor.complaints).toEqual([]);
});

for (const broken of Object.keys(NAMES)) {
  test(`${broken} that throws stops neither the loader nor the other tools, and counts as not told`, async ({ lab, visitor }) => {
    const other = broken === "hubspot" ? "matomo" : "hubspot";
    await lab.publish({ signals: { [broken]: ALL[broken], [other]: ALL[other] } });
    const fails = `() => { throw new Error("broken"); }`;
    // Whatever is asked of it, it throws.
    const page = `<script>window.${NAMES[broken]} = new Proxy(function () {}, { get: ${fails}, apply: ${fails} });</script>`;
    lab.serve("/", lab.html("").replace(lab.tag, page + lab.tag));
    await lab.page.goto(lab.origin + "/");
    await visitor.accept();
    await visitor.receipt();
    expect(await visitor.consent()).toEqual({ necessary: true, preferences: true, statistics: true, marketing: true });
    expect((await lastRecord(lab)).told).toEqual([other]);
    expect(visitor.complaints).toEqual([]);
  });
}

test("under an opt-out law the tools hear that everything runs, until the signal or the visitor objects", async ({ lab, visitor, context }) => {
  await lab.publish({ jurisdiction: "US-CA", signals: { matomo: {}, tiktok: true, hubspot: true, meta: true } });
  await lab.open("");
  const queues = () =>
    lab.page.evaluate(() => {
      const { _paq, ttq, _hsp } = window as unknown as Record<string, unknown[]>;
      return { _paq: [..._paq!], ttq: [...ttq!], _hsp: [..._hsp!] };
    });
  await expect(visitor.banner).toBeVisible();
  expect(await queues()).toEqual({ _paq: [["requireConsent"], ["setConsentGiven"]], ttq: [["grantConsent"]], _hsp: [hubspot(true)] });
  await visitor.refuse();
  await visitor.receipt();
  const refused = { _paq: [["forgetConsentGiven"]], ttq: [["revokeConsent"]], _hsp: [hubspot(false)] };
  for (const [name, calls] of Object.entries(refused)) {
    expect((await queues())[name as keyof typeof refused].slice(-1), name).toEqual(calls);
  }
  await context.clearCookies();
  await lab.page.evaluate(() => localStorage.clear());
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await lab.page.reload();
  await visitor.receipt();
  const signalled = ["setHubSpotConsent", { advertisement: false, analytics: true, functionality: true }];
  expect((await queues()).ttq.slice(0, 1)).toEqual([["holdConsent"]]);
  expect((await queues())._hsp.slice(0, 1)).toEqual([signalled]);
  expect(await lastRecord(lab)).toMatchObject({ method: "gpc", gpc: true, told: ["tiktok", "matomo", "hubspot"] });
});

test("a site that names no tool has no word of them in its loader, and its records say nothing of it", async ({ lab, visitor, request }) => {
  await lab.publish({});
  await lab.open("");
  await visitor.accept();
  await visitor.receipt();
  expect(await lastRecord(lab)).not.toHaveProperty("told");
  const loader = await (await request.get(/src="([^"]+)"/.exec(lab.tag)![1]!)).text();
  for (const name of [...Object.values(NAMES), "setHubSpotConsent", "__TEMOIN"]) expect(loader).not.toContain(name);
  await lab.publish({ signals: { meta: true } });
  const told = await (await request.get(/src="([^"]+)"/.exec(lab.tag)![1]!)).text();
  expect(told).toContain("fbq");
  for (const name of Object.values(NAMES).filter((name) => name !== "fbq")) expect(told).not.toContain(name);
});
