//! The plugin's texts in both languages: one list (`integrations/wordpress/words.json`), and the files that WordPress reads,
//! made from it (GNU gettext, "The Format of PO Files" and "The Format of GNU MO Files").

use super::{PLUGIN, files};
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A text, as the source has it and in French.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    en: String,
    fr: String,
}

/// The list, in the order of the English texts.
fn read(root: &Path) -> Result<Vec<Words>> {
    let path = root.join("integrations/wordpress/words.json");
    let mut words: Vec<Words> = serde_json::from_slice(&fs::read(path)?)?;
    words.sort_by(|a, b| a.en.cmp(&b.en));
    Ok(words)
}

/// The files, by their name in the folder of the languages.
fn made(root: &Path) -> Result<[(&'static str, Vec<u8>); 3]> {
    let words = read(root)?;
    Ok([
        ("temoin.pot", po(&words, "", |_| "").into_bytes()),
        (
            "temoin-fr_FR.po",
            po(&words, "fr_FR", |it| &it.fr).into_bytes(),
        ),
        ("temoin-fr_FR.mo", mo(&words, "fr_FR")?),
    ])
}

/// Fails if a file is not what the list gives, or if the list and the source differ.
pub fn check(root: &Path) -> Result<()> {
    for (name, made) in made(root)? {
        let path = root.join(PLUGIN).join("languages").join(name);
        ensure!(
            fs::read(&path).is_ok_and(|found| found == made),
            "{} is not what words.json gives; write it with `TEMOIN_BLESS=1 cargo test -p xtask words`",
            path.display()
        );
    }
    let listed: BTreeSet<String> = read(root)?.into_iter().map(|it| it.en).collect();
    let used = used(root)?;
    let unknown: Vec<_> = used.difference(&listed).collect();
    ensure!(unknown.is_empty(), "words.json lacks {unknown:?}");
    let unused: Vec<_> = listed.difference(&used).collect();
    ensure!(unused.is_empty(), "nobody uses {unused:?} of words.json");
    Ok(())
}

/// The texts that the source asks for.
fn used(root: &Path) -> Result<BTreeSet<String>> {
    let mut used = BTreeSet::new();
    for (name, path) in files(&root.join(PLUGIN))? {
        if path.extension().is_none_or(|kind| kind != "php") {
            continue;
        }
        let source = fs::read_to_string(&path)?;
        // `__( '…', 'temoin' )`, and `esc_html__` alike.
        for call in source.split("__( '").skip(1) {
            let text = call.split_once("', 'temoin' )");
            let (text, _) = text.with_context(|| format!("{name}: a text without its domain"))?;
            ensure!(
                !text.contains(['\'', '\\', '\n']),
                "{name}: write the text without quotes and backslashes: {text}"
            );
            used.insert(text.to_owned());
        }
    }
    Ok(used)
}

fn header(language: &str) -> String {
    format!(
        "Project-Id-Version: temoin\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\
         Content-Transfer-Encoding: 8bit\nLanguage: {language}\nPlural-Forms: nplurals=2; plural=(n > 1);\n"
    )
}

/// The text form. What is not translated is empty.
fn po(words: &[Words], language: &str, translated: impl Fn(&Words) -> &str) -> String {
    let quoted = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", text.replace('\n', "\\n"))
    };
    let mut file = format!("msgid \"\"\nmsgstr {}\n", quoted(&header(language)));
    for it in words {
        let (id, text) = (quoted(&it.en), quoted(translated(it)));
        let _never_fails = write!(file, "\nmsgid {id}\nmsgstr {text}\n");
    }
    file
}

/// The form that is looked up: all lengths and places, then all texts, each with a zero behind it.
fn mo(words: &[Words], language: &str) -> Result<Vec<u8>> {
    let header = header(language);
    let pairs = || {
        std::iter::once(("", header.as_str()))
            .chain(words.iter().map(|it| (it.en.as_str(), it.fr.as_str())))
    };
    let count = u32::try_from(pairs().count())?;
    let (originals, translations) = (28, 28 + 8 * count);
    let texts = translations + 8 * count;
    let mut file = Vec::new();
    // The magic number, the revision, both tables, and a hash table of no entries.
    for number in [0x9504_12de, 0, count, originals, translations, 0, texts] {
        file.extend(u32::to_le_bytes(number));
    }
    let mut content = Vec::new();
    let all = pairs().map(|it| it.0).chain(pairs().map(|it| it.1));
    for text in all {
        file.extend(u32::try_from(text.len())?.to_le_bytes());
        file.extend((texts + u32::try_from(content.len())?).to_le_bytes());
        content.extend(text.as_bytes());
        content.push(0);
    }
    file.extend(content);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_listed_once_and_their_files_are_those_of_the_list() {
        let root = local_server::root();
        if std::env::var_os("TEMOIN_BLESS").is_some() {
            for (name, made) in made(root).unwrap() {
                let folder = root.join(PLUGIN).join("languages");
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(name), made).unwrap();
            }
        }
        let listed = read(root).unwrap();
        for pair in listed.windows(2) {
            assert_ne!(pair[0].en, pair[1].en);
        }
        for it in &listed {
            let places = |text: &str| {
                let mut found: Vec<_> = text
                    .match_indices('%')
                    .map(|(at, _)| text[at..].chars().nth(1))
                    .collect();
                found.sort_unstable();
                found
            };
            assert!(!it.fr.is_empty(), "{}", it.en);
            assert_eq!(places(&it.en), places(&it.fr), "{}", it.en);
        }
        check(root).unwrap();
    }
}
