/** Starts the console's WebAssembly. wasm-bindgen makes `#console`; the build passes its place, and the module's name. */
import init from "#console";

void init({ module_or_path: new URL(__WASM__, import.meta.url) });
