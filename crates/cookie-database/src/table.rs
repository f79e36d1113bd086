//! The table, read where it lies: nothing is copied.

use crate::format::{
    ANYWHERE, CONFLICTING, CONTROLLER, DOMAIN, FUNCTIONAL, HOST, NAME, OTHER_DOMAIN, PURPOSE,
    RETENTION, ROW, SERVICE,
};
use consent_core::Purpose;
use consent_core::classify::{Retention, Rule};
use std::ops::Range;

/// A compiled database.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// Where each string ends in `text`.
    ends: &'a [[u8; 4]],
    pub(crate) names: &'a [[u8; 2 * ROW]],
    pub(crate) prefixes: &'a [[u8; 2 * ROW]],
    pub(crate) hosts: &'a [[u8; 2 * HOST]],
    text: &'a str,
}

impl<'a> Table<'a> {
    /// Reads the table that [`BYTES`](crate::BYTES) are; nothing for bytes of another shape. Bytes
    /// of the right shape that were tampered with give wrong answers, and never a panic.
    pub const fn read(bytes: &'a [u8]) -> Option<Self> {
        let Some((counts, rest)) = bytes.split_at_checked(8) else {
            return None;
        };
        let (&[of_ends, of_names, of_prefixes, of_hosts], _) = counts.as_chunks() else {
            return None;
        };
        let Some((ends, rest)) = part(rest, of_ends) else {
            return None;
        };
        let Some((names, rest)) = part(rest, of_names) else {
            return None;
        };
        let Some((prefixes, rest)) = part(rest, of_prefixes) else {
            return None;
        };
        let Some((hosts, rest)) = part(rest, of_hosts) else {
            return None;
        };
        let Ok(text) = std::str::from_utf8(rest) else {
            return None;
        };
        Some(Self {
            ends,
            names,
            prefixes,
            hosts,
            text,
        })
    }

    /// Every row: those with a whole name, then those with a prefix, each sorted by name.
    pub fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        let table = *self;
        let of = |prefix| {
            move |fields| Row {
                table,
                prefix,
                fields,
            }
        };
        let names = self.names.iter().map(of(false));
        names.chain(self.prefixes.iter().map(of(true)))
    }

    /// Where the string in a field of a row or a host stands in the text.
    fn place(&self, fields: &[u8], at: usize) -> Range<usize> {
        let end = |at: usize| {
            let end = self.ends.get(at).copied().unwrap_or_default();
            u32::from_le_bytes(end) as usize
        };
        let at = usize::from(field(fields, at));
        at.checked_sub(1).map_or(0, end)..end(at)
    }

    /// The string in a field of a row or a host.
    pub(crate) fn text(&self, fields: &[u8], at: usize) -> &'a str {
        self.text.get(self.place(fields, at)).unwrap_or_default()
    }

    /// The bytes of the name of a row or a host, to compare.
    pub(crate) fn name(&self, fields: &[u8]) -> &'a [u8] {
        let text = self.text.as_bytes();
        text.get(self.place(fields, NAME)).unwrap_or_default()
    }
}

/// So many pieces of `SIZE` bytes, and what follows them.
const fn part<const SIZE: usize>(bytes: &[u8], count: [u8; 2]) -> Option<(&[[u8; SIZE]], &[u8])> {
    let count = u16::from_le_bytes(count) as usize;
    match bytes.split_at_checked(count * SIZE) {
        Some((part, rest)) => Some((part.as_chunks().0, rest)),
        None => None,
    }
}

/// A field of a row or a host.
pub(crate) fn field(fields: &[u8], at: usize) -> u16 {
    let (fields, _) = fields.as_chunks();
    u16::from_le_bytes(fields.get(at).copied().unwrap_or_default())
}

/// What a row, or all rows of a host, say it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This.
    For(Purpose),
    /// "Functional": necessary or preferences.
    Functional,
    /// Several things.
    Conflicting,
}

impl Verdict {
    /// As the table writes it.
    pub(crate) fn of(code: u16) -> Self {
        match code & !ANYWHERE {
            FUNCTIONAL => Self::Functional,
            code if code < CONFLICTING => usize::from(code)
                .checked_sub(1)
                .and_then(|at| Purpose::ALL.get(at))
                .map_or(Self::Conflicting, |purpose| Self::For(*purpose)),
            _ => Self::Conflicting,
        }
    }
}

/// A row of the database.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub(crate) table: Table<'a>,
    pub(crate) prefix: bool,
    pub(crate) fields: &'a [u8; 2 * ROW],
}

impl<'a> Row<'a> {
    /// The name or prefix that it is about.
    pub fn rule(&self) -> Rule<'a> {
        if self.prefix {
            Rule::Prefix(self.name())
        } else {
            Rule::Name(self.name())
        }
    }

    /// The name, or the prefix without a star.
    pub fn name(&self) -> &'a str {
        self.table.text(self.fields, NAME)
    }

    /// What it is for.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(field(self.fields, PURPOSE))
    }

    /// The platform.
    pub fn service(&self) -> Option<&'a str> {
        self.said(SERVICE)
    }

    /// Who receives the data.
    pub fn controller(&self) -> Option<&'a str> {
        self.said(CONTROLLER)
    }

    /// How long it stays.
    pub fn retention(&self) -> Option<Retention<'a>> {
        let text = self.said(RETENTION)?;
        let lifetime = text.parse().map(Retention::For);
        Some(lifetime.unwrap_or(Retention::Words(text)))
    }

    /// The domains that it is kept for, as far as the database says.
    pub fn domains(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let row = *self;
        [DOMAIN, OTHER_DOMAIN]
            .into_iter()
            .filter_map(move |at| row.said(at))
    }

    /// Whether it holds for every domain.
    pub fn holds_anywhere(&self) -> bool {
        field(self.fields, PURPOSE) & ANYWHERE != 0
    }

    fn said(&self, at: usize) -> Option<&'a str> {
        Some(self.table.text(self.fields, at)).filter(|text| !text.is_empty())
    }
}
