//! The stored choice: one short text, the same in the first-party cookie and in local storage.
//!
//! It holds nothing that identifies the visitor. The loader reads it in JavaScript before anything
//! else on the page runs; `tests/stored-choice.json` is the list of values on which both agree.
//!
//! ```text
//! c1.gdgd.1795379265120.1829507265120.0123456789ab    a choice
//!    │    │             │             └ digest of what is material in the notice; then, after a
//!    │    │             │               dot and where there are any, the services answered apart
//!    │    │             └ its end, milliseconds since 1970
//!    │    └ when it was made
//!    └ necessary, preferences, statistics, marketing: g(ranted) or d(enied)
//!
//! c2.gdgd.1795379265120.1829507265120.0123456789ab    the same, answered while the browser sent
//!                                                     Global Privacy Control
//!
//! p1.reject_all.t.1795379265120.0123456789ab.⟨notice⟩  a click that waits for the widget
//!               └ whether the browser vouched for the click: t or f
//! ```

use crate::calendar::Timestamp;
use crate::choice::decision::{Consent, Decision};
use crate::choice::method::Method;
use crate::choice::purpose::Purpose;
use crate::choice::service_answers::ServiceAnswers;
use crate::ident::{MaterialDigest, NoticeHash, ServiceId};
use crate::notice::Notice;
use crate::site::config::LONGEST_CHOICE_MONTHS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// The name of the cookie and of the local-storage key.
pub const STORAGE_KEY: &str = "consent_temoin";

/// A choice made up to this long after the clock's present is accepted, in seconds: clocks are set
/// by hand, and time zones wrongly. Later than that, it is no choice.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 86_400;

/// A choice as it is stored in the visitor's browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChoice {
    /// The answer for each purpose.
    pub decision: Decision,
    /// The services answered apart from their purpose.
    pub services: ServiceAnswers,
    /// When it was made, by the visitor's clock.
    pub decided_at: Timestamp,
    /// When it ends: absolute, never moved by a visit.
    pub expires_at: Timestamp,
    /// What it was an answer to.
    pub material: MaterialDigest,
    /// Whether the browser sent Global Privacy Control when the visitor answered. A text of before this was written says no.
    pub gpc: bool,
}

/// A click on the banner that the widget has not yet turned into a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// `AcceptAll` or `RejectAll`: the two answers of the first layer.
    pub method: Method,
    /// Whether the browser vouched for the click.
    pub trusted: bool,
    /// When it was made, by the visitor's clock.
    pub clicked_at: Timestamp,
    /// What it was an answer to.
    pub material: MaterialDigest,
    /// What was shown.
    pub notice: NoticeHash,
}

/// What the browser's storage says, now and for this notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredState {
    /// No choice: ask.
    Unasked,
    /// A click waits for the widget.
    Pending(Pending),
    /// A choice is in force.
    Chosen(StoredChoice),
}

/// What a visitor is asked, as far as a stored choice may be an answer to it.
pub trait Asked: Copy {
    /// Whether a choice that was an answer to `material` is one to this; `grants` is whether it grants anything.
    fn takes(self, material: MaterialDigest, grants: bool) -> bool;
}

impl Asked for MaterialDigest {
    fn takes(self, material: MaterialDigest, _: bool) -> bool {
        self == material
    }
}

/// What a visitor is asked at a site with several laws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedByPlace {
    /// What is asked under the law of their place.
    pub material: MaterialDigest,
    /// What is asked under the others, and whether all of an answer to it holds here. Otherwise a refusal does: a yes of where
    /// something was on until it was refused is none where it is off before the answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub also: BTreeMap<MaterialDigest, bool>,
}

impl Asked for &AskedByPlace {
    fn takes(self, material: MaterialDigest, grants: bool) -> bool {
        self.material == material
            || self
                .also
                .get(&material)
                .is_some_and(|whole| *whole || !grants)
    }
}

