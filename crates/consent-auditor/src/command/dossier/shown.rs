//! What visitors were shown: each notice that a record names, and what was rendered from it, held to the digests that
//! the notice states. What does not have its digest is not shown.

use crate::check::notices;
use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use crate::source::Source;
use crate::source::target::Target;
use consent_core::proof::DisclosedRecord;
use consent_core::text::LanguageTag;
use consent_core::{Notice, NoticeHash, Sha256Digest, SiteId};
use std::collections::{BTreeMap, BTreeSet};

/// How many notices are shown, and how many languages of each: a picture of a dialog has some 50 kB.
const MAX_NOTICES: usize = 8;
const MAX_LANGUAGES: usize = 6;

/// The first layer's style as this version has it.
pub const LAYER_STYLE: &str =
    include_str!("../../../../../consent-widget/style/prepared/first-layer.css");

/// A notice that records name.
pub struct ShownNotice {
    /// Its hash.
    pub hash: NoticeHash,
    /// How many of the records name it.
    pub records: usize,
    /// Its bytes, which have that hash; nothing where there was no more room.
    pub bytes: Option<String>,
    /// What it says; nothing where this version cannot read it.
    pub notice: Option<Notice>,
    /// What was shown, by language.
    pub languages: Vec<ShownLanguage>,
    /// The languages for which there was no more room.
    pub left_out: Vec<LanguageTag>,
}

/// What was shown in one language.
pub struct ShownLanguage {
    /// The language.
    pub language: LanguageTag,
    /// How many of the records are in it.
    pub records: usize,
    /// The first layer.
    pub layer: Shown,
    /// The dialog.
    pub dialog: Shown,
    /// The style of the first layer, as its loader carries it, or this version's. The notice does not bind it.
    pub style: String,
}

/// One thing that was shown.
pub enum Shown {
    /// Its markup, which has the digest that the notice states.
    Verified(String),
    /// The server no longer serves it.
    Absent,
}

/// Finds what the notices of these records bind. `kept` are loaders that somebody kept.
pub fn of_records(
    target: &Target,
    site: &SiteId,
    records: &[DisclosedRecord],
    kept: &[String],
) -> Result<Vec<ShownNotice>, Failure> {
    let mut named: BTreeMap<NoticeHash, BTreeMap<LanguageTag, usize>> = BTreeMap::new();
    let mut order = Vec::new();
    for disclosed in records {
        let record = &disclosed.record;
        if !named.contains_key(&record.notice) {
            order.push(record.notice);
        }
        let languages = named.entry(record.notice).or_default();
        *languages.entry(record.language.clone()).or_default() += 1;
    }
    let source = &*target.source;
    let mut loaders = Loaders {
        site,
        kept,
        served: BTreeMap::new(),
    };
    let mut notices = Vec::new();
    for hash in order {
        let languages = named.remove(&hash).unwrap_or_default();
        let room = notices.len() < MAX_NOTICES;
        notices.push(shown(source, hash, languages, room, &mut loaders)?);
    }
    Ok(notices)
}

fn shown(
    source: &dyn Source,
    hash: NoticeHash,
    languages: BTreeMap<LanguageTag, usize>,
    room: bool,
    loaders: &mut Loaders<'_>,
) -> Result<ShownNotice, Failure> {
    let mut shown = ShownNotice {
        hash,
        records: languages.values().sum(),
        bytes: None,
        notice: None,
        languages: Vec::new(),
        left_out: Vec::new(),
    };
    let path = format!("v1/notices/{hash}");
    let bytes = source.get(&path)?;
    let place = source.location(&path);
    notices::check(hash, bytes.as_deref(), &place)?;
    if !room {
        return Ok(shown);
    }
    let text = String::from_utf8(bytes.unwrap_or_default()).map_err(|error| {
        let finding = Finding::new(Check::Notices, &place, "this is not a notice");
        finding.expected("JSON in UTF-8", error)
    })?;
    shown.notice = serde_json::from_str(&text).ok();
    shown.bytes = Some(text);
    let Some(notice) = &shown.notice else {
        return Ok(shown);
    };
    for (language, records) in languages {
        if shown.languages.len() == MAX_LANGUAGES {
            shown.left_out.push(language);
            continue;
        }
        let Some(digests) = notice.shown.get(&language) else {
            shown.left_out.push(language);
            continue;
        };
        let path = format!("n/{hash}/{language}/dialog.html");
        let dialog = match source.get(&path)? {
            Some(bytes) => Shown::Verified(verified(bytes, digests.dialog, source, &path)?),
            None => Shown::Absent,
        };
        let (layer, style) = match loaders.layer(source, &language, digests.layer)? {
            Some((layer, style)) => (Shown::Verified(layer), style),
            None => (Shown::Absent, None),
        };
        let style = style.unwrap_or_else(|| LAYER_STYLE.to_owned());
        shown.languages.push(ShownLanguage {
            language,
            records,
            layer,
            dialog,
            style,
        });
    }
    Ok(shown)
}

