//! The loader's part of the table, as TypeScript: what automatic blocking holds in the page.
//!
//! The test below writes it to `consent-widget/loader/generated/loading.ts`, which is committed. Where that file is not
//! what the table says, the test fails and names the command that renews it.

use super::{FOLLOWED, InPage, Loading, TABLE, When};
use std::fmt::Write as _;
use std::path::Path;

const HEADER: &str = "// Generated from the table in `crates/edge-gate/src/loads.rs`: do not edit. To renew it, run\n\
    //     TEMOIN_BLESS=1 cargo test -p edge-gate --lib typescript\n";

fn generated() -> String {
    let held: Vec<&Loading> = TABLE
        .iter()
        .filter(|row| row.in_page == InPage::Held)
        .collect();
    let mut text = HEADER.to_owned();
    let _ = write!(
        text,
        "\n/** The relations of a link that a browser follows by itself, if only to look up a name. */\n\
         export const FOLLOWED =\n  \"{}\";\n\
         \n/** Each attribute that loads something, with the elements that have it; `link` selects the links that are followed. */\n\
         export const attributes = (link: string) => ({{\n",
        FOLLOWED.join(" ")
    );
    for name in unique(held.iter().map(|row| local_name(row))) {
        let rows = held.iter().filter(|row| local_name(row) == name);
        let _ = writeln!(text, "  {name}: {},", expression(rows));
    }
    // In a drawing, `xlink:href` is on the same elements as `href`.
    let named_once = held.iter().filter(|row| row.name == local_name(row));
    // What a drawing has as an attribute waits as a style.
    let left = TABLE.iter().filter(|row| {
        row.in_page != InPage::Held && row.held.strip_prefix("data-held-") == Some(row.name)
    });
    let _ = write!(
        text,
        "}});\n\
         \n/** The elements that may load something, by their name or by that of the attribute. */\n\
         export const ELEMENTS = \"{}\";\n\
         \n/** The attributes that only the edge holds. */\n\
         export const ONLY_AT_EDGE = [{}];\n",
        unique(super::selectors(named_once.copied())).join(","),
        unique(left.map(|row| format!("\"{}\"", row.name))).join(", ")
    );
    text
}

/// The attribute's name in the page: in a drawing, `xlink:href` is another name of `href`.
fn local_name(row: &Loading) -> &'static str {
    row.name.strip_prefix("xlink:").unwrap_or(row.name)
}

/// The elements of the rows of one attribute, as an expression of TypeScript.
fn expression<'a>(rows: impl Iterator<Item = &'a &'a Loading>) -> String {
    let (links, others): (Vec<&Loading>, Vec<_>) =
        rows.copied().partition(|row| row.when == When::Followed);
    let others = unique(others.into_iter().flat_map(selectors)).join(",");
    match (others.is_empty(), links.is_empty()) {
        (true, _) => "link".to_owned(),
        (false, true) => format!("\"{others}\""),
        (false, false) => format!("\"{others},\" + link"),
    }
}

/// The elements of a row, each as a selector.
fn selectors(row: &Loading) -> impl Iterator<Item = String> {
    row.elements.iter().map(|&element| match row.when {
        When::ImageButton => format!("{element}[type=image]"),
        // In HTML it has `src`; and nobody knows where it will stand before it is there.
        When::InDrawing if element == "script" => "script:not([src])".to_owned(),
        _ => element.to_owned(),
    })
}

/// Each item once, where it came first.
fn unique<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for item in items {
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}

#[test]
fn the_table_of_the_page_is_up_to_date() {
    let name = "consent-widget/loader/generated/loading.ts";
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    let text = generated();
    if std::env::var_os("TEMOIN_BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == text,
        "{name} is not what the table says. To renew it, run:\n    \
         TEMOIN_BLESS=1 cargo test -p edge-gate --lib typescript"
    );
}