impl AskedByPlace {
    /// What is asked by a notice, at a site that has these notices.
    pub fn by<'a>(notice: &Notice, all: impl IntoIterator<Item = &'a Notice>) -> Self {
        let material = notice.material().digest();
        let on = notice.until_refused();
        let also = all.into_iter().map(|other| {
            let whole = other
                .until_refused()
                .iter()
                .all(|purpose| on.contains(purpose));
            (other.material().digest(), whole)
        });
        Self {
            material,
            also: also.filter(|(other, _)| *other != material).collect(),
        }
    }
}

impl StoredState {
    /// Reads a stored text. What is corrupt, foreign, expired, from the future, longer than the
    /// law of the product allows, or an answer to another question, is no choice; never an error.
    pub fn read(text: &str, now: Timestamp, asked: impl Asked) -> Self {
        if let Some(choice) = StoredChoice::decode(text) {
            if choice.holds(now, asked) {
                return Self::Chosen(choice);
            }
        } else if let Some(pending) = Pending::decode(text)
            && pending.holds(now, asked)
        {
            return Self::Pending(pending);
        }
        Self::Unasked
    }

    /// Which of several stored texts holds: the newest. Of the same time, a decision is newer than the click that led
    /// to it. What grants something and comes from the future holds only where nothing else does: no clock and no
    /// made-up time overrides an answer that was given here. The loader's `findStored` does the same;
    /// `tests/stored-choices.json` holds both to it.
    pub fn newest<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        now: Timestamp,
        asked: impl Asked,
    ) -> Option<(&'a str, Self)> {
        texts
            .into_iter()
            .map(|text| (text, Self::read(text, now, asked)))
            .filter(|(_, state)| *state != Self::Unasked)
            .max_by_key(|(_, state)| state.rank(now))
    }

    /// What decides which of several holds: the greater one does.
    fn rank(&self, now: Timestamp) -> Option<(bool, Timestamp, bool)> {
        match self {
            Self::Unasked => None,
            Self::Pending(click) => {
                let at = click.clicked_at;
                Some((at <= now || click.method == Method::RejectAll, at, false))
            }
            Self::Chosen(choice) => {
                let (is_here, at) = choice.rank(now);
                Some((is_here, at, true))
            }
        }
    }
}

impl StoredChoice {
    /// A choice made now, kept for `months` calendar months, thirteen at most.
    pub fn new(decision: Decision, now: Timestamp, months: u16, material: MaterialDigest) -> Self {
        Self {
            decision,
            services: ServiceAnswers::NONE,
            decided_at: now,
            expires_at: now.add_months(months.min(LONGEST_CHOICE_MONTHS)),
            material,
            gpc: false,
        }
    }

    /// The same choice, with services answered apart from their purpose.
    #[must_use]
    pub fn with_services(self, services: ServiceAnswers) -> Self {
        Self { services, ..self }
    }

    /// The same choice, answered while the browser sent Global Privacy Control or not.
    #[must_use]
    pub fn with_gpc(self, gpc: bool) -> Self {
        Self { gpc, ..self }
    }

    /// What is left of this choice under an opt-out law where the browser sends Global Privacy Control; `None` if all of it
    /// is. The signal is an objection to marketing and to the services that `is_marketing` names, even over what was granted
    /// before. What was granted while the signal was sent stands: the visitor knew of it (California Consumer Privacy Act
    /// Regulations, 11 CCR 7025(c)(3)). The loader's `afterSignal` does the same; `tests/privacy-signal.json` holds both to it.
    pub fn after_signal(&self, is_marketing: impl Fn(&ServiceId) -> bool) -> Option<Self> {
        if self.gpc {
            return None;
        }
        let granted = |purpose| self.decision.grants(purpose) && purpose != Purpose::Marketing;
        let others = self.services.iter().filter(|(id, _)| !is_marketing(id));
        let others = others.map(|(id, consent)| (id.clone(), consent)).collect();
        let grants = self.decision.grants(Purpose::Marketing)
            || self
                .services
                .iter()
                .any(|(id, consent)| consent == Consent::Granted && is_marketing(id));
        grants.then(|| Self {
            decision: Decision::from_fn(granted),
            services: ServiceAnswers::new(others),
            ..self.clone()
        })
    }

