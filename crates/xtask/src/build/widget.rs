//! The widget and the loaders, into the folder of assets.

use super::assets::{Built, Toolchain, name_of, pack};
use super::script::{MODULE, esbuild, minify};
use super::stamp::Stamp;
use super::wasm;
use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use consent_core::loader::{LoaderOption, variant};
use consent_core::signals::Tool;
use std::collections::BTreeMap;
use std::path::Path;
use xshell::{Shell, cmd};

/// Makes the assets of the compiled widget and the scripts, if one of them has changed.
pub fn make(shell: &Shell, glue: &Path, toolchain: Toolchain, compiled: &Path) -> Result<()> {
    log_step("Building the loaders");
    let loaders = loaders(shell)?;
    let callers = callers(shell)?;
    let verifier = ["consent-widget/loader/receipt-verifier/main.ts"];
    let proof = esbuild(shell, &[&verifier, MODULE].concat())?;
    let inspector = ["consent-widget/inspector/main.ts", "--loader:.css=text"];
    let inspector = esbuild(shell, &[&inspector, MODULE].concat())?;
    let mut inputs = vec![shell.read_binary_file(compiled)?];
    let scripts = loaders
        .values()
        .chain(callers.values())
        .chain([&proof, &inspector]);
    inputs.extend(scripts.map(|script| script.clone().into_bytes()));
    for part in [
        "widget/main.ts",
        "widget/show-dialog.ts",
        "ui/html.ts",
        "ui/notice-parts.ts",
        "intrinsics.ts",
        "minify.mjs",
    ] {
        inputs.push(shell.read_binary_file(Path::new("consent-widget/loader").join(part))?);
    }
    let work = Path::new("target/temoin/widget");
    let stamp = Stamp::of(&work.join("stamp"), &inputs);
    if stamp.is_fresh(shell) && local_server::assets().join("manifest.json").exists() {
        return Ok(());
    }
    log_step("Packing the widget");
    shell.create_dir(work)?;
    cmd!(shell, "{glue} widget {compiled} {work}")
        .quiet()
        .run()?;
    let small = work.join("widget_opt.wasm");
    wasm::optimise(shell, &work.join("widget_bg.wasm"), &small, wasm::SMALLEST)?;
    let proof = minify(shell, work, [("proof".to_owned(), proof)].into())?;
    let proof = &*proof["proof"];
    // The widget knows it by its content, so that the widget's digest vouches for it too.
    let beside = format!(
        "--define:__PROOF__=\"./{}\"",
        name_of(proof.as_bytes(), "js")
    );
    let script = work.join("widget.js");
    let alias = format!("--alias:#widget=./{}", script.display());
    let widget = [
        "consent-widget/loader/widget/main.ts",
        &alias,
        &beside,
        INTRINSICS,
    ];
    let script = esbuild(shell, &[&widget, MODULE].concat())?;
    let script = minify(shell, work, [("widget".to_owned(), script)].into())?;
    let callers = expressions(minify(shell, work, callers)?)?;
    let built = Built {
        toolchain,
        loaders: minify(shell, work, loaders)?,
        callers,
        script: &script["widget"],
        proof,
        inspector: &inspector,
        wasm: shell.read_binary_file(&small)?,
    };
    pack(shell, &built)?;
    stamp.write(shell)
}

/// No named element of the page stands in for a property of its document.
const INTRINSICS: &str = "--inject:consent-widget/loader/intrinsics.ts";

/// What tells each tool what a visitor decided, by the tool's name.
fn callers(shell: &Shell) -> Result<BTreeMap<String, String>> {
    let names = Tool::ALL.iter().map(|tool| tool.as_str());
    names
        .map(|name| {
            let file = format!("consent-widget/loader/interop/callers/{name}.ts");
            // Not bundled: it is one function, and the server puts it into a loader as such.
            let script = esbuild(shell, &[&file, "--format=esm", "--target=es2022"])?;
            Ok((name.to_owned(), script))
        })
        .collect()
}

/// The function that each of these modules exports, as an expression.
fn expressions(modules: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let expression = |(name, module): (String, String)| {
        let function = exported(&module);
        let function = function.with_context(|| format!("{name}.ts is more than one function"))?;
        // It must be able to stand in a page, in one place of a loader.
        let is_plain = !["<", "import", "__TEMOIN"]
            .iter()
            .any(|text| function.contains(text));
        ensure!(
            is_plain,
            "{name}.ts cannot be put into a loader: {function}"
        );
        Ok((name, function.to_owned()))
    };
    modules.into_iter().map(expression).collect()
}

/// What a module of one expression exports: `var f=…;export{f as default};`.
fn exported(module: &str) -> Option<&str> {
    let (name, rest) = module.trim().strip_prefix("var ")?.split_once('=')?;
    rest.strip_suffix(&format!(";export{{{name} as default}};"))
}

/// One loader for each set of options, by its variant's name: what a site does not use is not in
/// its loader.
fn loaders(shell: &Shell) -> Result<BTreeMap<String, String>> {
    (0..1_u32 << LoaderOption::ALL.len())
        .map(|set| move |option: LoaderOption| set >> option as u32 & 1 == 1)
        .filter(|has| LoaderOption::go_together(has))
        .map(|has| {
            let defines = LoaderOption::ALL
                .map(|option| format!("--define:{}={}", option.constant(), has(option)));
            let mut arguments = vec![
                "consent-widget/loader/main.ts",
                "--bundle",
                "--format=iife",
                "--target=es2022",
                INTRINSICS,
            ];
            arguments.extend(defines.iter().map(String::as_str));
            Ok((variant(has), esbuild(shell, &arguments)?))
        })
        .collect()
}
