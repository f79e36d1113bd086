//! What the columns of a consent hold in place of its words. A code is stored for ever: it is never
//! given another meaning, and a new value gets a new one.

use crate::storage::database::integer;
use crate::storage::error::StoreError;
use consent_core::entry::{Answer, ErasureReason, Event};
use consent_core::register::Register;
use consent_core::webhook::{DeliveryStatus, DisabledReason, WebhookEvent};
use consent_core::{Decision, Layer, Method, Purpose};
use worker::SqlStorageValue;

/// A value that a column holds as a number.
pub trait Code: Sized {
    /// Its number.
    fn to_code(self) -> u8;

    /// The value of a number.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnknownCode`] for a number that [`Self::to_code`] gives to no value.
    fn from_code(code: i64) -> Result<Self, StoreError>;
}

/// Pins the codes of an enumeration both ways. One that is left out does not compile.
macro_rules! codes {
    ($type:ty, $column:literal, { $($value:ident = $code:literal),+ $(,)? }) => {
        impl Code for $type {
            fn to_code(self) -> u8 {
                match self {
                    $(Self::$value => $code,)+
                }
            }

            fn from_code(code: i64) -> Result<Self, StoreError> {
                match code {
                    $($code => Ok(Self::$value),)+
                    unknown => Err(StoreError::unknown_code($column, unknown)),
                }
            }
        }
    };
}

codes!(Method, "method", {
    AcceptAll = 0,
    RejectAll = 1,
    Save = 2,
    Withdraw = 3,
    Gpc = 4,
    Api = 5,
    Imported = 6,
});

codes!(Layer, "layer", {
    Banner = 0,
    Dialog = 1,
    Placeholder = 2,
    None = 3,
});

codes!(ErasureReason, "reason", {
    Holder = 1,
    Retention = 2,
    Departure = 3,
});

// Each is a bit of its own: a column has the events that an endpoint asks for.
codes!(WebhookEvent, "event", {
    SitePublished = 1,
    ConsentWithdrawn = 2,
    ConsentErased = 4,
    ScanFindings = 8,
    LogForked = 16,
    Ping = 32,
});

codes!(DeliveryStatus, "outcome", {
    Waiting = 0,
    Delivered = 1,
    Failed = 2,
});

codes!(DisabledReason, "disabled", {
    Owner = 1,
    Gone = 2,
    Failing = 3,
});

/// What kind of entry a row is, by the number that the entry's own bytes have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A consent that grants something.
    Grant,
    /// One that grants nothing.
    Refuse,
    /// One that takes back.
    Withdraw,
    /// An erasure.
    Erase,
    /// A publication.
    Publish,
    /// A file entered as evidence.
    Evidence,
    /// A read of records.
    Read,
    /// A writing in a register.
    Register,
}

codes!(Register, "register", {
    Requests = 1,
    Incidents = 2,
});

codes!(EntryKind, "kind", {
    Grant = 1,
    Refuse = 2,
    Withdraw = 3,
    Erase = 4,
    Publish = 5,
    Evidence = 6,
    Read = 7,
    Register = 8,
});

impl From<&Event> for EntryKind {
    fn from(event: &Event) -> Self {
        match event {
            Event::Consent { answer, .. } => match answer {
                Answer::Grant => Self::Grant,
                Answer::Refuse => Self::Refuse,
                Answer::Withdraw => Self::Withdraw,
            },
            Event::Erase(_) => Self::Erase,
            Event::Publish { .. } => Self::Publish,
            Event::Evidence { .. } => Self::Evidence,
            Event::Read { .. } => Self::Read,
            Event::Register { .. } => Self::Register,
        }
    }
}

/// The hash that a row of this event is looked up by, if there is one.
pub fn hash(event: &Event) -> Option<String> {
    match event {
        Event::Publish { notice, .. } => Some(notice.to_string()),
        Event::Evidence { hash, .. } => Some(hash.to_string()),
        Event::Consent { .. } | Event::Erase(_) | Event::Read { .. } | Event::Register { .. } => {
            None
        }
    }
}

impl Code for bool {
    fn to_code(self) -> u8 {
        self.into()
    }

    fn from_code(code: i64) -> Result<Self, StoreError> {
        match code {
            0 => Ok(false),
            1 => Ok(true),
            unknown => Err(StoreError::unknown_code("trusted, gpc", unknown)),
        }
    }
}

/// The bit of an optional purpose in the column `granted`; 0 for the necessary, which has none.
pub const fn bit(purpose: Purpose) -> u8 {
    match purpose {
        Purpose::Necessary => 0,
        Purpose::Preferences => 1,
        Purpose::Statistics => 2,
        Purpose::Marketing => 4,
    }
}

/// The bits of all optional purposes.
pub fn every_bit() -> u8 {
    Purpose::OPTIONAL.into_iter().map(bit).sum()
}

impl Code for Decision {
    fn to_code(self) -> u8 {
        let granted = Purpose::OPTIONAL.into_iter();
        granted
            .filter(|purpose| self.grants(*purpose))
            .map(bit)
            .sum()
    }

    fn from_code(code: i64) -> Result<Self, StoreError> {
        match u8::try_from(code) {
            Ok(bits) if bits & !every_bit() == 0 => {
                Ok(Self::from_fn(|purpose| bits & bit(purpose) != 0))
            }
            _ => Err(StoreError::unknown_code("granted", code)),
        }
    }
}

