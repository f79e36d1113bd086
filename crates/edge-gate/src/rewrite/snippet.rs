//! Scripts that stand in the page: which of them must wait.
//!
//! Most are a service's snippet: a few lines that a service gives its customers to paste, and that fetch the service's
//! own script. Such a script is held when all three are so:
//! - it names a host of a service that must wait, as a whole: not as part of a longer name;
//! - it does something that loads: a list of URLs, or a setting that has one in it, is no snippet;
//! - it is short. A page's own program may mention a service among other things, and holding that would
//!   break the page; what it then asks for is held by the loader, before the request leaves.
//!
//! Hosts of strangers are not looked for there: any program may name one, and the loader holds those too. What no
//! loader can hold is looked for: what a script imports (HTML, "fetch a module script tree"), where an import map leads
//! to, and what speculation rules fetch ahead.

use crate::page::{Hold, Page};
use crate::rules::Owner;
use serde_json::Value;
use std::borrow::Cow;
use url::Url;

/// The longest text that is taken for a snippet, in bytes. Those of the usual services have 300 to 2,500.
pub const LONGEST: usize = 16 * 1024;
/// The longest module, import map or set of rules that is read, in bytes.
const LONGEST_MODULE: usize = 512 * 1024;

/// How far behind `import` or `from` the address is looked for, in bytes.
const FARTHEST: usize = 4 * 1024;

/// What a script does with an address to make a browser load it.
const LOADS: [&str; 13] = [
    "createElement",
    "document.write",
    ".src",
    "new Image",
    "import(",
    "Worker(",
    "WebSocket(",
    "EventSource(",
    "sendBeacon",
    "fetch(",
    "XMLHttpRequest",
    "innerHTML",
    "insertAdjacentHTML",
];

/// What a browser takes a script for (HTML, "prepare the script element").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptKind {
    /// A script, run as it stands.
    Classic,
    /// A module, whose imports are fetched first.
    Module,
    /// Says where names lead to that modules import.
    ImportMap,
    /// Says what may be fetched ahead.
    SpeculationRules,
}

impl ScriptKind {
    /// By a script's `type`; nothing where a browser does nothing with it (MIME Sniffing, "JavaScript MIME type").
    pub fn of(kind: Option<&str>) -> Option<Self> {
        let Some(kind) = kind else {
            return Some(Self::Classic);
        };
        let kind = kind
            .trim_matches(|c: char| c.is_ascii_whitespace())
            .to_ascii_lowercase();
        let essence = kind
            .split_once(';')
            .map_or(&*kind, |(essence, _)| essence.trim_end());
        match essence {
            "" => return Some(Self::Classic),
            "module" => return Some(Self::Module),
            "importmap" => return Some(Self::ImportMap),
            "speculationrules" => return Some(Self::SpeculationRules),
            _ => {}
        }
        let (_, name) = essence.split_once('/')?;
        let name = name.strip_prefix("x-").unwrap_or(name);
        let runs = matches!(name, "javascript" | "ecmascript" | "jscript" | "livescript")
            || name.starts_with("javascript1.");
        runs.then_some(Self::Classic)
    }

    /// How much of it is read, in bytes.
    pub const fn longest(self) -> usize {
        match self {
            Self::Classic => LONGEST,
            Self::Module | Self::ImportMap | Self::SpeculationRules => LONGEST_MODULE,
        }
    }
}

/// What a script of this text must wait for; its addresses are read against `base`.
pub fn hold(text: &[u8], kind: ScriptKind, page: &Page, base: &Url) -> Option<Hold> {
    let text = String::from_utf8_lossy(text);
    let holds: Vec<Hold> = match kind {
        ScriptKind::ImportMap => mapped(&text, page, base),
        ScriptKind::SpeculationRules => speculated(&text, page, base),
        ScriptKind::Classic if text.len() > LONGEST => Vec::new(),
        ScriptKind::Classic | ScriptKind::Module => {
            let mut holds = imported(&text, page, base);
            if text.len() <= LONGEST && LOADS.iter().any(|verb| text.contains(verb)) {
                holds.extend(named(&text, page));
            }
            holds
        }
    };
    Hold::strictest(holds)
}

/// What the services wait for whose hosts a text names.
fn named(text: &str, page: &Page) -> Vec<Hold> {
    let text = unescape(text);
    let text = text.to_ascii_lowercase();
    let of_a_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    text.split(|c| !of_a_host(c))
        .map(|name| name.trim_matches('.'))
        .filter(|name| !name.is_empty())
        .filter_map(|name| page.rules.service_of_host(name))
        .filter_map(|service| page.hold_of(Owner::Service(service)))
        .collect()
}

