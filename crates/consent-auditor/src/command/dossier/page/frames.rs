//! The pictures of what was shown: frames without scripts, in which the very markup stands whose digest the notice
//! states. The verifier finds it between the two marks.

use consent_core::text::LanguageTag;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The style of what is around the markup, and of how it is shown without its scripts.
pub const STYLE: &str = include_str!("frame.css");

/// What stands before the markup, and what after it: see `consent-widget/loader/dossier/shown.ts`.
const BEGIN: &str = "<!--shown-->";
const END: &str = "<!--/shown-->";

/// Which part of what was shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first layer.
    Layer,
    /// The dialog.
    Dialog,
}

impl Part {
    /// Its name among the notice's digests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Layer => "layer",
            Self::Dialog => "dialog",
        }
    }
}

/// The document in a frame.
pub fn document(part: Part, markup: &str, style: &str, language: &LanguageTag) -> String {
    let direction = if language.runs_right_to_left() {
        "rtl"
    } else {
        "ltr"
    };
    let shown = PreEscaped(format!("{BEGIN}{markup}{END}"));
    let page: Markup = html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                title { (part.as_str()) }
                // Its layer comes first: among important declarations, the layer that is declared first wins.
                style { (PreEscaped(STYLE)) }
                style { (PreEscaped(style)) }
            }
            body {
                div #cookie-consent lang=(language) dir=(direction) {
                    @if part == Part::Dialog { dialog open aria-labelledby="temoin-dialog-title" { (shown) } } @else { (shown) }
                }
            }
        }
    };
    page.into_string()
}