    /// The same choice as an answer to `material`, of which these services are `exempt` and run until they are objected to. Of a
    /// choice about something else, which did not tell of them, each follows its purpose: whoever refused statistics where they
    /// wait for consent has refused them where they do not. The loader's `parseStored` does the same;
    /// `tests/exempt-services.json` holds both to it.
    #[must_use]
    pub fn as_answer_to<'a>(
        mut self,
        material: MaterialDigest,
        exempt: impl IntoIterator<Item = (&'a ServiceId, Purpose)>,
    ) -> Self {
        if self.material != material {
            for (id, purpose) in exempt {
                self.services.add(id, self.decision.get(purpose));
            }
        }
        self
    }

    /// Whether it is in force at `now` as an answer to what is asked.
    pub fn holds(&self, now: Timestamp, asked: impl Asked) -> bool {
        asked.takes(self.material, self.grants())
            && now < self.expires_at
            && self.expires_at <= self.decided_at.add_months(LONGEST_CHOICE_MONTHS)
            && not_from_the_future(self.decided_at, now)
    }

    /// What decides which of several choices holds: the greater one does ([`StoredState::newest`]).
    pub fn rank(&self, now: Timestamp) -> (bool, Timestamp) {
        let at = self.decided_at;
        (at <= now || !self.grants(), at)
    }

    /// Whether it grants a purpose or a service.
    fn grants(&self) -> bool {
        self.decision != Decision::DENY_ALL
            || self.services.iter().any(|(_, it)| it == Consent::Granted)
    }

    fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let gpc = match parts.next()? {
            "c1" => false,
            "c2" => true,
            _ => return None,
        };
        let letters = parts.next()?;
        let mut choice = Self {
            decision: decision_from_letters(letters)?,
            services: ServiceAnswers::NONE,
            decided_at: millis(parts.next()?)?,
            expires_at: millis(parts.next()?)?,
            material: parts.next()?.parse().ok()?,
            gpc,
        };
        if let Some(services) = parts.next() {
            choice.services = ServiceAnswers::decode(services)?;
        }
        parts.next().is_none().then_some(choice)
    }
}

impl fmt::Display for StoredChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.gpc { "c2." } else { "c1." })?;
        for purpose in Purpose::ALL {
            f.write_char(self.decision.get(purpose).letter())?;
        }
        let (decided, expires) = (self.decided_at.as_millis(), self.expires_at.as_millis());
        write!(f, ".{decided}.{expires}.{}", self.material)?;
        if self.services.is_empty() {
            Ok(())
        } else {
            write!(f, ".{}", self.services)
        }
    }
}

impl Pending {
    /// The answers that the first layer offers.
    pub const METHODS: [Method; 2] = [Method::AcceptAll, Method::RejectAll];

    /// Whether it still waits at `now` as an answer to what is asked.
    pub fn holds(&self, now: Timestamp, asked: impl Asked) -> bool {
        asked.takes(self.material, self.method == Method::AcceptAll)
            && now < self.clicked_at.add_months(LONGEST_CHOICE_MONTHS)
            && not_from_the_future(self.clicked_at, now)
    }

    fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        if parts.next()? != "p1" {
            return None;
        }
        let action = parts.next()?;
        let method = Self::METHODS
            .into_iter()
            .find(|method| method.as_str() == action)?;
        let pending = Self {
            method,
            trusted: match parts.next()? {
                "t" => true,
                "f" => false,
                _ => return None,
            },
            clicked_at: millis(parts.next()?)?,
            material: parts.next()?.parse().ok()?,
            notice: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(pending)
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "p1.{}.{}.{}.{}.{}",
            self.method.as_str(),
            if self.trusted { "t" } else { "f" },
            self.clicked_at.as_millis(),
            self.material,
            self.notice
        )
    }
}

