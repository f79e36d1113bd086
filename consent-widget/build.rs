//! Prepares the styles, so that the sources stay readable and the page's own styles cannot win.
//!
//! Every declaration becomes `!important` inside one cascade layer: important declarations of a
//! layer beat the page's important declarations outside any layer (CSS Cascading and Inheritance
//! Level 5, section 6.4.3), so nothing a page says about `button` or `*` changes ours.

use lightningcss::rules::CssRule;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=style");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    for name in ["first-layer.css", "dialog.css"] {
        let source = fs::read_to_string(Path::new("style").join(name))
            .unwrap_or_else(|error| panic!("style/{name}: {error}"));
        let prepared = prepare(&source).unwrap_or_else(|error| panic!("style/{name}: {error}"));
        fs::write(Path::new(&out).join(name), prepared).expect("OUT_DIR can be written");
    }
}

fn prepare(source: &str) -> Result<String, String> {
    let layered = format!("@layer temoin{{{source}}}");
    let mut sheet =
        StyleSheet::parse(&layered, ParserOptions::default()).map_err(|error| error.to_string())?;
    make_important(&mut sheet.rules.0);
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| error.to_string())?;
    let options = PrinterOptions {
        minify: true,
        ..PrinterOptions::default()
    };
    sheet
        .to_css(options)
        .map(|result| result.code)
        .map_err(|error| error.to_string())
}

fn make_important(rules: &mut [CssRule]) {
    for rule in rules {
        match rule {
            CssRule::Style(style) => {
                let plain = std::mem::take(&mut style.declarations.declarations);
                style.declarations.important_declarations.extend(plain);
                make_important(&mut style.rules.0);
            }
            CssRule::LayerBlock(layer) => make_important(&mut layer.rules.0),
            CssRule::Media(media) => make_important(&mut media.rules.0),
            CssRule::Supports(supports) => make_important(&mut supports.rules.0),
            // Keyframes take no importance; nothing else is used.
            _ => {}
        }
    }
}
