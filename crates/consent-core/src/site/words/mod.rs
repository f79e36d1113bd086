//! The owner's own words on the banner and in the dialog, and what they must not do: weigh one answer more than the other, press,
//! or look like what they are not.
//!
//! What the law wants said is not theirs to say: who receives data, for what, for how long, how to withdraw, the policy. Those texts
//! stay ([`crate::notice::locale`]) and stand beside the owner's.

mod letters;
pub mod own;
mod plain;

use crate::field::FieldError;
use crate::notice::locale::{self, NoticeTexts};
use crate::site::config::SiteConfig;
use crate::text::LanguageTag;
use own::OwnWords;

/// Everything that an owner's words must not do, each with its field.
pub(super) fn contradictions(config: &SiteConfig, errors: &mut Vec<FieldError>) {
    for (language, words) in &config.words {
        if !config.languages.contains(language) {
            errors.push(FieldError::new(
                format!("words.{language}"),
                format!(
                    "is no language of the site: add {language} to `languages`, or leave these words out"
                ),
            ));
        }
        // Where there are no texts, `languages` is told so.
        let Some(texts) = locale::texts(language) else {
            continue;
        };
        let mut check = Check {
            language,
            texts: &texts,
            errors,
        };
        check.letters(words);
        check.answers(words);
        check.buttons(words);
        check.sentences(words);
    }
}

/// What an owner should know of their words: in which languages of the site visitors read ours.
pub(super) fn findings(config: &SiteConfig, findings: &mut Vec<FieldError>) {
    let without = config.languages.iter();
    let without = without.filter(|language| !config.words.contains_key(language));
    let without: Vec<_> = without.map(LanguageTag::as_str).collect();
    if !config.words.is_empty() && !without.is_empty() {
        findings.push(FieldError::new(
            "words",
            format!(
                "has no words in {}: visitors who read that read ours",
                without.join(", ")
            ),
        ));
    }
}

/// The check of the words in one language.
struct Check<'a> {
    language: &'a LanguageTag,
    /// Ours, in that language.
    texts: &'a NoticeTexts,
    errors: &'a mut Vec<FieldError>,
}

impl Check<'_> {
    fn refuse(&mut self, field: &str, message: impl Into<String>) {
        let field = format!("words.{}.{field}", self.language);
        self.errors.push(FieldError::new(field, message));
    }

    /// Plain letters of the language, and nothing that is seen as something else or not seen at all.
    fn letters(&mut self, words: &OwnWords) {
        let buttons = words.buttons().map(|(field, text)| (field, text, true));
        let sentences = words.sentences().map(|(field, text)| (field, text, false));
        for (field, text, is_button) in buttons.into_iter().chain(sentences) {
            let fault = text.and_then(|text| letters::fault(text, self.language, is_button));
            if let Some(fault) = fault {
                self.refuse(field, fault);
            }
        }
    }

    /// Both answers or neither, each saying what it does, and of one weight.
    fn answers(&mut self, words: &OwnWords) {
        let (accept, refuse) = match (&words.accept, &words.refuse) {
            (None, None) => return,
            (Some(accept), Some(refuse)) => (accept.as_str(), refuse.as_str()),
            (Some(_), None) => {
                let ours = &self.texts.banner.reject_all;
                let message =
                    format!("is missing beside `accept`: give both or neither, such as “{ours}”");
                return self.refuse("refuse", message);
            }
            (None, Some(_)) => {
                let ours = &self.texts.banner.accept_all;
                let message =
                    format!("is missing beside `refuse`: give both or neither, such as “{ours}”");
                return self.refuse("accept", message);
            }
        };
        let plain = plain::of(self.language);
        let banner = &self.texts.banner;
        let (says_yes, says_no) = (plain.says_yes(accept), plain.says_no(refuse));
        if !says_yes {
            let message = format!(
                "does not say plainly that the visitor accepts: write “{}”, or another text with {}, and with no word of refusal",
                banner.accept_all,
                plain.words_for_yes()
            );
            self.refuse("accept", message);
        }
        if !says_no {
            let message = format!(
                "does not say plainly that the visitor refuses: write “{}”, or another text with {}",
                banner.reject_all,
                plain.words_for_no()
            );
            self.refuse("refuse", message);
        }
        // Of answers that have to be written anew, the length says nothing.
        if says_yes && says_no {
            self.weight(accept, refuse);
        }
    }

    /// Neither answer is much longer, or in capitals alone.
    fn weight(&mut self, accept: &str, refuse: &str) {
        let (yes, no) = (accept.chars().count(), refuse.chars().count());
        let (longer, shorter) = if yes > no {
            ("accept", "refuse")
        } else {
            ("refuse", "accept")
        };
        let most = longest_beside(yes.min(no));
        if yes.max(no) > most {
            let (long, short) = (yes.max(no), yes.min(no));
            let message = format!(
                "has {long} characters, and `{shorter}` {short}: beside that, at most {most}, so that both weigh the same"
            );
            self.refuse(longer, message);
        }
        let (loud, other) = match (letters::shouts(accept), letters::shouts(refuse)) {
            (true, false) => ("accept", "refuse"),
            (false, true) => ("refuse", "accept"),
            _ => return,
        };
        let message = format!(
            "has a word in capitals, and `{other}` has none: write both in the same letters"
        );
        self.refuse(loud, message);
    }

    /// No word that leads or presses, and no two buttons of one name.
    fn buttons(&mut self, words: &OwnWords) {
        let plain = plain::of(self.language);
        for (field, text) in words.buttons() {
            if let Some(found) = text.and_then(|text| plain.leading_in_label(text)) {
                let message = format!(
                    "says “{found}”, which leads, presses or answers nothing: say what the button does, such as “{}”",
                    self.ours(field)
                );
                self.refuse(field, message);
            }
        }
        let shown = words
            .buttons()
            .map(|(field, text)| (field, plain::fold(text.unwrap_or(self.ours(field)))));
        for (at, (field, text)) in shown.iter().enumerate() {
            let same = shown
                .iter()
                .take(at)
                .find(|(_, earlier)| earlier == text)
                .map(|(earlier, _)| *earlier);
            let own = words.buttons().iter().any(|(it, own)| {
                own.is_some() && (it == field || same.is_some_and(|same| *it == same))
            });
            if let Some(same) = same
                && own
            {
                let message = format!("reads as `{same}`: each button says what it alone does");
                self.refuse(field, message);
            }
        }
    }

    /// Nothing that takes something else than a press for a yes, and nothing that presses.
    fn sentences(&mut self, words: &OwnWords) {
        let plain = plain::of(self.language);
        for (field, text) in words.sentences() {
            if let Some(found) = text.and_then(|text| plain.pressing_in_text(text)) {
                let message = format!(
                    "says “{found}”, which presses, or takes for a yes what is none: only a press of a button answers"
                );
                self.refuse(field, message);
            }
        }
    }

    /// Our label of a button.
    fn ours(&self, field: &str) -> &str {
        let banner = &self.texts.banner;
        match field {
            "accept" => banner.accept_all.as_str(),
            "refuse" => banner.reject_all.as_str(),
            "choose" => banner.customize.as_str(),
            _ => self.texts.dialog.save.as_str(),
        }
    }
}

/// How long one answer may be beside one of so many characters: half as long again, and four more for short words.
const fn longest_beside(characters: usize) -> usize {
    characters + characters / 2 + 4
}

#[cfg(test)]
mod tests;
