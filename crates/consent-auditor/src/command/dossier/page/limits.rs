//! The last sections: what is proved and what is not, and how to verify again.

use super::{View, table};
use maud::{Markup, html};

/// The section of the limits.
pub fn section(view: &View<'_>) -> Markup {
    let words = view.words.limits;
    let claims = [
        (words.received, "proved", words.proved, words.received_by),
        (words.before, "proved", words.proved, words.before_by),
        (words.complete, "proved", words.proved, words.complete_by),
        (words.same, "proved", words.proved, words.same_by),
        (words.loader, "proved", words.proved, words.loader_by),
        (words.follows, "checked", words.checked, words.follows_by),
        (words.origin, "said", words.said, words.origin_by),
        (words.trusted, "said", words.said, words.trusted_by),
        (words.who, "not", words.not_known, words.who_by),
        (words.ran, "not", words.not_proved, words.ran_by),
        (words.dropped, "not", words.not_proved, words.dropped_by),
        (words.split, "not", words.not_proved, words.split_by),
        (words.file, "not", words.not_proved, words.file_by),
    ];
    let rows = html! {
        @for (claim, kind, worth, by) in claims {
            tr class=(kind) { th scope="row" { (claim) } td { strong { (worth) } (view.words.document.colon) (by) } }
        }
    };
    html! {
        section #limits {
            h2 { (words.title) }
            (table(words.caption, &[words.claim, words.worth], &rows))
        }
    }
}

/// The steps of a check by standard tools, as `docs/proof-format.md` has them.
const PARTS: &str =
    "{ printf 'temoin subject v1\\n'; xxd -r -p subject_salt; cat subject; } | sha256sum
{ printf 'temoin decision v1\\n'; xxd -r -p decision_salt; cat decision; } | sha256sum";
const COMMITMENT: &str =
    "{ printf 'temoin commitment v1\\n'; xxd -r -p SUBJECT; xxd -r -p DECISION; } | sha256sum";
const LEAF: &str = "{ printf '\\0'; cat entry; } | sha256sum";

/// The section on how to verify again.
pub fn again(view: &View<'_>) -> Markup {
    let words = view.words.limits;
    let verify = format!(
        "temoin verify {} --site {}",
        view.question.source, view.question.site
    );
    let steps = [
        (words.step_hashes, PARTS),
        (words.step_commitment, COMMITMENT),
        (words.step_leaf, LEAF),
        (words.step_file, "sha256sum dossier.html"),
    ];
    html! {
        section #again {
            h2 { (words.again) }
            h3 { (words.again_temoin) }
            p { (words.again_temoin_why) }
            pre tabindex="0" { (view.question.command("query")) "\n" (verify) }
            h3 { (words.again_alone) }
            p { (words.again_alone_why) }
            ol.shell { @for (name, command) in steps { li { p.label { (name) } pre tabindex="0" { (command) } } } }
            p { (words.again_format) }
        }
    }
}