fn not_from_the_future(made_at: Timestamp, now: Timestamp) -> bool {
    made_at <= now.saturating_add_seconds(CLOCK_TOLERANCE_SECONDS)
}

/// Reads one letter for each of the four purposes, in their order.
fn decision_from_letters(letters: &str) -> Option<Decision> {
    let answers: Vec<Consent> = letters
        .chars()
        .map(Consent::from_letter)
        .collect::<Option<_>>()?;
    let answers: [Consent; Purpose::ALL.len()] = answers.try_into().ok()?;
    let known = answers.first() == Some(&Consent::Granted);
    known.then(|| {
        Decision::from_fn(|purpose| answers.get(purpose as usize) == Some(&Consent::Granted))
    })
}

/// Milliseconds in at most fifteen plain digits, which a JavaScript number holds exactly.
fn millis(text: &str) -> Option<Timestamp> {
    let plain = (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let value = text.parse().ok().filter(|_| plain)?;
    Timestamp::from_millis(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::Sha256Digest;
    use crate::notice::BundleDigests;
    use crate::site::SiteConfig;
    use proptest::prelude::*;

    const MATERIAL: MaterialDigest = MaterialDigest::from_bytes([1, 35, 69, 103, 137, 171]);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn format_unchanged() {
        let choice = StoredChoice::new(
            Decision::granting(&[Purpose::Statistics]),
            at("2026-11-22T20:27:45.120Z"),
            13,
            MATERIAL,
        );
        insta::assert_snapshot!(choice, @"c1.gdgd.1795379265120.1829507265120.0123456789ab");
        let apart = choice.with_services(ServiceAnswers::decode("dga4~gyoutube").unwrap());
        insta::assert_snapshot!(apart, @"c1.gdgd.1795379265120.1829507265120.0123456789ab.dga4~gyoutube");
        insta::assert_snapshot!(apart.with_gpc(true), @"c2.gdgd.1795379265120.1829507265120.0123456789ab.dga4~gyoutube");
        let pending = Pending {
            method: Method::RejectAll,
            trusted: true,
            clicked_at: at("2026-11-22T20:27:45.120Z"),
            material: MATERIAL,
            notice: NoticeHash::from_bytes([0xff; 32]),
        };
        insta::assert_snapshot!(pending, @"p1.reject_all.t.1795379265120.0123456789ab.ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
    }

    #[test]
    fn the_end_is_thirteen_calendar_months_to_the_millisecond() {
        let choice =
            StoredChoice::new(Decision::DENY_ALL, at("2027-01-31T10:00:00Z"), 13, MATERIAL);
        assert_eq!(choice.expires_at, at("2028-02-29T10:00:00Z"));
        assert!(choice.holds(at("2028-02-29T09:59:59.999Z"), MATERIAL));
        assert!(!choice.holds(at("2028-02-29T10:00:00.000Z"), MATERIAL));
    }

    #[test]
    fn no_setting_keeps_a_choice_longer_than_thirteen_months() {
        let now = at("2026-11-22T00:00:00Z");
        let choice = StoredChoice::new(Decision::DENY_ALL, now, 99, MATERIAL);
        assert_eq!(choice.expires_at, now.add_months(13));
    }

    #[test]
    fn an_answer_to_another_question_is_no_choice() {
        let now = at("2026-11-22T00:00:00Z");
        let choice = StoredChoice::new(Decision::DENY_ALL, now, 13, MATERIAL);
        let other = MaterialDigest::from_bytes([9; 6]);
        assert_eq!(
            StoredState::read(&choice.to_string(), now, other),
            StoredState::Unasked
        );
    }

    /// The same list is run through the loader by `tests/browser/visitor/stored-choice.spec.ts`.
    #[test]
    fn agrees_with_the_shared_list() {
        #[derive(serde::Deserialize)]
        struct Case {
            why: String,
            text: String,
            now: Timestamp,
            state: String,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/stored-choice.json")).unwrap();
        assert!(cases.len() > 20);
        for case in cases {
            let state = match StoredState::read(&case.text, case.now, MATERIAL) {
                StoredState::Unasked => "unasked",
                StoredState::Pending(_) => "pending",
                StoredState::Chosen(_) => "chosen",
            };
            assert_eq!(state, case.state, "{}: {}", case.why, case.text);
        }
    }

    /// The same list is run through the loader by `tests/browser/visitor/stored-choice.spec.ts`.
    #[test]
    fn of_several_the_one_of_the_shared_list_holds() {
        #[derive(serde::Deserialize)]
        struct Case {
            why: String,
            texts: Vec<String>,
            now: Timestamp,
            granted: Vec<Purpose>,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/stored-choices.json")).unwrap();
        assert!(cases.len() > 8);
        for case in cases {
            let forth: Vec<&str> = case.texts.iter().map(String::as_str).collect();
            let back: Vec<&str> = forth.iter().rev().copied().collect();
            for texts in [forth, back] {
                let decision = match StoredState::newest(texts, case.now, MATERIAL) {
                    Some((_, StoredState::Chosen(choice))) => choice.decision,
                    _ => Decision::DENY_ALL,
                };
                let granted: Vec<Purpose> = Purpose::ALL
                    .into_iter()
                    .filter(|&purpose| decision.grants(purpose))
                    .collect();
                assert_eq!(granted, case.granted, "{}", case.why);
            }
        }
    }

    /// The notice of a site whose own law is the first of these.
    fn notice_under(law: &str, laws: &[&str]) -> Notice {
        let config = serde_json::json!({
            "name": "Laboratoire", "origins": ["https://laboratoire.example"], "languages": ["en"],
            "jurisdiction": laws[0], "jurisdictions": laws,
            "controller": { "name": "Laboratoire", "person_in_charge": "A. B.", "contact": "c@laboratoire.example" },
            "policy": { "version": "1", "url": "/privacy" },
            "purposes": ["preferences", "statistics", "marketing"]
        });
        let config = SiteConfig::parse(config.to_string().as_bytes()).unwrap();
        let digest = Sha256Digest::of(b"");
        let bundle = BundleDigests {
            loader: digest,
            script: digest,
            wasm: digest,
        };
        let own = config.jurisdiction;
        let law = law.parse().unwrap();
        let mut notice = Notice::new("lab".parse().unwrap(), config.under(law), bundle);
        notice.by_place = law != own;
        notice
    }

    /// The same list is run through the loader by `tests/browser/visitor/several-laws.spec.ts`.
    #[test]
    fn an_answer_under_one_law_holds_under_another_as_the_shared_list_says() {
        #[derive(serde::Deserialize)]
        struct Case {
            why: String,
            answered: String,
            read: String,
            letters: Option<String>,
            services: Option<String>,
            click: Option<String>,
            state: String,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/choice-by-law.json")).unwrap();
        assert!(cases.len() > 12);
        let laws = ["CA-QC", "CA", "FR", "GB", "US-CA", "US"];
        let notices = laws.map(|law| notice_under(law, &laws));
        let of = |law: &str| {
            notices
                .iter()
                .find(|notice| notice.jurisdiction.as_str() == law)
        };
        for case in cases {
            let material = of(&case.answered).map_or(MATERIAL, |it| it.material().digest());
            let asked = AskedByPlace::by(of(&case.read).unwrap(), &notices);
            let (made, end, now) = ("1795379265120", "1829507265120", "2026-11-23T00:00:00Z");
            let text = match (&case.click, &case.letters, &case.services) {
                (Some(click), ..) => format!("p1.{click}.t.{made}.{material}.{}", "0".repeat(64)),
                (None, Some(letters), None) => format!("c1.{letters}.{made}.{end}.{material}"),
                (None, letters, services) => {
                    let (letters, services) =
                        (letters.as_ref().unwrap(), services.as_ref().unwrap());
                    format!("c1.{letters}.{made}.{end}.{material}.{services}")
                }
            };
            let state = match StoredState::read(&text, at(now), &asked) {
                StoredState::Unasked => "unasked",
                StoredState::Pending(_) => "pending",
                StoredState::Chosen(_) => "chosen",
            };
            assert_eq!(state, case.state, "{}", case.why);
        }
    }

    /// The same list is run through the loader by `tests/browser/visitor/privacy-signal.spec.ts`.
    #[test]
    fn the_signal_leaves_of_a_choice_what_the_shared_list_says() {
        #[derive(serde::Deserialize)]
        struct Case {
            why: String,
            text: String,
            now: Timestamp,
            granted: Vec<Purpose>,
            services: String,
            overridden: bool,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/privacy-signal.json")).unwrap();
        assert!(cases.len() > 8);
        for case in cases {
            let StoredState::Chosen(choice) = StoredState::read(&case.text, case.now, MATERIAL)
            else {
                panic!("{}: no choice", case.why);
            };
            let left = choice.after_signal(|id| id.as_str() == "pub");
            assert_eq!(left.is_some(), case.overridden, "{}", case.why);
            let held = left.unwrap_or(choice);
            let granted = Decision::granting(&case.granted);
            assert_eq!(held.decision, granted, "{}", case.why);
            assert_eq!(held.services.to_string(), case.services, "{}", case.why);
        }
    }

    fn decisions() -> impl Strategy<Value = Decision> {
        any::<[bool; 3]>().prop_map(|granted| Decision::from_fn(|p| granted[p as usize - 1]))
    }

    proptest! {
        #[test]
        fn a_choice_reads_back(
            decision in decisions(),
            ms in 0..=at("9000-01-01T00:00:00Z").as_millis(),
            months in 1_u16..=13,
            material: [u8; 6],
            gpc: bool,
        ) {
            let now = Timestamp::from_millis(ms).unwrap();
            let material = MaterialDigest::from_bytes(material);
            let choice = StoredChoice::new(decision, now, months, material).with_gpc(gpc);
            prop_assert_eq!(
                StoredState::read(&choice.to_string(), now, material),
                StoredState::Chosen(choice.clone())
            );
            prop_assert_eq!(
                StoredState::read(&choice.to_string(), choice.expires_at, material),
                StoredState::Unasked
            );
        }

        #[test]
        fn a_pending_click_reads_back(accept: bool, trusted: bool, notice: [u8; 32]) {
            let now = at("2026-11-22T00:00:00Z");
            let pending = Pending {
                method: if accept { Method::AcceptAll } else { Method::RejectAll },
                trusted,
                clicked_at: now,
                material: MATERIAL,
                notice: NoticeHash::from_bytes(notice),
            };
            prop_assert_eq!(
                StoredState::read(&pending.to_string(), now, MATERIAL),
                StoredState::Pending(pending)
            );
        }

        #[test]
        fn reading_any_text_never_panics(text in "\\PC{0,80}") {
            prop_assert_eq!(
                StoredState::read(&text, at("2026-11-22T00:00:00Z"), MATERIAL),
                StoredState::Unasked
            );
        }

        #[test]
        fn one_changed_byte_never_grants(at_byte in 0_usize..48, byte in 33_u8..127) {
            let now = at("2026-11-22T00:00:00Z");
            let choice = StoredChoice::new(Decision::DENY_ALL, now, 13, MATERIAL);
            let mut text = choice.to_string().into_bytes();
            prop_assume!(!(4..=7).contains(&at_byte) && at_byte < text.len());
            text[at_byte] = byte;
            let text = String::from_utf8(text).unwrap();
            if let StoredState::Chosen(read) = StoredState::read(&text, now, MATERIAL) {
                prop_assert_eq!(read.decision, Decision::DENY_ALL);
            }
        }
    }
}
