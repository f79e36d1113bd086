//! What an owner says in their own words on the banner and in the dialog. What they must not say belongs in the files beside it.

use crate::notice::locale::NoticeTexts;
use crate::text::{Localized, Text};
use serde::{Deserialize, Serialize};

/// What an owner says in their own words, by language.
pub type Words = Localized<OwnWords>;

/// A label of a button: at most 30 characters, which a phone shows on two lines at most.
pub type ButtonText = Text<30>;
/// A title: at most 60 characters.
pub type TitleText = Text<60>;
/// A short paragraph: at most 300 characters.
pub type OwnText = Text<300>;

/// What an owner says in one language; what is absent is said in our words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnWords {
    /// The title of the banner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<TitleText>,
    /// A paragraph of the banner, above what the law wants said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<OwnText>,
    /// The button that accepts; given together with `refuse`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept: Option<ButtonText>,
    /// The button that refuses; given together with `accept`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuse: Option<ButtonText>,
    /// The button that opens the dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choose: Option<ButtonText>,
    /// The title of the dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialog_title: Option<TitleText>,
    /// A paragraph of the dialog, above what the law wants said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialog_text: Option<OwnText>,
    /// The button of the dialog that keeps what was chosen there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub save: Option<ButtonText>,
}

impl OwnWords {
    /// Puts these words in the place of ours, and beside what stays.
    pub fn apply(&self, texts: &mut NoticeTexts) {
        let (banner, dialog) = (&mut texts.banner, &mut texts.dialog);
        for (own, ours) in [
            (&self.accept, &mut banner.accept_all),
            (&self.refuse, &mut banner.reject_all),
            (&self.choose, &mut banner.customize),
            (&self.save, &mut dialog.save),
        ] {
            if let Some(own) = own {
                *ours = own.widen();
            }
        }
        for (own, ours) in [
            (&self.title, &mut banner.title),
            (&self.dialog_title, &mut dialog.title),
        ] {
            if let Some(own) = own {
                *ours = own.widen();
            }
        }
        banner.own_text = self.text.as_ref().map(Text::widen);
        dialog.own_text = self.dialog_text.as_ref().map(Text::widen);
    }

    /// The labels of buttons, each with its field.
    pub(super) fn buttons(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("accept", self.accept.as_ref().map(Text::as_str)),
            ("refuse", self.refuse.as_ref().map(Text::as_str)),
            ("choose", self.choose.as_ref().map(Text::as_str)),
            ("save", self.save.as_ref().map(Text::as_str)),
        ]
    }

    /// Titles and paragraphs, each with its field.
    pub(super) fn sentences(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("title", self.title.as_ref().map(Text::as_str)),
            ("text", self.text.as_ref().map(Text::as_str)),
            ("dialog_title", self.dialog_title.as_ref().map(Text::as_str)),
            ("dialog_text", self.dialog_text.as_ref().map(Text::as_str)),
        ]
    }
}
