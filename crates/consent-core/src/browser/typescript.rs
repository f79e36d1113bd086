//! The loader's TypeScript, generated from the types of this crate.
//!
//! The loader cannot wait for WebAssembly, so it reads some of what is defined here in TypeScript. Its types and
//! constants are written by the test below to `consent-widget/loader/generated/`, and committed. Where the files
//! there are not what the types say, the test fails and names the command that renews them.

use super::loader::{LoaderService, LoaderSite, Markup};
use super::stored::{CLOCK_TOLERANCE_SECONDS, Pending, STORAGE_KEY};
use super::wallet::{OUTBOX_KEY, WALLET_KEY};
use crate::calendar::Timestamp;
use crate::choice::{Consent, Purpose};
use crate::site::config::{ImportSource, LONGEST_CHOICE_MONTHS};
use crate::site::signals::{LoaderSignals, LoaderTool, MatomoMode, Tool};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;
use ts_rs::{Config, TS};

const HEADER: &str = "// Generated from the types of `crates/consent-core`: do not edit. To renew it, run\n\
    //     TEMOIN_BLESS=1 cargo test -p consent-core --lib typescript\n";

fn types() -> String {
    fn declare<T: TS>(text: &mut String, config: &Config) {
        let docs = T::docs().unwrap_or_default();
        let _ = write!(
            text,
            "\n{}",
            laid_out(&format!("{docs}export {}", T::decl(config)))
        );
    }
    let config = Config::new();
    let mut text = HEADER.to_owned();
    declare::<Purpose>(&mut text, &config);
    text.push_str("\n/** A purpose that a visitor can refuse. */\nexport type OptionalPurpose = ");
    text.push_str(&union(Purpose::OPTIONAL));
    text.push_str(
        ";\n\n/** What the buttons of the first layer answer. */\nexport type FirstLayerAnswer = ",
    );
    text.push_str(&union(Pending::METHODS));
    text.push_str(";\n");
    declare::<ImportSource>(&mut text, &config);
    declare::<Tool>(&mut text, &config);
    declare::<MatomoMode>(&mut text, &config);
    declare::<LoaderTool>(&mut text, &config);
    declare::<LoaderSignals>(&mut text, &config);
    declare::<LoaderService>(&mut text, &config);
    declare::<Markup>(&mut text, &config);
    declare::<LoaderSite>(&mut text, &config);
    text
}

/// Puts each field on a line of its own, below its comment.
fn laid_out(declaration: &str) -> String {
    let declaration = declaration
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */")
        .replace(", };", ",\n};");
    let mut text = String::new();
    let mut indent = "";
    for line in declaration.lines().map(str::trim_end) {
        indent = if line == "};" { "" } else { indent };
        let _ = writeln!(text, "{indent}{line}");
        indent = if line.ends_with('{') { "  " } else { indent };
    }
    text
}

/// The JSON of these values as a union of literal types.
fn union<T: Serialize>(values: impl IntoIterator<Item = T>) -> String {
    let literals: Vec<_> = values.into_iter().map(|value| json(&value)).collect();
    literals.join(" | ")
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn constants() -> String {
    let mut text = format!("{HEADER}\nimport type {{ Purpose }} from \"./types\";\n");
    let mut declare = |docs: &str, name: &str, value: String| {
        let _ = write!(text, "\n/** {docs} */\nexport const {name} = {value};\n");
    };
    declare(
        "The name of the cookie and of the local-storage key that hold the choice.",
        "STORAGE_KEY",
        json(&STORAGE_KEY),
    );
    declare(
        "The local-storage key of the visitor's secret and their receipts.",
        "WALLET_KEY",
        json(&WALLET_KEY),
    );
    declare(
        "The local-storage key of the reports that the server has not acknowledged.",
        "OUTBOX_KEY",
        json(&OUTBOX_KEY),
    );
    declare(
        "The four purposes, in the order in which they are shown and stored.",
        "PURPOSES: readonly Purpose[]",
        json(&Purpose::ALL).replace(',', ", "),
    );
    declare(
        "The letter of a granted purpose or service in a stored choice.",
        "GRANTED_LETTER",
        json(&Consent::Granted.letter()),
    );
    declare(
        "A choice is kept this many calendar months at most.",
        "LONGEST_CHOICE_MONTHS",
        json(&LONGEST_CHOICE_MONTHS),
    );
    declare(
        "How far after the clock's present a choice may have been made, in milliseconds.",
        "CLOCK_TOLERANCE_MS",
        json(&(CLOCK_TOLERANCE_SECONDS * 1000)),
    );
    declare(
        "The last millisecond of the year 9999, counted from 1970: the latest time there is.",
        "LATEST_TIME_MS",
        json(&Timestamp::MAX.as_millis()),
    );
    text
}

#[test]
fn the_generated_files_of_the_loader_are_up_to_date() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../consent-widget/loader/generated");
    for (name, text) in [("types.ts", types()), ("constants.ts", constants())] {
        let file = folder.join(name);
        if std::env::var_os("TEMOIN_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &text).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            written == text,
            "consent-widget/loader/generated/{name} is not what the types of consent-core say. To renew it, run:\n    \
             TEMOIN_BLESS=1 cargo test -p consent-core --lib typescript"
        );
    }
}
