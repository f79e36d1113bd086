//! Numbers and lengths of time in words.

const DAY_S: u64 = 86_400;

/// A number of things, in words: `1 entry`, `2 entries`.
pub fn counted(number: u64, thing: &str) -> String {
    match (number, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {thing}s"),
    }
}

/// A length of time in whole days, or less.
pub fn days(seconds: u64) -> String {
    match seconds / DAY_S {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
