/**
 * Who runs, and how each is set up: what its own documentation asks for, in the head of the page,
 * its settings inline (which saves it a request), its files from another origin.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import * as texts from "./texts.mjs";

const require = createRequire(import.meta.url);
const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGES = join(HERE, "node_modules");

/**
 * @typedef {object} Contestant
 * @property {string} id Its page's address: `/ID/`.
 * @property {string} name
 * @property {"page" | "ours" | "peer"} side
 * @property {string} setUp How the page loads it, for the report.
 * @property {string} head What it adds to the page's head.
 * @property {Record<string, Uint8Array>} files What it loads from the other origin, by path.
 * @property {string} [banner] Finds its banner.
 * @property {string} [accept] Finds the button that accepts all.
 */

/** In the order of the report. Each is told the consent server's origin and the peers' files'. */
const SET_UPS = {
  page: pageAlone,
  temoin: temoinTag,
  "temoin-inline": temoinInline,
  vanilla,
  orejime,
  klaro,
  tarteaucitron,
  osano,
  c15t,
};

/**
 * Everyone, or those of these identifiers.
 *
 * @param {{ consent: string, other: string }} origins Témoin's consent server; the origin that
 * serves the peers' files, which is not the page's.
 * @param {string[]} only
 * @returns {Promise<Contestant[]>}
 */
export async function contestants(origins, only) {
  const ids = Object.keys(SET_UPS).filter((id) => only.length === 0 || only.includes(id));
  return Promise.all(ids.map(async (id) => ({ id, ...(await SET_UPS[id](origins)) })));
}

function pageAlone() {
  return { name: "the page alone", side: "page", setUp: "no consent manager", head: "", files: {} };
}

const TEMOIN = {
  side: "ours",
  files: {},
  banner: "#cookie-consent .temoin-banner",
  accept: '#cookie-consent .temoin-banner [data-action="accept_all"]',
};

function temoinTag({ consent }) {
  return {
    ...TEMOIN,
    name: "Témoin, script tag",
    setUp: "the plain script tag in the head",
    head: `<script src="${consent}/t/bench.js"></script>`,
  };
}

async function temoinInline({ consent }) {
  const url = `${consent}/t/bench.js?inline`;
  const response = await fetch(url, { headers: { "accept-language": "en" } });
  const head = (await response.text()).trim();
  if (!response.ok || !head.startsWith("<script") || !head.endsWith("</script>")) {
    throw new Error(`${url} did not answer with a script element: ${response.status} ${head.slice(0, 120)}`);
  }
  return { ...TEMOIN, name: "Témoin, inline", setUp: `what \`${new URL(url).pathname}?inline\` answers, in the head`, head };
}

async function vanilla({ other }) {
  const settings = {
    // It hides from browsers driven by a program.
    hideFromBots: false,
    categories: Object.fromEntries(
      texts.PURPOSES.map(({ id }) => [id, id === "necessary" ? { enabled: true, readOnly: true } : {}]),
    ),
    language: {
      default: "en",
      translations: {
        en: {
          consentModal: {
            title: texts.TITLE,
            description: `${texts.BODY} ${texts.PURPOSES_ASKED}`,
            acceptAllBtn: texts.ACCEPT,
            acceptNecessaryBtn: texts.REJECT,
            showPreferencesBtn: texts.CUSTOMIZE,
            footer: `<a href="${texts.POLICY.href}">${texts.POLICY.label}</a>`,
          },
          preferencesModal: {
            title: texts.DIALOG_TITLE,
            acceptAllBtn: texts.ACCEPT,
            acceptNecessaryBtn: texts.REJECT,
            savePreferencesBtn: texts.SAVE,
            closeIconLabel: texts.CLOSE,
            sections: [
              { description: texts.DIALOG_INTRO },
              ...texts.PURPOSES.map(({ id, name, description }) => ({
                title: name,
                description,
                linkedCategory: id,
              })),
            ],
          },
        },
      },
    },
  };
  return {
    name: label("vanilla-cookieconsent"),
    side: "peer",
    setUp: "style sheet and plain script tag (UMD) in the head, `run` at `DOMContentLoaded`: it needs a body",
    head: `<link rel="stylesheet" href="${other}/vanilla/cookieconsent.css">
  <script src="${other}/vanilla/cookieconsent.umd.js"></script>
  <script>addEventListener("DOMContentLoaded", () => CookieConsent.run(${inline(settings)}));</script>`,
    files: await files("vanilla", "vanilla-cookieconsent/dist", ["cookieconsent.css", "cookieconsent.umd.js"]),
    banner: "#cc-main .cm",
    accept: '#cc-main .cm [data-role="all"]',
  };
}

async function orejime({ other }) {
  const settings = {
    privacyPolicyUrl: texts.POLICY.href,
    purposes: texts.PURPOSES.map(({ id, name, description, cookies }) => ({
      id,
      title: name,
      description,
      cookies,
      isMandatory: id === "necessary",
    })),
    translations: {
      banner: {
        title: texts.TITLE,
        description: `${texts.BODY} {purposes}. {privacyPolicy}`,
        privacyPolicyLabel: texts.POLICY.label,
        accept: texts.ACCEPT,
        decline: texts.REJECT,
        configure: texts.CUSTOMIZE,
      },
    },
  };
  return {
    name: label("orejime"),
    side: "peer",
    setUp: "plain script tag (standard theme, English) and style sheet in the head",
    head: `<script>window.orejimeConfig = ${inline(settings)};</script>
  <script src="${other}/orejime/orejime-standard-en.js"></script>
  <link href="${other}/orejime/orejime-standard.css" rel="stylesheet">`,
    files: await files("orejime", "orejime/dist", ["orejime-standard-en.js", "orejime-standard.css"]),
    banner: ".orejime-Banner",
    accept: ".orejime-Banner-saveButton",
  };
}

