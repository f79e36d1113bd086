//! `wasm-glue widget|console|worker|tests COMPILED.wasm FOLDER`: writes the module and its JavaScript into the folder.

use anyhow::{Context as _, Result, bail};
use std::env;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kind, compiled, folder] = &arguments[..] else {
        bail!("usage: wasm-glue widget|console|worker|tests COMPILED.wasm FOLDER");
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).typescript(false);
    match kind.as_str() {
        // `widget.js` and `widget_bg.wasm`, for a page; the same of the console.
        "widget" | "console" => bindgen
            .web(true)?
            .out_name(kind)
            .omit_default_module_path(true)
            .remove_producers_section(true),
        // `index.js` and `index_bg.wasm`, for a Worker: with what starts the instance anew after a panic.
        "worker" => bindgen
            .module(true)?
            .out_name("index")
            .reset_state_function(true)
            .force_enable_abort_handler(true),
        // `tests.js` and `tests_bg.wasm`, for the page that runs them: each test is an export.
        "tests" => bindgen
            .web(true)?
            .out_name("tests")
            .debug(true)
            .export_wasm(true)
            .emit_start(false),
        _ => bail!("`{kind}` is none of `widget`, `console`, `worker` and `tests`"),
    };
    bindgen
        .generate(folder)
        .with_context(|| format!("wasm-bindgen failed on {compiled}"))
}
