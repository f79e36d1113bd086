/**
 * The options of the loader: each is true in the loaders of the sites that use it, and what it guards
 * is left out of the others (`OPTIONS` in `crates/consent-core/src/browser/loader.rs`).
 */
declare const __AUTOMATIC__: boolean;
declare const __COOKIEBOT__: boolean;
declare const __HAND_OVER__: boolean;
declare const __IMPORT__: boolean;
declare const __LAWS__: boolean;
declare const __OPT_OUT__: boolean;
declare const __SEVERAL__: boolean;
declare const __SIGNALS__: boolean;
