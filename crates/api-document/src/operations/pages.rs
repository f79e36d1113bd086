//! What pages load, and what people read.

use crate::operation::{Method, Operation};
use crate::schemas::Schemas;
use consent_core::Notice;
use consent_core::api::declaration::Declaration;
use consent_core::problem::ProblemType::{
    Malformed, NoSuchAddress, Setting, UnknownAsset, UnknownLanguage, UnknownNotice, UnknownPart,
    UnknownSchema,
};
use consent_core::text::LanguageTag;
use serde_json::{Value, json};

const TAG: &str = "pages";
const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

const PLACE: &str = "Of a site with several laws, under the law of this place: a country (ISO 3166-1 alpha-2), or one of its \
    subdivisions (ISO 3166-2). That of the visitor's place where it is left out.";

fn place(_: &mut Schemas) -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z]{2}(-[0-9A-Za-z]{1,3})?$" })
}

#[expect(clippy::too_many_lines, reason = "a list, of a few lines each")]
pub fn operations() -> Vec<Operation> {
    let get = |path, id, summary| Operation::new(Method::Get, path, id, TAG, summary);
    vec![
        get(
            "/t/{site}.js",
            "getLoader",
            "Answers the loader of a site, with the banner in the visitor's language.",
        )
        .more("Other parameters are not looked at: some tags carry a number against caches.")
        .of_site()
        .query::<String>(
            "inline",
            "Answers a `script` element to be put into a page. Its value does not matter.",
        )
        .query::<LanguageTag>(
            "language",
            "The language; that of `Accept-Language` where it is left out.",
        )
        .query_of("place", place, PLACE)
        .query_of(
            "nonce",
            |_| json!({ "type": "string", "pattern": "^[0-9A-Za-z+/_=-]{1,128}$" }),
            "With `inline`: the nonce of the page's policy.",
        )
        .text(SCRIPT, "The loader")
        .text(HTML, "")
        .conditional()
        .problem(Malformed),
        get(
            "/t/{site}/{loader}/{language}.js",
            "getPinnedLoader",
            "Answers a loader by its digest: the same bytes for ever.",
        )
        .text(SCRIPT, "The loader")
        .problems(&[UnknownPart, NoSuchAddress, UnknownSchema]),
        get(
            "/n/{notice}/{language}/dialog.html",
            "getDialog",
            "Answers the dialog of a notice, as the widget shows it.",
        )
        .text(HTML, "The dialog")
        .problems(&[UnknownPart, NoSuchAddress, UnknownSchema]),
        get(
            "/n/{notice}/{language}/declaration.html",
            "getDeclarationPart",
            "Answers the cookie declaration of a notice, to be put into a page.",
        )
        .text(HTML, "The declaration")
        .problems(&[UnknownPart, NoSuchAddress, UnknownSchema]),
        get(
            "/d/{site}",
            "getDeclarationPage",
            "Shows the cookie declaration of a site.",
        )
        .of_site()
        .query_of("place", place, PLACE)
        .text(HTML, "The page, in the visitor's language")
        .conditional()
        .problems(&[UnknownNotice, UnknownPart]),
        get(
            "/d/{site}/{language}",
            "getDeclarationPageIn",
            "Shows the cookie declaration of a site in one of its languages.",
        )
        .of_site()
        .query_of("place", place, PLACE)
        .text(HTML, "The page")
        .conditional()
        .problems(&[UnknownLanguage, UnknownNotice, UnknownPart]),
        get(
            "/v1/sites/{site}/declaration",
            "getDeclaration",
            "Answers the cookie declaration of a site for programs.",
        )
        .of_site()
        .query::<LanguageTag>(
            "language",
            "A language of the site; that of `Accept-Language` where it is left out.",
        )
        .example("en")
        .query_of("place", place, PLACE)
        .json::<Declaration<'_>>(200, "The declaration")
        .conditional()
        .problems(&[Malformed, UnknownNotice]),
        get(
            "/v1/notices/{notice}",
            "getNotice",
            "Answers a notice: the very bytes that its hash names.",
        )
        .json::<Notice>(200, "The notice")
        .problems(&[UnknownNotice, UnknownSchema]),
        get(
            "/preview/{site}/{loader}/{language}",
            "getPreview",
            "Shows a page with a banner that keeps and sends nothing.",
        )
        .text(HTML, "The page")
        .problems(&[UnknownPart, UnknownLanguage, Setting, UnknownSchema]),
        get(
            "/w/{asset}",
            "getAsset",
            "Answers a file of the widget or the console.",
        )
        .text(SCRIPT, "The file")
        .text("application/wasm", "")
        .text("text/css; charset=utf-8", "")
        .text("application/json", "")
        .problem(UnknownAsset),
        get(
            "/i/{site}.js",
            "getInspector",
            "Answers the inspector, which an owner starts in a page of theirs.",
        )
        .text(SCRIPT, "The inspector")
        .problem(UnknownAsset),
        get(
            "/t/temoin.d.ts",
            "getTypes",
            "Answers the types of the script API, in TypeScript.",
        )
        .text(TEXT, "The types"),
    ]
}
