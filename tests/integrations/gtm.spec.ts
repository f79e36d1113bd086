/** The template for Google Tag Manager, run by a sandbox that has the functions that the template asks for, and no others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { CONSENT } from "../browser/support/environment";
import type { Lab } from "../browser/support/lab";
import { ROOT } from "./bundle";
import { expect, html, test } from "./site";

const TEXT = readFileSync(join(ROOT, "integrations/gtm/template.tpl"), "utf8");
/** By its name, each part of the file. */
const PARTS = Object.fromEntries(
  TEXT.split(/^___(?=[A-Z_]+___$)/m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("___")), part.slice(part.indexOf("___") + 3).trim()]),
);
const CODE = PARTS["SANDBOXED_JS_FOR_WEB_TEMPLATE"]!;

/** A value as Tag Manager writes it: a text, a yes or no, a list, or names with values. */
interface Written {
  type: number;
  string?: string;
  boolean?: boolean;
  listItem?: Written[];
  mapKey?: Written[];
  mapValue?: Written[];
}
interface Permission {
  instance: { key: { publicId: string }; param: { key: string; value: Written }[] };
}
const PERMISSIONS = JSON.parse(PARTS["WEB_PERMISSIONS"]!) as Permission[];

function read({ type, string, boolean, listItem, mapKey, mapValue }: Written): unknown {
  if (type === 1) return string;
  if (type === 8) return boolean;
  if (type === 2) return listItem!.map(read);
  return Object.fromEntries(mapKey!.map((key, nth) => [read(key), read(mapValue![nth]!)]));
}

/** What the template may do, for the server of this test. */
interface Allowed {
  consent: string[];
  read: string[];
  execute: string[];
  inject: string[];
}
function allowed(permissions: Permission[]): Allowed {
  const of = (id: string): any[] => (permissions.find(({ instance }) => instance.key.publicId === id)?.instance.param.flatMap(({ value }) => read(value)) ?? []) as any[];
  const globals = of("access_globals") as { key: string; read: boolean; execute: boolean }[];
  return {
    consent: (of("access_consent") as { consentType: string; write: boolean }[]).filter(({ write }) => write).map(({ consentType }) => consentType),
    read: globals.filter((key) => key.read).map(({ key }) => key),
    execute: globals.filter((key) => key.execute).map(({ key }) => key),
    inject: of("inject_script").map((pattern: string) => pattern.replace("https://HOST", CONSENT)),
  };
}

type Call = [name: string, argument?: any];

/** Runs the template in the page as Tag Manager would: the calls that it makes go to `window.calls`. Returns what it threw. */
const run = (page: Page, data: Record<string, string>, may: Allowed = allowed(PERMISSIONS)): Promise<string | null> =>
  page.evaluate(
    ([code, data, may]) => {
      const calls: [string, unknown?][] = ((window as any).calls ??= []);
      const may_ = (is: boolean, what: string): void => {
        if (!is) throw new Error(`not permitted: ${what}`);
      };
      const at = (path: string): unknown => path.split(".").reduce((value: any, name) => value?.[name], window);
      const state = (name: string) => (settings: Record<string, unknown>) => {
        for (const type of Object.keys(settings)) may_(type === "wait_for_update" || may.consent.includes(type), `access_consent, ${type}`);
        calls.push([name, settings]);
      };
      const functions: Record<string, unknown> = {
        callInWindow: (path: string, ...given: unknown[]) => {
          may_(may.execute.includes(path), `access_globals, ${path}`);
          return (at(path) as Function)(...given);
        },
        copyFromWindow: (path: string) => {
          may_(may.read.includes(path), `access_globals, ${path}`);
          return structuredClone(at(path));
        },
        encodeUriComponent: encodeURIComponent,
        injectScript: (url: string, success: () => void, failure: () => void) => {
          may_(may.inject.some((pattern) => url.startsWith(pattern.replace(/\*$/, ""))), `inject_script, ${url}`);
          const script = document.createElement("script");
          script.async = true;
          script.onload = success;
          script.onerror = failure;
          script.src = url;
          document.head.append(script);
        },
        makeNumber: Number,
        setDefaultConsentState: state("default"),
        updateConsentState: state("update"),
      };
      const require = (name: string): unknown => {
        if (!(name in functions)) throw new Error(`the sandbox has no ${name}`);
        return functions[name];
      };
      const ends = { gtmOnSuccess: () => calls.push(["success"]), gtmOnFailure: () => calls.push(["failure"]) };
      // Nothing of the page is in reach by its name.
      const hidden = ["window", "self", "globalThis", "document", "Temoin", "dataLayer", "console", "Object", "JSON", "setTimeout"];
      try {
        new Function("require", "data", ...hidden, `"use strict";${code}`)(require, { ...data, ...ends });
        return null;
      } catch (error) {
        return String(error);
      }
    },
    [CODE, data, may] as const,
  );

