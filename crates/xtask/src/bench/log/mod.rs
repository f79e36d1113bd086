//! The proof log: how much of it a second, how much a proof takes, how soon it is verified, and what
//! an append costs as it grows.

mod append;
mod bytes;
mod load;
mod million;
pub mod target;
mod verify;

use crate::step::log_step;
use anyhow::Result;
use clap::ValueEnum;
use xshell::Shell;

/// Where the results are: a section for each part, and what else is written there.
const PAGE: &str = "docs/bench-log.md";

/// What is measured of it, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Durable receipts a second, and their latency
    Load,
    /// Bytes for each proof, on the disk and on its way
    Bytes,
    /// A log of a million entries, verified by ours and by Go's
    Verify,
    /// Instructions for one append, from a thousand entries to a million
    Append,
}

/// Measures the parts asked for, or all of them, prints and writes each into its section of
/// `docs/bench-log.md`.
pub fn run(shell: &Shell, parts: &[Part]) -> Result<()> {
    for part in Part::value_variants() {
        if parts.is_empty() || parts.contains(part) {
            log_step(part.heading());
            let results = part.measure(shell)?;
            println!("{results}");
            // At once: what was measured stands, whatever becomes of the next part.
            let page = shell.read_file(PAGE)?;
            shell.write_file(PAGE, with_section(&page, part.heading(), &results))?;
        }
    }
    Ok(())
}

impl Part {
    const fn heading(self) -> &'static str {
        match self {
            Self::Load => "Receipts a second",
            Self::Bytes => "Bytes for a proof",
            Self::Verify => "A million entries, verified",
            Self::Append => "Instructions for an append",
        }
    }

    fn measure(self, shell: &Shell) -> Result<String> {
        match self {
            Self::Load => load::measure(),
            Self::Bytes => bytes::measure(),
            Self::Verify => verify::measure(shell),
            Self::Append => append::measure(shell),
        }
    }
}

/// The page with another text below a heading of the second level, added at the end if it is new.
fn with_section(page: &str, heading: &str, text: &str) -> String {
    let start = format!("## {heading}\n");
    let section = format!("{start}\n{}\n", text.trim());
    let Some((before, rest)) = page.split_once(&start) else {
        return format!("{}\n\n{section}", page.trim_end());
    };
    match rest.split_once("\n## ") {
        Some((_, after)) => format!("{before}{section}\n## {after}"),
        None => format!("{before}{section}"),
    }
}

#[cfg(test)]
mod tests {
    use super::with_section;

    #[test]
    fn a_section_is_replaced_and_its_neighbours_stay() {
        let page = "# Page\n\n## One\n\nold\n\n## Two\n\nby hand\n";
        let new = with_section(page, "One", "new\n");
        assert_eq!(new, "# Page\n\n## One\n\nnew\n\n## Two\n\nby hand\n");
        assert_eq!(with_section(&new, "One", "new"), new);
        let last = with_section(&new, "Two", "also new");
        assert_eq!(last, "# Page\n\n## One\n\nnew\n\n## Two\n\nalso new\n");
        let more = with_section(&last, "Three", "added");
        assert!(more.starts_with(&last) && more.ends_with("\n\n## Three\n\nadded\n"));
    }
}
