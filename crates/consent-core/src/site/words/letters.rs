//! Which characters an owner's words may have: what a reader of the language sees as it is. No sign that is seen as another one
//! (homoglyphs), is not seen (zero width), turns what follows it (bidirectional controls), or is a picture.

use crate::text::LanguageTag;

/// What is wrong with the characters of a text, and what to write; only the first, since one wrong sign often comes with others.
pub(super) fn fault(text: &str, language: &LanguageTag, is_button: bool) -> Option<String> {
    if let Some(wrong) = text.chars().find(|&c| !is_allowed(c, language, is_button)) {
        return Some(format!("has {}", describe(wrong, is_button)));
    }
    if has_loose_spaces(text) {
        return Some(
            "has a space at its start or end, or two in a row: write single spaces between words"
                .to_owned(),
        );
    }
    mixed_word(text).map(|word| {
        format!(
            "has letters of two scripts in “{word}”, which look alike: write a word in one script"
        )
    })
}

/// Whether a word of at least two letters is all in capitals.
pub(super) fn shouts(text: &str) -> bool {
    words(text).any(|word| {
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        capitals > 1 && !word.chars().any(char::is_lowercase)
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

fn describe(wrong: char, is_button: bool) -> String {
    let code = format!("U+{:04X}", u32::from(wrong));
    if script(wrong).is_some() {
        format!(
            "“{wrong}” ({code}), a letter of another script: write it in letters of the language"
        )
    } else if is_seen(wrong) {
        let which = if is_button {
            "letters, digits, spaces, apostrophes, commas and dashes"
        } else {
            "letters, digits and the usual punctuation"
        };
        format!("“{wrong}” ({code}): write {which} alone, without pictures or marks")
    } else {
        format!("a character that nobody sees ({code}): leave it out")
    }
}

/// Whether a character of no script of ours is at least seen: in a message, it can be shown.
fn is_seen(c: char) -> bool {
    let formats = [
        '\u{ad}', '\u{61c}', '\u{180e}', '\u{feff}', '\u{3164}', '\u{115f}', '\u{1160}', '\u{ffa0}',
    ];
    let is_format = formats.contains(&c)
        || matches!(u32::from(c),
            0x2000..=0x200f | 0x2028..=0x202e | 0x205f..=0x206f | 0x300..=0x36f | 0xfe00..=0xfe0f | 0xe000..=0xf8ff | 0xfff0..=0xfffb | 0xe_0000..=0x10_ffff);
    !c.is_control() && !c.is_whitespace() && !is_format
}

fn is_allowed(c: char, language: &LanguageTag, is_button: bool) -> bool {
    if let Some(script) = script(c) {
        return script == Script::Latin || scripts(language).contains(&script);
    }
    let in_both = " \u{a0}\u{202f}'’-\u{2011}–,،、・";
    let in_texts = "\u{2009}.;:!?…“”„‟‘‚«»‹›\"()/%&·¿¡—؛؟׳״־。，；：！？（）「」『』〜";
    c.is_ascii_digit() || in_both.contains(c) || (!is_button && in_texts.contains(c))
}

fn has_loose_spaces(text: &str) -> bool {
    let mut before = true;
    for c in text.chars() {
        let is_space = c.is_whitespace();
        if is_space && before {
            return true;
        }
        before = is_space;
    }
    before
}

/// A word with letters of two scripts that look alike.
fn mixed_word(text: &str) -> Option<&str> {
    let alphabets = |word: &str| {
        let scripts = word.chars().filter_map(script);
        let mut scripts = scripts.filter(|script| script.looks_like_others());
        let first = scripts.next();
        scripts.any(|script| Some(script) != first)
    };
    words(text).find(|word| alphabets(word))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Han,
    Kana,
    Hangul,
}

impl Script {
    const fn looks_like_others(self) -> bool {
        matches!(self, Self::Latin | Self::Greek | Self::Cyrillic)
    }
}

/// The scripts of a language, beside Latin, in which names stand everywhere.
fn scripts(language: &LanguageTag) -> &'static [Script] {
    match language.language() {
        "el" => &[Script::Greek],
        "bg" | "uk" => &[Script::Cyrillic],
        "he" => &[Script::Hebrew],
        "ar" => &[Script::Arabic],
        "ja" => &[Script::Han, Script::Kana],
        "ko" => &[Script::Hangul],
        "zh" => &[Script::Han],
        _ => &[],
    }
}

/// The script of a letter, by the blocks of Unicode that hold the letters in use today: no presentation forms, letters for
/// mathematics, or other doubles of the same letters.
fn script(c: char) -> Option<Script> {
    match u32::from(c) {
        0x41..=0x5a
        | 0x61..=0x7a
        | 0xc0..=0xd6
        | 0xd8..=0xf6
        | 0xf8..=0x17f
        | 0x1fa..=0x1ff
        | 0x218..=0x21b => Some(Script::Latin),
        0x370..=0x3ff | 0x1f00..=0x1fff if c.is_alphabetic() => Some(Script::Greek),
        0x400..=0x4ff if c.is_alphabetic() => Some(Script::Cyrillic),
        0x5b0..=0x5bd | 0x5bf | 0x5c1 | 0x5c2 | 0x5d0..=0x5ea => Some(Script::Hebrew),
        0x620..=0x63a | 0x641..=0x652 | 0x660..=0x669 | 0x671 => Some(Script::Arabic),
        0x3005 | 0x3400..=0x4dbf | 0x4e00..=0x9fff => Some(Script::Han),
        0x3041..=0x3096 | 0x30a1..=0x30fa | 0x30fc => Some(Script::Kana),
        0xac00..=0xd7a3 => Some(Script::Hangul),
        _ => None,
    }
}