const calls = (page: Page): Promise<Call[]> => page.evaluate(() => (window as any).calls);
const named = async (page: Page, name: string): Promise<any[]> => (await calls(page)).filter(([call]) => call === name).map(([, argument]) => argument);

const states = (preferences: string, statistics: string, marketing: string) => ({
  ad_personalization: marketing,
  ad_storage: marketing,
  ad_user_data: marketing,
  analytics_storage: statistics,
  functionality_storage: preferences,
  personalization_storage: preferences,
  security_storage: "granted",
});
const DENIED = states("denied", "denied", "denied");
const GRANTED = states("granted", "granted", "granted");

/** A page of the site, with its tag or without. */
async function open(lab: Lab, tag: string, before = ""): Promise<void> {
  lab.serve("/", html(tag, before, "data:text/javascript,"));
  await lab.page.goto(lab.origin + "/");
}
const data = (lab: Lab) => ({ server: CONSENT, site: lab.site, waitForUpdate: "500" });

test("it has each part of Google's format, and asks for no more than it uses", async ({ lab, page }) => {
  expect(Object.keys(PARTS)).toEqual(["INFO", "TEMPLATE_PARAMETERS", "SANDBOXED_JS_FOR_WEB_TEMPLATE", "WEB_PERMISSIONS", "TESTS", "NOTES"]);
  expect(JSON.parse(PARTS["INFO"]!)).toMatchObject({ type: "TAG", containerContexts: ["WEB"] });
  const parameters = JSON.parse(PARTS["TEMPLATE_PARAMETERS"]!) as { name: string }[];
  const used = new Set([...CODE.matchAll(/\bdata\.(\w+)/g)].map(([, name]) => name).filter((name) => !name!.startsWith("gtmOn")));
  expect(parameters.map(({ name }) => name).sort()).toEqual([...used].sort());
  // What the sandbox's language lacks.
  expect(CODE).not.toMatch(/\b(new|this|try|class|async|await|import|window|document)\b/);
  // Each permission is needed: without any one of them, it fails.
  await lab.publish();
  await open(lab, "");
  for (const permission of PERMISSIONS) {
    const id = permission.instance.key.publicId;
    const rest = PERMISSIONS.filter((other) => other !== permission);
    expect(await run(page, data(lab), allowed(rest))).toContain(`not permitted: ${id}`);
  }
  expect(await run(page, { ...data(lab), server: "https://other.example" })).toContain("not permitted: inject_script");
});

test("in a page without the tag, all is denied at first; then it tells just what the loader itself tells Google", async ({ lab, page, visitor }) => {
  await lab.publish({ signals: { google: {} } });
  await open(lab, "");
  expect(await run(page, data(lab))).toBeNull();
  expect(await named(page, "default")).toEqual([{ ...DENIED, wait_for_update: 500 }]);
  await expect(visitor.banner).toBeVisible();
  await expect.poll(() => named(page, "success")).toHaveLength(1);
  expect(await named(page, "update")).toEqual([]);
  const loaders = () =>
    page.evaluate(() => ((window as any).dataLayer as any[]).filter((item) => item[0] === "consent" && item[1] === "update").map((item) => ({ ...item[2] })));
  const steps: [Record<string, boolean> | null, object][] = [
    [{ preferences: true }, states("granted", "denied", "denied")],
    [{ preferences: false, statistics: true }, states("denied", "granted", "denied")],
    [{ marketing: true, preferences: true }, GRANTED],
    [null, DENIED],
  ];
  for (const [nth, [changes, expected]] of steps.entries()) {
    await page.evaluate((changes) => (changes ? window.Temoin.set(changes) : window.Temoin.withdraw()), changes);
    await expect.poll(() => named(page, "update")).toHaveLength(nth + 1);
    expect((await named(page, "update")).at(-1)).toEqual(expected);
    expect((await loaders()).at(-1)).toMatchObject((await named(page, "update")).at(-1));
  }
});