async function klaro({ other }) {
  const settings = {
    version: 1,
    lang: "en",
    acceptAll: true,
    showNoticeTitle: true,
    services: texts.PURPOSES.map(({ id, service, cookies }) => ({
      name: id,
      title: service,
      purposes: [id],
      cookies,
      required: id === "necessary",
    })),
    translations: {
      en: {
        privacyPolicyUrl: texts.POLICY.href,
        privacyPolicy: { name: texts.POLICY.label },
        ok: texts.ACCEPT,
        decline: texts.REJECT,
        consentNotice: {
          title: texts.TITLE,
          description: `${texts.BODY} {purposes}. {privacyPolicy}`,
          learnMore: texts.CUSTOMIZE,
        },
        purposes: Object.fromEntries(
          texts.PURPOSES.map(({ id, name, description }) => [id, { title: name, description }]),
        ),
      },
    },
  };
  return {
    name: label("klaro"),
    side: "peer",
    setUp: "one deferred script tag with its styles and translations in it, as it is documented",
    head: `<script>var klaroConfig = ${inline(settings)};</script>
  <script defer src="${other}/klaro/klaro.js"></script>`,
    files: await files("klaro", "klaro/dist", ["klaro.js"]),
    banner: ".klaro .cookie-notice",
    accept: ".klaro .cookie-notice .cm-btn-success",
  };
}

async function tarteaucitron({ other }) {
  const types = { preferences: "other", statistics: "analytic", marketing: "ads" };
  const services = texts.PURPOSES.filter(({ id }) => id in types)
    .map(({ id, service, cookies }) => {
      const described = { key: id, type: types[id], name: service, needConsent: true, cookies };
      return `tarteaucitron.services.${id} = { ...${inline(described)}, js() {}, fallback() {} };
    (tarteaucitron.job = tarteaucitron.job || []).push("${id}");`;
    })
    .join("\n    ");
  const words = {
    alertBigPrivacy: `${texts.TITLE}. ${texts.BODY} ${texts.PURPOSES_ASKED}`,
    acceptAll: texts.ACCEPT,
    denyAll: texts.REJECT,
    personalize: texts.CUSTOMIZE,
    privacyUrl: texts.POLICY.label,
  };
  const settings = { privacyUrl: texts.POLICY.href, orientation: "bottom" };
  return {
    name: label("tarteaucitronjs"),
    side: "peer",
    setUp: "plain script tag (minified) in the head and `init` after it; it fetches its style sheet, its language and its services itself",
    head: `<script>tarteaucitronForceLanguage = "en"; tarteaucitronCustomText = ${inline(words)};</script>
  <script src="${other}/tarteaucitron/tarteaucitron.min.js"></script>
  <script>
    tarteaucitron.init(${inline(settings)});
    ${services}
  </script>`,
    files: await files("tarteaucitron", "tarteaucitronjs", [
      "tarteaucitron.min.js",
      "tarteaucitron.services.min.js",
      "css/tarteaucitron.min.css",
      "lang/tarteaucitron.en.min.js",
    ]),
    banner: "#tarteaucitronAlertBig",
    accept: "#tarteaucitronAlertBig .tarteaucitronAllow",
  };
}

async function osano({ other }) {
  const settings = {
    type: "opt-in",
    palette: { popup: { background: "#ffffff", text: "#1b2430" }, button: { background: "#14395e", text: "#ffffff" } },
    content: {
      message: `${texts.TITLE}. ${texts.BODY} ${texts.PURPOSES_ASKED}`,
      allow: texts.ACCEPT,
      deny: texts.REJECT,
      link: texts.POLICY.label,
      href: texts.POLICY.href,
    },
  };
  return {
    name: label("cookieconsent"),
    side: "peer",
    setUp: "style sheet and plain script tag in the head, `initialise` at `load`, as it is documented; it has no categories",
    head: `<link rel="stylesheet" href="${other}/osano/cookieconsent.min.css">
  <script src="${other}/osano/cookieconsent.min.js"></script>
  <script>addEventListener("load", () => cookieconsent.initialise(${inline(settings)}));</script>`,
    files: await files("osano", "cookieconsent/build", ["cookieconsent.min.css", "cookieconsent.min.js"]),
    banner: ".cc-window",
    accept: ".cc-window .cc-allow",
  };
}

async function c15t({ other }) {
  const bundle = await build({
    entryPoints: [join(HERE, "c15t.jsx")],
    outdir: "c15t",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const output = (ending) => bundle.outputFiles.find(({ path }) => path.endsWith(ending)).contents;
  return {
    name: label("@c15t/react"),
    side: "peer",
    setUp: `bundled by esbuild with React ${version("react")} (production, minified), offline mode: style sheet and module in the head`,
    head: `<script type="module" crossorigin src="${other}/c15t/c15t.js"></script>
  <link rel="stylesheet" crossorigin href="${other}/c15t/c15t.css">`,
    files: { "/c15t/c15t.js": output(".js"), "/c15t/c15t.css": output(".css") },
    banner: '[data-testid="consent-banner-card"]',
    accept: '[data-testid="consent-banner-accept-button"]',
  };
}

/** Files of an installed package, by the path that they are served at. */
async function files(id, folder, names) {
  const read = async (name) => [`/${id}/${name}`, await readFile(join(PACKAGES, folder, name))];
  return Object.fromEntries(await Promise.all(names.map(read)));
}

function version(name) {
  return require(join(PACKAGES, name, "package.json")).version;
}

function label(name) {
  return `${name} ${version(name)}`;
}

/** JSON that can stand inside a script element. */
function inline(value) {
  return JSON.stringify(value).replaceAll("</", "<\\/");
}
