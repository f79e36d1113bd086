//! The rules of a scan: for each its id, its title, what is expected, what to do. One table for all of them.

use crate::observe::observation::Phase;
use serde::Serialize;
use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It certainly needs consent.
    High,
    /// It needs consent unless the owner can say why not.
    Medium,
    /// Good to know; no violation.
    Advice,
}

impl Severity {
    /// The severity in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Advice => "advice",
        }
    }
}

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Something that needs consent was stored on the device, in a phase that forbids it.
    Stored(Phase),
    /// Something that needs consent was sent.
    Sent(Phase),
    /// Something that distinguishes one device from another was read.
    Read(Phase),
    /// Scrolling or Escape was taken for a choice.
    ChoiceByGesture,
    /// There is no way to refuse.
    NoRefusal,
    /// Refusing takes more presses than accepting.
    RefusalBehind,
    /// The button that refuses is smaller or less visible than the one that accepts.
    RefusalWeaker,
    /// Boxes of optional purposes are ticked.
    TickedBoxes,
    /// The page cannot be scrolled before a choice.
    LocksScrolling,
    /// The page is covered before a choice.
    BlocksPage,
    /// There is no way to withdraw.
    NoWithdrawal,
    /// Things happen that need consent, and the site does not ask.
    NoQuestion,
    /// A tracker stays longer than thirteen months.
    LivesTooLong,
    /// Something stays longer than the configuration says.
    LongerThanDeclared,
    /// No service of the configuration declares it.
    Undeclared,
    /// The configuration declares it, and it was not seen.
    Unused,
}

/// The texts of a rule.
pub struct Words {
    /// Its id: `kept-before-choice`.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What is expected.
    pub expected: &'static str,
    /// What to do.
    pub advice: &'static str,
}

impl Rule {
    /// Its texts.
    #[expect(clippy::too_many_lines, reason = "a table")]
    pub const fn words(self) -> Words {
        let hold = "Hold it back until the visitor agrees: mark its tag with its purpose, or turn on \
                    automatic blocking. If it is strictly necessary, declare it as such.";
        let delete = "Declare it under its service, so that it is deleted when the visitor says no; a \
                      server's own cookie must be expired by that server.";
        let stop =
            "Let its tag run only while the visitor agrees, and stop what runs when they withdraw.";
        let (id, title, expected, advice) = match self {
            Self::Stored(Phase::Before) => (
                "kept-before-choice",
                "Kept on the device before a choice",
                "only what is strictly necessary is kept before a choice",
                hold,
            ),
            Self::Stored(Phase::Withdrawn) => (
                "kept-after-withdrawal",
                "Still on the device after withdrawal",
                "what consent allowed is deleted when consent is withdrawn",
                delete,
            ),
            Self::Stored(_) => (
                "kept-after-refusal",
                "On the device after a refusal",
                "only what is strictly necessary is kept after a refusal",
                delete,
            ),
            Self::Sent(Phase::Before) => (
                "sent-before-choice",
                "Sent to a third party before a choice",
                "nothing goes to a third party before a choice, unless it is strictly necessary",
                hold,
            ),
            Self::Sent(Phase::Withdrawn) => (
                "sent-after-withdrawal",
                "Still sent to a third party after withdrawal",
                "what consent allowed stops when consent is withdrawn",
                stop,
            ),
            Self::Sent(_) => (
                "sent-after-refusal",
                "Sent to a third party after a refusal",
                "nothing goes to a third party after a refusal, unless it is strictly necessary",
                stop,
            ),
            Self::Read(Phase::Before) => (
                "read-before-choice",
                "The device is read before a choice",
                "nothing that distinguishes one device from another is read before a choice",
                hold,
            ),
            Self::Read(Phase::Withdrawn) => (
                "read-after-withdrawal",
                "The device is still read after withdrawal",
                "nothing that distinguishes one device from another is read once consent is withdrawn",
                stop,
            ),
            Self::Read(_) => (
                "read-after-refusal",
                "The device is read after a refusal",
                "nothing that distinguishes one device from another is read after a refusal",
                stop,
            ),
            Self::ChoiceByGesture => (
                "choice-by-gesture",
                "Scrolling or closing is taken for a choice",
                "scrolling, closing and Escape grant nothing",
                "Accept only a press on a button as a choice.",
            ),
            Self::NoRefusal => (
                "no-refusal",
                "No way to refuse was found",
                "refusing is as easy as accepting",
                "Put a button that refuses everything beside the one that accepts. If there is one, name \
                 it to the scan with --reject.",
            ),
            Self::RefusalBehind => (
                "refusal-behind",
                "Refusing takes more presses than accepting",
                "refusing is on the first layer, one press away, like accepting",
                "Put a button that refuses everything on the first layer.",
            ),
            Self::RefusalWeaker => (
                "refusal-weaker",
                "Refusing is less visible than accepting",
                "both buttons have the same size and the same visual weight",
                "Give both buttons the same size, letters and fill.",
            ),
            Self::TickedBoxes => (
                "ticked-boxes",
                "Boxes are ticked in advance",
                "no optional purpose is ticked before the visitor does it",
                "Leave the boxes of optional purposes empty.",
            ),
            Self::LocksScrolling => (
                "locks-scrolling",
                "The page cannot be scrolled before a choice",
                "the page can be used without a choice",
                "Leave scrolling alone on the first layer.",
            ),
            Self::BlocksPage => (
                "blocks-page",
                "The page is covered until a choice is made",
                "the page can be used without a choice",
                "Remove the overlay that covers the whole page on the first layer.",
            ),
            Self::NoWithdrawal => (
                "no-withdrawal",
                "No way to withdraw was found",
                "withdrawing is as easy as accepting, and always at hand",
                "Keep a link or a button on every page that brings the choice back. If there is one, name \
                 it to the scan with --withdraw.",
            ),
            Self::NoQuestion => (
                "no-question",
                "The site does not ask for consent",
                "what needs consent waits for the answer to a question",
                "Ask for consent, or remove what needs it. If the page does ask, name its buttons to the scan with \
                 --accept and --reject.",
            ),
            Self::LivesTooLong => (
                "lives-too-long",
                "A tracker lives longer than thirteen months",
                "a tracker that needs consent lives thirteen months at most",
                "Shorten its life to thirteen months (P13M) or less.",
            ),
            Self::LongerThanDeclared => (
                "longer-than-declared",
                "Something lives longer than is declared",
                "nothing stays longer than visitors are informed of",
                "Shorten its life, or declare the longer one.",
            ),
            Self::Undeclared => (
                "undeclared",
                "Not in the published configuration",
                "visitors are informed of everything that is kept or sent",
                "Add it to the configuration: the report proposes the lines.",
            ),
            Self::Unused => (
                "unused",
                "Declared, and not seen",
                "what is declared is used",
                "Check whether the service is still used. Pages that the scan did not visit may use it.",
            ),
        };
        Words {
            id,
            title,
            expected,
            advice,
        }
    }

    /// Its id.
    pub const fn id(self) -> &'static str {
        self.words().id
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
