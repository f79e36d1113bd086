//! The operations as a table, for `docs/api.md`.

use crate::operation::Access;
use crate::operations;
use std::fmt::Write as _;

/// Between these lines the page has the table.
pub const BEGIN: &str = "<!-- The table is generated: `cargo run -p api-document` writes it. -->";
/// See [`BEGIN`].
pub const END: &str = "<!-- End of the table. -->";

/// A row for each operation.
pub fn table() -> String {
    let mut table = String::from(
        "| address | `operationId` | who | what it does |\n| --- | --- | --- | --- |\n",
    );
    for operation in operations::all() {
        let who = match operation.access {
            Access::Open => "everyone".to_owned(),
            Access::AnyToken => "any token".to_owned(),
            Access::Secret => "the visitor".to_owned(),
            Access::Page => "the site's pages".to_owned(),
            Access::Roles(roles) => {
                let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
                names.join(", ")
            }
        };
        let _ = writeln!(
            table,
            "| `{} {}` | `{}` | {who} | {} |",
            operation.method.as_str().to_uppercase(),
            operation.path,
            operation.id,
            operation.summary.trim_end_matches('.'),
        );
    }
    table
}

/// The page with the table of today in it; nothing if it has no place for one.
pub fn put_into(page: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n{END}{after}", table()))
}