/// What the modules wait for that a script imports: `import "…"`, `import … from "…"`, `export … from "…"`, and
/// `import("…")`, which no loader can hold.
fn imported(text: &str, page: &Page, base: &Url) -> Vec<Hold> {
    ["import", "from"]
        .iter()
        .flat_map(|keyword| {
            text.match_indices(keyword)
                .map(|(at, word)| (at, word.len()))
        })
        .filter_map(|(at, length)| {
            let before = text.get(..at)?;
            let is_name =
                |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '\\' | '#');
            if before.chars().next_back().is_some_and(is_name) {
                return None;
            }
            let after = text.get(at + length..)?;
            let after = after.get(..after.floor_char_boundary(FARTHEST))?;
            let rest = skip_spaces(after);
            let rest = rest.strip_prefix('(').map_or(rest, skip_spaces);
            let hold = page.hold(base, &unescape(literal(rest)?))?;
            (!is_in_line_comment(before)).then_some(hold)
        })
        .collect()
}

/// Whether what comes next stands in a comment that began with its line.
fn is_in_line_comment(before: &str) -> bool {
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let line = line.trim_start();
    line.starts_with("//") || (line.starts_with("* ") && !line.starts_with("* as"))
}

/// A text without the spaces and comments at its beginning.
fn skip_spaces(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("/*") {
        rest = comment
            .split_once("*/")
            .map_or("", |(_, after)| after.trim_start());
    }
    rest
}

/// The string that a text begins with, as it is written.
fn literal(text: &str) -> Option<&str> {
    let quote = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inner = text.get(1..)?;
    let mut escaped = false;
    let end = inner.find(|c| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    inner.get(..end)
}

/// A text of JavaScript without its escapes of single letters: `\x2f`, `\u002f`, `\u{2f}`, `\/`.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let (letter, after) = escaped(after);
        plain.extend(letter);
        rest = after;
    }
    plain.push_str(rest);
    plain.into()
}

/// The letter that an escape stands for, and what comes behind it.
fn escaped(after: &str) -> (Option<char>, &str) {
    let hex = |digits: &str| {
        u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32)
    };
    let of_length = |text: &'_ str, length: usize| {
        let (digits, rest) = text.split_at_checked(length)?;
        Some((hex(digits)?, rest.len()))
    };
    let found = if let Some(braced) = after.strip_prefix("u{") {
        braced
            .split_once('}')
            .and_then(|(digits, rest)| Some((hex(digits)?, rest.len())))
    } else if let Some(four) = after.strip_prefix('u') {
        of_length(four, 4)
    } else if let Some(two) = after.strip_prefix('x') {
        of_length(two, 2)
    } else {
        None
    };
    match found {
        Some((letter, left)) => {
            let at = after.len().saturating_sub(left);
            (Some(letter), after.get(at..).unwrap_or_default())
        }
        // Whatever else is escaped stands for itself, or for a space.
        None => (None, after),
    }
}

/// What the addresses wait for that an import map leads to (HTML, "import maps").
fn mapped(text: &str, page: &Page, base: &Url) -> Vec<Hold> {
    let Ok(map) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let scopes = map.get("scopes").and_then(Value::as_object);
    let maps = scopes.into_iter().flat_map(|scopes| scopes.values());
    map.get("imports")
        .into_iter()
        .chain(maps)
        .filter_map(Value::as_object)
        .flat_map(|imports| imports.values())
        .filter_map(Value::as_str)
        .filter_map(|address| page.hold(base, address))
        .collect()
}

/// What the addresses wait for that speculation rules fetch ahead (HTML, "speculation rules").
fn speculated(text: &str, page: &Page, base: &Url) -> Vec<Hold> {
    let Ok(sets) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let rules = sets
        .as_object()
        .into_iter()
        .flat_map(|sets| sets.values())
        .filter_map(Value::as_array)
        .flatten();
    let mut holds = Vec::new();
    for rule in rules {
        let urls = rule.get("urls").and_then(Value::as_array);
        if let Some(urls) = urls {
            let addresses = urls.iter().filter_map(Value::as_str);
            holds.extend(addresses.filter_map(|address| page.hold(base, address)));
        } else if !rule
            .get("where")
            .is_some_and(|place| is_own(place, page, base, 0))
        {
            // Any link of the page may be fetched ahead, whosever it is.
            holds.extend(page.hold_of(Owner::Stranger));
        }
    }
    holds
}

