/** What the edge puts into the loader: `LoaderSite` in `crates/consent-core/src/loader.rs`. */
export interface LoaderSite {
  site: string;
  server: string;
  notice: string;
  material: string;
  language: string;
  rtl?: true;
  /** Trackers run until the visitor objects. */
  opt_out?: true;
  /** The optional purposes asked for, and their names. */
  purposes: Partial<Record<OptionalPurpose, string>>;
  services: Record<string, Service>;
  /** Services whose tag may run before a choice, since it obeys Consent Mode. */
  open?: string[];
  months: number;
  /** After how many months the visitor is asked anew. */
  reask: number;
  /** The domain whose subdomains share the choice. */
  domain?: string;
  signals?: Signals;
  /** Origins that a choice is handed over to. */
  siblings?: string[];
  import?: ("cookiebot" | "vanilla_cookieconsent" | "klaro")[];
  /** Announced when a choice is stored. */
  saved: string;
  /** Announced when the dialog was asked for and cannot be shown. */
  unavailable: string;
  script: string;
  wasm: string;
  layer: string;
  placeholder: string;
  style: string;
}

export interface Service {
  /** Its name, if a visitor can be asked about it. */
  name?: string;
  purpose: Purpose;
  /** Names of cookies and storage keys; `*` ends a prefix. */
  cookies: string[];
  hosts?: string[];
}

export interface Signals {
  google?: { types: Record<string, Purpose>; wait: number; passthrough?: true; redaction?: true };
  uet?: true;
  clarity?: true;
}

export type OptionalPurpose = "preferences" | "statistics" | "marketing";
export type Purpose = "necessary" | OptionalPurpose;

export const PURPOSES: readonly Purpose[] = ["necessary", "preferences", "statistics", "marketing"];