test("who comes back is known as soon as the loader is there", async ({ lab, page, visitor }) => {
  await lab.publish();
  await open(lab, lab.tag);
  await visitor.accept();
  await visitor.receipt();
  await open(lab, "");
  expect(await run(page, data(lab))).toBeNull();
  await expect.poll(() => named(page, "update")).toEqual([GRANTED]);
  await expect(visitor.banner).toBeHidden();
});

test("in a page with the tag it loads nothing, and tells", async ({ lab, page, visitor }) => {
  await lab.publish();
  await open(lab, lab.tag);
  expect(await run(page, data(lab))).toBeNull();
  expect((await calls(page)).map(([name]) => name)).toEqual(["default", "success"]);
  await visitor.refuse();
  await expect.poll(() => named(page, "update")).toEqual([DENIED]);
  expect(await page.locator("script[src*='/t/']").count()).toBe(1);
});

test("under an opt-out law it tells what runs until it is refused", async ({ lab, page }) => {
  await lab.publish({ jurisdiction: "US-CA" });
  await open(lab, "");
  expect(await run(page, data(lab))).toBeNull();
  await expect.poll(() => named(page, "update")).toEqual([GRANTED]);
  await page.evaluate(() => window.Temoin.rejectAll());
  await expect.poll(() => named(page, "update")).toEqual([GRANTED, DENIED]);
});

test("where the loader cannot be had, all stays denied, and Tag Manager is told", async ({ lab, page, context }) => {
  await lab.publish();
  await open(lab, "");
  await context.route((url) => url.pathname === `/t/${lab.site}.js`, (route) => route.abort());
  expect(await run(page, data(lab))).toBeNull();
  await expect.poll(async () => (await calls(page)).map(([name]) => name)).toEqual(["default", "failure"]);
});

test("what stands before it in the page has run, which the tag first in the head would have held", async ({ lab, page, visitor }) => {
  await lab.publish({ blocking: "automatic" });
  const tracker = `<script src="https://tracker.example/tracker.js"></script>`;
  await open(lab, lab.tag, tracker);
  await lab.atRest();
  // A browser may have fetched it in advance (ADR 6); it has not run.
  expect(await lab.ran()).toEqual([]);
  await open(lab, "", tracker);
  expect(await run(page, data(lab))).toBeNull();
  await expect(visitor.banner).toBeVisible();
  expect(await lab.ran()).toEqual(["tracker"]);
});

test("its own tests, which Tag Manager's editor shows, pass", () => {
  const scenarios = [...PARTS["TESTS"]!.matchAll(/^- name: (.*)\n  code: \|-\n((?: {4}.*\n?|\n)+)/gm)];
  expect(scenarios).toHaveLength(3);
  for (const [, name, code] of scenarios) {
    const mocks: Record<string, (...given: any[]) => unknown> = { encodeUriComponent: encodeURIComponent, makeNumber: Number };
    const made: [string, unknown[]][] = [];
    const call = (api: string) => (...given: unknown[]) => {
      made.push([api, given]);
      return mocks[api]?.(...given);
    };
    const runCode = (given: object) =>
      new Function("require", "data", CODE)(call, { ...given, gtmOnSuccess: call("gtmOnSuccess"), gtmOnFailure: call("gtmOnFailure") });
    const assertApi = (api: string) => {
      const of = () => made.filter(([name]) => name === api).map(([, given]) => given);
      return {
        wasCalled: () => expect(of(), name).not.toEqual([]),
        wasNotCalled: () => expect(of(), name).toEqual([]),
        wasCalledWith: (...given: unknown[]) => expect(of(), name).toContainEqual(given),
      };
    };
    const assertThat = (value: unknown) => ({ isEqualTo: (other: unknown) => expect(value, name).toEqual(other) });
    const mock = (api: string, run: (...given: any[]) => unknown) => (mocks[api] = run);
    new Function("mock", "runCode", "assertApi", "assertThat", code!)(mock, runCode, assertApi, assertThat);
  }
});
