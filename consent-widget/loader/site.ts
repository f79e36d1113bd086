/** What the edge puts into the loader: `LoaderSite` in `crates/consent-core/src/loader.rs`. */
export interface LoaderSite {
  site: string;
  notice: string;
  material: string;
  language: string;
  /** The optional purposes asked for, and their names. */
  purposes: Partial<Record<OptionalPurpose, string>>;
  months: number;
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

export type OptionalPurpose = "preferences" | "statistics" | "marketing";
export type Purpose = "necessary" | OptionalPurpose;

/** `window.Temoin.consent`: whether each purpose is granted. */
export type Consent = Record<Purpose, boolean>;

export const PURPOSES: readonly Purpose[] = ["necessary", "preferences", "statistics", "marketing"];

/** Nothing optional is granted. */
export const NOTHING: Consent = { necessary: true, preferences: false, statistics: false, marketing: false };
