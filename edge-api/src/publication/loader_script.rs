//! The loader of one site, in one language: the built script with the site's data in it.

use crate::http::error::ApiError;
use crate::publication::assets::Manifest;
use consent_core::jurisdiction::ConsentModel;
use consent_core::loader::{
    LOADER_CALLERS_NAME, LOADER_SITE_NAME, LoaderService, LoaderSite, Markup, other_languages,
};
use consent_core::signals::{Tool, Tools};
use consent_core::text::LanguageTag;
use consent_core::{Notice, NoticeHash, SiteConfig};
use std::collections::BTreeMap;

/// The data that the loader of a site carries.
pub fn loader_site(
    notice: &Notice,
    config: &SiteConfig,
    hash: NoticeHash,
    language: &LanguageTag,
    manifest: &Manifest,
    server: &str,
    markup: Markup,
) -> Result<LoaderSite, ApiError> {
    let texts = notice
        .texts
        .get(language)
        .ok_or_else(|| ApiError::Internal(format!("the notice has no texts in {language}")))?;
    let automatic = config.holds_unmarked();
    let services = notice.services.iter().map(|service| {
        let known = LoaderService::new(service, automatic);
        (service.id.clone(), known)
    });
    let own_hosts = config
        .origins
        .iter()
        .filter(|_| automatic)
        .map(|origin| origin.host().to_owned());
    let siblings = config.origins.iter().filter(|_| config.hand_over).cloned();
    Ok(LoaderSite {
        site: notice.site.clone(),
        server: server.to_owned(),
        origins: config.origins.clone(),
        notice: hash,
        material: notice.material().digest(),
        also: BTreeMap::new(),
        law: config.laws_by_place().next().map(|_| notice.jurisdiction),
        language: language.clone(),
        others: other_languages(&notice.languages, language),
        rtl: language.runs_right_to_left(),
        opt_out: notice.model == ConsentModel::OptOut,
        until_refused: notice
            .until_refused()
            .into_iter()
            .map(|purpose| (purpose, true))
            .collect(),
        purposes: notice
            .purposes
            .iter()
            .map(|&purpose| (purpose, texts.purposes.get(purpose).name.to_string()))
            .collect(),
        services: services.collect(),
        open: config
            .services
            .iter()
            .filter(|service| service.consent_mode)
            .map(|service| service.id.clone())
            .collect(),
        months: notice.choice_max_age_months,
        reask: notice.reask_after_months,
        domain: config.cookie_domain.clone(),
        signals: config.signals.for_loader(config.jurisdiction),
        own_hosts: own_hosts.collect(),
        siblings: siblings.collect(),
        import: config.import_from.clone(),
        saved: texts.dialog.saved.to_string(),
        unavailable: texts.banner.unavailable.to_string(),
        script: format!("/w/{}", manifest.script.name),
        wasm: format!("/w/{}", manifest.wasm.name),
        markup,
    })
}

/// Puts the callers of the tools that a site names into the built loader. One that tells nobody has no place for them.
pub fn put_callers(
    template: &str,
    tools: Tools,
    callers: &BTreeMap<Tool, String>,
) -> Result<String, ApiError> {
    if tools.is_empty() {
        return Ok(template.to_owned());
    }
    let mut all = Vec::new();
    for tool in tools.iter() {
        let missing = || ApiError::Internal(format!("this build cannot tell {}", tool.as_str()));
        let caller = callers.get(&tool).ok_or_else(missing)?;
        all.push(format!("{}:{caller}", tool.as_str()));
    }
    put(
        template,
        LOADER_CALLERS_NAME,
        &format!("{{{}}}", all.join(",")),
    )
}

/// Puts a site into the built loader. JSON is JavaScript (ECMAScript 2019, "JSON superset"), and what HTML would read in
/// it is escaped so that the result can also stand inside a page.
pub fn put_site(template: &str, site: &LoaderSite) -> Result<String, ApiError> {
    let json = escape_for_html(&serde_json::to_string(site)?);
    put(template, LOADER_SITE_NAME, &json)
}

fn put(template: &str, name: &str, text: &str) -> Result<String, ApiError> {
    match template.match_indices(name).count() {
        1 => Ok(template.replacen(name, text, 1)),
        count => Err(ApiError::Internal(format!(
            "the built loader has {count} places for {name}, not 1"
        ))),
    }
}

/// Escapes in JSON what would end a script that stands in a page, or begin a comment or another script in it (HTML,
/// "Restrictions for contents of script elements"), and the line ends that older JavaScript knows in a string.
fn escape_for_html(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut pieces = json.split('<');
    safe.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let start: String = piece.chars().take(6).collect();
        safe.push_str(if piece.starts_with('/') {
            "<\\"
        } else if piece.starts_with("!--") || start.eq_ignore_ascii_case("script") {
            "\\u003c"
        } else {
            "<"
        });
        safe.push_str(piece);
    }
    safe.replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_gets_the_callers_of_the_tools_that_the_site_names_and_no_other() {
        let callers = BTreeMap::from([
            (Tool::Google, "a=>{}".to_owned()),
            (Tool::Meta, "b=>{}".to_owned()),
        ]);
        let put = |template: &str, tools: &[Tool]| {
            put_callers(template, tools.iter().copied().collect(), &callers)
        };
        assert_eq!(put("x", &[]).unwrap(), "x");
        let one = put("x=__TEMOIN_CALLERS__", &[Tool::Meta]).unwrap();
        assert_eq!(one, "x={meta:b=>{}}");
        let both = put("x=__TEMOIN_CALLERS__", &[Tool::Meta, Tool::Google]).unwrap();
        assert_eq!(both, "x={google:a=>{},meta:b=>{}}");
        assert!(put("x", &[Tool::Meta]).is_err());
        assert!(put("__TEMOIN_CALLERS__", &[Tool::Amazon]).is_err());
    }

    #[test]
    fn json_stands_in_a_page_and_says_the_same() {
        for text in [
            "GA <!-- x",
            "</script>",
            "</SCRIPT ",
            "<!--<script>",
            "<ScRiPt",
            "a\u{2028}b\u{2029}c",
            "<",
            "<<!--",
            "<b>é</b> <!doctype> <scripts> <é",
            "\\<!--",
        ] {
            let json = serde_json::to_string(text).unwrap();
            let safe = escape_for_html(&json);
            let lower = safe.to_ascii_lowercase();
            for bad in ["<!--", "<script", "</", "\u{2028}", "\u{2029}"] {
                assert!(!lower.contains(bad), "{safe}");
            }
            assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        }
    }
}
