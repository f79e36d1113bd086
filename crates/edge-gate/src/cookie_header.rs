//! A request's `Cookie` header, cookie by cookie (RFC 6265, section 4.2.1).

/// The cookies of a `Cookie` header, each a name and a value. Only what a cookie has for whitespace goes: what Unicode has
/// besides is a part of the name.
pub fn pairs(header: &str) -> impl Iterator<Item = &str> {
    header.split(';').map(|pair| pair.trim_matches(is_space))
}

/// Without `=`, the whole is the value of a cookie without a name (RFC 6265bis, section 5.6). A browser sends such a
/// value alone, so that what follows a `=` at its beginning becomes a name.
pub(crate) fn name_of(pair: &str) -> &str {
    let pair = pair.trim_matches(is_space);
    let pair = pair.trim_start_matches(|c| c == '=' || is_space(c));
    pair.split_once('=')
        .map_or("", |(name, _)| name.trim_matches(is_space))
}

/// Whitespace in a cookie (RFC 6265, section 2.2).
pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}