/// The text of a part, once it has its digest.
fn verified(
    bytes: Vec<u8>,
    digest: Sha256Digest,
    source: &dyn Source,
    path: &str,
) -> Result<String, Failure> {
    let found = Sha256Digest::of(&bytes);
    let place = source.location(path);
    if found != digest {
        let what = "this is not what the notice says was shown";
        let finding = Finding::new(Check::Notices, place, what).expected(digest, found);
        return Err(finding
            .manual_step("sha256sum part")
            .file("part", bytes)
            .into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let finding = Finding::new(Check::Notices, place, "this is not HTML in UTF-8");
        finding.expected("UTF-8", error).into()
    })
}

/// The loaders that can be had: those that somebody kept, and the one in force in each language.
struct Loaders<'a> {
    site: &'a SiteId,
    kept: &'a [String],
    served: BTreeMap<LanguageTag, Option<String>>,
}

impl Loaders<'_> {
    /// The first layer with that digest, and its style, from whichever loader carries it.
    fn layer(
        &mut self,
        source: &dyn Source,
        language: &LanguageTag,
        digest: Sha256Digest,
    ) -> Result<Option<(String, Option<String>)>, Failure> {
        if let Some(found) = self.kept.iter().find_map(|loader| carried(loader, digest)) {
            return Ok(Some(found));
        }
        if !self.served.contains_key(language) {
            let path = format!("t/{}.js?language={language}", self.site);
            let loader = source.get(&path)?;
            let loader = loader.and_then(|bytes| String::from_utf8(bytes).ok());
            self.served.insert(language.clone(), loader);
        }
        let served = self.served.get(language).and_then(Option::as_deref);
        Ok(served.and_then(|loader| carried(loader, digest)))
    }
}

/// The first layer in a loader, if it has that digest, and its style. The loader is a script with JSON in it.
fn carried(loader: &str, digest: Sha256Digest) -> Option<(String, Option<String>)> {
    let layers = strings(loader, "\"layer\":");
    let mut layers = layers.filter(|(_, layer)| Sha256Digest::of(layer.as_bytes()) == digest);
    let (at, layer) = layers.next()?;
    let rest = loader.get(at..).unwrap_or_default();
    let style = strings(rest, "\"style\":").next().map(|(_, style)| style);
    Some((layer, style))
}

/// The JSON strings after a text, each with the place where it begins.
fn strings<'a>(script: &'a str, before: &'a str) -> impl Iterator<Item = (usize, String)> + 'a {
    script.match_indices(before).filter_map(move |(at, _)| {
        let at = at + before.len();
        let rest = script.get(at..)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        Some((at, values.next()?.ok()?))
    })
}

/// The styles in a piece of markup.
pub fn styles(markup: &str) -> Vec<&str> {
    let pieces = markup.split("<style>").skip(1);
    pieces
        .filter_map(|piece| Some(piece.split_once("</style>")?.0))
        .collect()
}

/// Every style that the pictures of these notices use.
pub fn all_styles(notices: &[ShownNotice]) -> BTreeSet<&str> {
    let languages = notices.iter().flat_map(|notice| &notice.languages);
    languages
        .flat_map(|shown| {
            let markup = [&shown.layer, &shown.dialog].into_iter();
            let markup = markup.filter_map(|shown| match shown {
                Shown::Verified(markup) => Some(styles(markup)),
                Shown::Absent => None,
            });
            markup.flatten().chain([&*shown.style])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_found_in_a_loader_by_its_digest_alone() {
        let layer = "<p>«é» \u{2028}</p>";
        let json = serde_json::to_string(layer).unwrap().replace("</", "<\\/");
        let loader = format!(
            r#"let a={{"layer":"other"}},b={{"layer":{json},"placeholder":"","style":"p{{}}"}};"#
        );
        let found = carried(&loader, Sha256Digest::of(layer.as_bytes()));
        assert_eq!(found, Some((layer.to_owned(), Some("p{}".to_owned()))));
        assert_eq!(carried(&loader, Sha256Digest::of(b"")), None);
        assert_eq!(carried("\"layer\":", Sha256Digest::of(b"")), None);
        assert_eq!(carried("\"layer\":\"a", Sha256Digest::of(b"a")), None);
    }

    #[test]
    fn styles_are_taken_out_of_markup() {
        assert_eq!(
            styles("<style>a{}</style><p></p><style>b{}</style>"),
            ["a{}", "b{}"]
        );
        assert_eq!(styles("<style>a"), [""; 0]);
    }
}