/// A code, for its column.
pub fn code(value: impl Code) -> SqlStorageValue {
    integer(value.to_code().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    /// Every code of a type, and that no other number is one.
    fn assert_pinned<T: Code + Copy + Debug + PartialEq>(column: &str, codes: &[(T, u8)]) {
        for (value, code) in codes {
            assert_eq!(value.to_code(), *code, "{value:?}");
            assert_eq!(T::from_code(i64::from(*code)).as_ref(), Ok(value));
        }
        let known = |number: i64| codes.iter().any(|(_, code)| i64::from(*code) == number);
        for number in (-2..=300).chain([i64::MIN, i64::MAX]) {
            if !known(number) {
                assert_eq!(
                    T::from_code(number),
                    Err(StoreError::unknown_code(column, number))
                );
            }
        }
    }

    #[test]
    fn every_code_is_pinned_both_ways_and_no_other_number_is_one() {
        assert_pinned(
            "method",
            &[
                (Method::AcceptAll, 0),
                (Method::RejectAll, 1),
                (Method::Save, 2),
                (Method::Withdraw, 3),
                (Method::Gpc, 4),
                (Method::Api, 5),
                (Method::Imported, 6),
            ],
        );
        assert_pinned(
            "layer",
            &[
                (Layer::Banner, 0),
                (Layer::Dialog, 1),
                (Layer::Placeholder, 2),
                (Layer::None, 3),
            ],
        );
        assert_pinned(
            "reason",
            &[
                (ErasureReason::Holder, 1),
                (ErasureReason::Retention, 2),
                (ErasureReason::Departure, 3),
            ],
        );
        assert_pinned(
            "kind",
            &[
                (EntryKind::Grant, 1),
                (EntryKind::Refuse, 2),
                (EntryKind::Withdraw, 3),
                (EntryKind::Erase, 4),
                (EntryKind::Publish, 5),
                (EntryKind::Evidence, 6),
                (EntryKind::Read, 7),
                (EntryKind::Register, 8),
            ],
        );
        assert_pinned(
            "register",
            &[(Register::Requests, 1), (Register::Incidents, 2)],
        );
        assert_pinned("trusted, gpc", &[(false, 0), (true, 1)]);
        assert_pinned(
            "event",
            &[
                (WebhookEvent::SitePublished, 1),
                (WebhookEvent::ConsentWithdrawn, 2),
                (WebhookEvent::ConsentErased, 4),
                (WebhookEvent::ScanFindings, 8),
                (WebhookEvent::LogForked, 16),
                (WebhookEvent::Ping, 32),
            ],
        );
        assert_pinned(
            "outcome",
            &[
                (DeliveryStatus::Waiting, 0),
                (DeliveryStatus::Delivered, 1),
                (DeliveryStatus::Failed, 2),
            ],
        );
        assert_pinned(
            "disabled",
            &[
                (DisabledReason::Owner, 1),
                (DisabledReason::Gone, 2),
                (DisabledReason::Failing, 3),
            ],
        );
        let decision = |granted: &[Purpose]| Decision::granting(granted);
        let (preferences, statistics, marketing) = (
            Purpose::Preferences,
            Purpose::Statistics,
            Purpose::Marketing,
        );
        assert_pinned(
            "granted",
            &[
                (decision(&[]), 0),
                (decision(&[preferences]), 1),
                (decision(&[statistics]), 2),
                (decision(&[preferences, statistics]), 3),
                (decision(&[marketing]), 4),
                (decision(&[preferences, marketing]), 5),
                (decision(&[statistics, marketing]), 6),
                (decision(&[preferences, statistics, marketing]), 7),
            ],
        );
        assert_eq!(Method::ALL.len() + Layer::ALL.len(), 11, "none is left out");
    }

    #[test]
    fn the_kind_of_a_row_is_the_second_byte_of_its_entry() {
        use consent_core::LogEntry;
        use consent_core::entry::Erasure;
        let time = consent_core::Timestamp::MIN;
        let consent = |answer| Event::Consent {
            answer,
            notice: consent_core::entry::NoticePrefix([1; 16]),
            commitment: consent_core::Commitment::from_bytes([2; 32]),
        };
        let notice = consent_core::NoticeHash::from_bytes([3; 32]);
        let events = [
            consent(Answer::Grant),
            consent(Answer::Refuse),
            consent(Answer::Withdraw),
            Event::Erase(Erasure {
                first: 0,
                last: 1,
                reason: ErasureReason::Holder,
            }),
            Event::Publish {
                notice,
                configuration: None,
            },
            Event::Evidence {
                notice: notice.into(),
                hash: consent_core::EvidenceHash::from_bytes([4; 32]),
            },
            Event::Read {
                commitment: consent_core::Commitment::from_bytes([2; 32]),
            },
        ];
        for event in events {
            let bytes = LogEntry { time, event }.to_bytes();
            assert_eq!(EntryKind::from(&event).to_code(), bytes[1], "{event:?}");
            let hashed = hash(&event).map(|hash| hex::decode(hash).unwrap());
            assert!(hashed.is_none_or(|hash| hash == bytes[26..]), "{event:?}");
        }
    }
}