/// Whether a condition of a speculation rule lets only links through that need not wait.
fn is_own(condition: &Value, page: &Page, base: &Url, depth: u8) -> bool {
    let any = |name: &str| condition.get(name).and_then(Value::as_array);
    let is_own_within = |inner: &Value| depth < 16 && is_own(inner, page, base, depth + 1);
    if let Some(all) = any("and") {
        return all.iter().any(is_own_within);
    }
    if let Some(some) = any("or") {
        return some.iter().all(is_own_within);
    }
    let passes = |pattern: &Value| {
        let text = pattern.as_str().or_else(|| {
            let is_path = pattern.get("hostname").is_none() && pattern.get("baseURL").is_none();
            is_path.then(|| pattern.get("pathname")?.as_str()).flatten()
        });
        // A pattern that is no address may be anybody's.
        text.is_some_and(|text| base.join(text).is_ok() && page.hold(base, text).is_none())
    };
    match condition.get("href_matches") {
        Some(Value::Array(patterns)) => patterns.iter().all(passes),
        Some(pattern) => passes(pattern),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::{page, rules};

    fn held_as(kind: ScriptKind, text: &str) -> Option<String> {
        let page = page(rules(), "https://relais.example/");
        let hold = hold(text.as_bytes(), kind, &page, &page.address)?;
        Some(hold.service.unwrap_or_else(|| "stranger".to_owned()))
    }

    fn held(text: &str) -> Option<String> {
        held_as(ScriptKind::Classic, text)
    }

    #[test]
    fn a_services_snippet_is_known_by_the_host_it_loads_from() {
        for (text, service) in [
            (
                "var s=document.createElement('script');s.src='https://www.googletagmanager.com/gtm.js'",
                Some("ga4"),
            ),
            (
                r#"document.write("<script src=\"https:\/\/ssl.google-analytics.com\/ga.js\"><\/script>")"#,
                Some("ga4"),
            ),
            (
                "ga.src=('https:'==p?'https://ssl':'http://www')+'.google-analytics.com/ga.js'",
                Some("ga4"),
            ),
            (
                "new Image().src='//youtube.com/p?'+Date.now()",
                Some("youtube"),
            ),
            ("new Image().src='//WWW.YouTube.com./p'", Some("youtube")),
            (
                r"new Image().src='\x2f\u002fwww\u{2e}youtube.com'",
                Some("youtube"),
            ),
            // Both must be agreed to; the stricter one says so.
            (
                "s.src='//googletagmanager.com';t.src='//youtube.com'",
                Some("youtube"),
            ),
            // A setting, not a snippet.
            (
                "window.video = { url: 'https://www.youtube.com/embed/x' }",
                None,
            ),
            // Its calls are queued, and go nowhere.
            (
                "window.dataLayer=[];function gtag(){dataLayer.push(arguments)}",
                None,
            ),
            // Other names.
            ("s.src='https://notyoutube.com/'", None),
            ("s.src='https://youtube.com.evil.example/'", None),
            ("s.src='https://youtube.community/'", None),
            // Nothing to wait for.
            ("s.src='https://cdn.example/x.js'", None),
            ("s.src='https://stranger.example/x.js'", None),
        ] {
            assert_eq!(held(text).as_deref(), service, "{text}");
        }
    }

    #[test]
    fn a_program_is_no_snippet() {
        let long = format!("s.src='https://youtube.com/';{}", " ".repeat(LONGEST));
        assert_eq!(held(&long), None);
    }

    #[test]
    fn a_module_waits_for_what_it_imports() {
        let module = |text: &str| held_as(ScriptKind::Module, text);
        for (text, service) in [
            ("import \"https://youtube.com/m.js\"", "youtube"),
            ("import'//youtube.com/m.js'", "youtube"),
            (
                "import a, { b as c }\n  from\n 'https://youtube.com/m.js';",
                "youtube",
            ),
            (
                "import * as a /* x */ from /* y */ \"https://stranger.example/m.js\"",
                "stranger",
            ),
            ("import\n* as a from '//youtube.com/m.js'", "youtube"),
            ("export { a } from \"https://youtube.com/m.js\"", "youtube"),
            ("export*from'https://youtube.com/m.js'", "youtube"),
            (r#"import "\x68ttps:\u002f/youtube.com/m.js""#, "youtube"),
            (
                "x();import d from '/own.js';import 'https://youtube.com/m.js'",
                "youtube",
            ),
            (
                "const a = await import(`https://stranger.example/m.js`)",
                "stranger",
            ),
            (
                &*format!("import/*{}*/'//youtube.com'", "x".repeat(2_000)),
                "youtube",
            ),
            (
                "import data from 'https://youtube.com/d.json' with { type: 'json' }",
                "youtube",
            ),
        ] {
            assert_eq!(module(text).as_deref(), Some(service), "{text}");
        }
        let late = format!(
            "{};import 'https://youtube.com/m.js'",
            "a()\n".repeat(50_000)
        );
        assert_eq!(module(&late).as_deref(), Some("youtube"));
        assert_eq!(
            held("import('https://stranger.example/m.js')").as_deref(),
            Some("stranger")
        );
        for own in [
            "import a from '/m.js'; import './b.js'; import c from 'react'",
            "import 'https://cdn.example/m.js'",
            "// import 'https://youtube.com/m.js'",
            " * from 'https://youtube.com/m.js'",
            "Array.from('https://youtube.com/m.js')",
            "const important = 'https://youtube.com/m.js'",
            "import.meta.url",
            "import a from",
            "import '",
        ] {
            assert_eq!(module(own), None, "{own}");
        }
    }

    #[test]
    fn an_import_map_and_speculation_rules_wait_for_where_they_lead() {
        let map = |text: &str| held_as(ScriptKind::ImportMap, text);
        assert_eq!(
            map(r#"{"imports":{"a":"/a.js","b":"https:\/\/youtube.com/b.js"}}"#).as_deref(),
            Some("youtube")
        );
        assert_eq!(
            map(r#"{"scopes":{"/x":{"a":"https://stranger.example/"}}}"#).as_deref(),
            Some("stranger")
        );
        for own in [
            r#"{"imports":{"a":"/a.js"}}"#,
            "not json",
            "[]",
            "{\"imports\":1}",
        ] {
            assert_eq!(map(own), None, "{own}");
        }
        let rules = |text: &str| held_as(ScriptKind::SpeculationRules, text);
        for (text, waits) in [
            (
                r#"{"prefetch":[{"urls":["/a","https://youtube.com/"]}]}"#,
                Some("youtube"),
            ),
            (
                r#"{"prerender":[{"source":"document","where":{"href_matches":"https://youtube.com/*"}}]}"#,
                Some("stranger"),
            ),
            (r#"{"prefetch":[{"source":"document"}]}"#, Some("stranger")),
            (
                r#"{"prefetch":[{"where":{"selector_matches":".x"}}]}"#,
                Some("stranger"),
            ),
            (
                r#"{"prefetch":[{"where":{"not":{"href_matches":"/out"}}}]}"#,
                Some("stranger"),
            ),
            (
                r#"{"prefetch":[{"where":{"or":[{"href_matches":"/*"},{"selector_matches":"a"}]}}]}"#,
                Some("stranger"),
            ),
            (
                r#"{"prefetch":[{"where":{"href_matches":{"hostname":"*"}}}]}"#,
                Some("stranger"),
            ),
            (r#"{"prefetch":[{"urls":["/a"]}],"tag":"x"}"#, None),
            (
                r#"{"prefetch":[{"where":{"and":[{"href_matches":"/*"},{"not":{"selector_matches":".no"}}]}}]}"#,
                None,
            ),
            (
                r#"{"prefetch":[{"where":{"href_matches":["/a/*","/b"]}}]}"#,
                None,
            ),
            ("nothing", None),
        ] {
            assert_eq!(rules(text).as_deref(), waits, "{text}");
        }
    }

    #[test]
    fn what_is_not_run_is_no_script() {
        for (kind, known) in [
            ("", ScriptKind::Classic),
            ("module", ScriptKind::Module),
            (" Module\n", ScriptKind::Module),
            ("importmap", ScriptKind::ImportMap),
            ("SpeculationRules", ScriptKind::SpeculationRules),
            ("text/javascript", ScriptKind::Classic),
            (" Application/X-JavaScript ", ScriptKind::Classic),
            ("text/javascript; charset=utf-8", ScriptKind::Classic),
            ("text/javascript1.5", ScriptKind::Classic),
        ] {
            assert_eq!(ScriptKind::of(Some(kind)), Some(known), "{kind}");
        }
        for kind in [
            "text/plain",
            "application/ld+json",
            "text/x-template",
            "javascript",
        ] {
            assert_eq!(ScriptKind::of(Some(kind)), None, "{kind}");
        }
        assert_eq!(ScriptKind::of(None), Some(ScriptKind::Classic));
    }
}
