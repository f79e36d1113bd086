// Generated from the types of `crates/consent-core`: do not edit. To renew it, run
//     TEMOIN_BLESS=1 cargo test -p consent-core --lib typescript

/** Why a service reads or writes something on the visitor's device. */
export type Purpose = "necessary" | "preferences" | "statistics" | "marketing";

/** A purpose that a visitor can refuse. */
export type OptionalPurpose = "preferences" | "statistics" | "marketing";

/** What the buttons of the first layer answer. */
export type FirstLayerAnswer = "accept_all" | "reject_all";

/** A tool whose stored choice can be taken over. */
export type ImportSource = "cookiebot" | "vanilla_cookieconsent" | "klaro";

/** A tool of others that can be told what a visitor decided. */
export type Tool = "google" | "microsoft_uet" | "clarity" | "meta" | "tiktok" | "matomo" | "posthog" | "hubspot" | "shopify" | "wp_consent_api" | "amazon";

/** What of Matomo waits for the visitor's yes. */
export type MatomoMode = "consent" | "cookie_consent";

/** What the loader needs to tell one tool. */
export type LoaderTool = {
  /** Each of the tool's permissions, and the purpose that grants it. */
  types: Record<string, Purpose>,
  /** Google: how long a tag waits for the update of a stored choice, in milliseconds. */
  wait?: number,
  /** Google: whether click identifiers are passed in addresses where cookies are denied. */
  passthrough?: boolean,
  /** Google: whether advertising identifiers are removed from requests where marketing is denied. */
  redaction?: boolean,
  /** Matomo: what waits for the visitor's yes. */
  mode?: MatomoMode,
  /** Amazon: the country whose law applies, as ISO 3166-1 alpha-2 has it. */
  country?: string,
};

/** What the loader needs to tell the tools: a row for each that the site names. */
export type LoaderSignals = Partial<Record<Tool, LoaderTool>>;

/** A service as the loader knows it. */
export type LoaderService = {
  /** Its name, if a visitor can be asked about it: a placeholder shows it. */
  name?: string,
  /** What it is used for. */
  purpose: Purpose,
  /** Whether it needs no consent: on until the visitor objects to it. */
  exempt?: boolean,
  /** The names of its cookies and storage keys, `*` at the end of a prefix. */
  cookies: Array<string>,
  /** Its hosts, where the gate is automatic. */
  hosts?: Array<string>,
};

/** The first layer as HTML and CSS. */
export type Markup = {
  /** What goes into the root element: the banner, the small permanent button, the place where
   * "choice saved" is announced. */
  layer: string,
  /** What stands in for a blocked frame. */
  placeholder: string,
  /** The styles of both. */
  style: string,
};

/** A site as its loader knows it. The loader's type is generated from this one, see `typescript.rs`. */
export type LoaderSite = {
  /** The site. */
  site: string,
  /** The consent server's origin; where the loader has an address of its own, that one counts. Empty
   * where it is the page's own. */
  server: string,
  /** Where the site's pages are: reports from elsewhere are refused. */
  origins: Array<string>,
  /** The notice in force. */
  notice: string,
  /** What a stored choice must be an answer to. */
  material: string,
  /** What was asked under another law of the site, and whether all of an answer to it holds here; otherwise only a refusal
   * does. */
  also?: Record<string, boolean>,
  /** The law under which the visitor is asked, where the site has several. */
  law?: string,
  /** The language of the texts. */
  language: string,
  /** What a page that is in another of the site's languages may call it, in lower case. */
  others?: Array<string>,
  /** Whether the language runs from right to left. */
  rtl?: boolean,
  /** Whether trackers run until the visitor objects, whatever their purpose: there, Global Privacy Control is an answer. */
  opt_out?: boolean,
  /** The purposes asked for that are on until the visitor refuses them, each `true`. */
  until_refused?: Partial<Record<OptionalPurpose, true>>,
  /** The optional purposes asked for, and their names. */
  purposes: Partial<Record<OptionalPurpose, string>>,
  /** What each service keeps in the browser and, for automatic blocking, where it comes from. */
  services: Record<string, LoaderService>,
  /** The services whose tag may run before a choice, because it obeys Consent Mode. */
  open?: Array<string>,
  /** How long a choice is kept, in calendar months. */
  months: number,
  /** After how many calendar months the visitor is asked anew. */
  reask: number,
  /** The domain whose subdomains share the choice. */
  domain?: string,
  /** Which tags are told what was decided. */
  signals?: LoaderSignals,
  /** The hosts of the site's origins, where the gate is automatic: what they serve is the site's own. */
  own_hosts?: Array<string>,
  /** Origins that a choice is handed over to. */
  siblings?: Array<string>,
  /** The consent tools whose stored choice is imported. */
  import?: Array<ImportSource>,
  /** Announced when a choice is stored. */
  saved: string,
  /** Announced when the dialog was asked for and cannot be shown. */
  unavailable: string,
  /** The path of the script that starts the widget, on the consent server. */
  script: string,
  /** The path of the widget's WebAssembly, on the consent server. */
  wasm: string,
  /** What goes into the root element: the banner, the small permanent button, the place where
   * "choice saved" is announced. */
  layer: string,
  /** What stands in for a blocked frame. */
  placeholder: string,
  /** The styles of both. */
  style: string,
};
