//! `cargo xtask check`: what holds of the sources themselves, in under a minute once it has run before. Not what has to
//! be started to be seen: that is a test.

mod circles;
mod floors;
mod imports;
mod locks;
mod rust;
mod typescript;

use crate::build::PREPARED;
use crate::step::log_step;
use crate::tools;
use anyhow::{Result, ensure};
use imports::Imports;
use std::path::Path;
use xshell::{Shell, cmd};

/// Projects of TypeScript, each with a `tsconfig.json`.
const TYPESCRIPT: [&str; 6] = [
    "consent-widget/loader",
    "consent-widget/inspector",
    "tests/browser",
    "integrations/npm",
    "tests/integrations",
    "tests/wordpress",
];

/// What the server runs. A panic of it ends more than the request that caused it.
const SERVED: [&str; 6] = [
    "consent-core",
    "consent-log",
    "cookie-database",
    "edge-gate",
    "service-catalogue",
    "edge-api",
];
/// What may panic, and what the server therefore never does outside its tests: it cuts no text by bytes, indexes nothing
/// without asking, and unwraps nothing.
const PANICS: [&str; 7] = [
    "clippy::string_slice",
    "clippy::indexing_slicing",
    "clippy::unwrap_used",
    "clippy::expect_used",
    "clippy::panic",
    "clippy::unreachable",
    "clippy::todo",
];

/// Checks formatting, imports, lock files, prepared files, lints and types, the quickest first.
pub fn run(shell: &Shell) -> Result<()> {
    log_step("Formatting, imports, lock files");
    cmd!(shell, "cargo fmt --all --check").quiet().run()?;
    imports_run_one_way(local_server::root())?;
    locks::check(local_server::root())?;
    tools::npm::packages(shell)?;
    log_step("Prepared files and types");
    for script in PREPARED {
        cmd!(shell, "node {script} --check").quiet().run()?;
    }
    cmd!(shell, "cargo run --quiet --package api-document -- --check")
        .quiet()
        .run()?;
    for project in TYPESCRIPT {
        cmd!(shell, "node_modules/.bin/tsc --noEmit --project {project}")
            .quiet()
            .run()?;
    }
    log_step("Lints");
    cmd!(
        shell,
        "cargo clippy --quiet --workspace --all-targets -- -D warnings"
    )
    .quiet()
    .run()?;
    let served = SERVED.iter().flat_map(|name| ["--package", name]);
    let panics = PANICS.iter().flat_map(|lint| ["--deny", lint]);
    cmd!(
        shell,
        "cargo clippy --quiet --no-deps --lib {served...} -- -D warnings {panics...}"
    )
    .quiet()
    .run()?;
    Ok(())
}

/// Checks that no files import each other in a circle, and that those of the Worker import downwards only.
fn imports_run_one_way(root: &Path) -> Result<()> {
    let mut faults = Vec::new();
    for (source, is_worker) in rust::crates(root)? {
        let imports = rust::read(&source)?;
        faults.extend(in_circles(&imports, root));
        if is_worker {
            faults.extend(floors::faults(&imports, &source));
        }
    }
    for project in TYPESCRIPT {
        let imports = typescript::read(&root.join(project))?;
        faults.extend(in_circles(&imports, root));
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// Folders whose files may call each other in a circle.
const RECURSIONS: [&str; 1] = [
    // An element is written with what is written inside it.
    "crates/edge-gate/src/rewrite",
];

/// Each circle of files, as text.
fn in_circles(imports: &Imports, root: &Path) -> Vec<String> {
    let circles = circles::find(imports);
    let may_be = |circle: &[&Path]| {
        let within = |folder: &Path| circle.iter().all(|file| file.starts_with(folder));
        RECURSIONS.iter().any(|folder| within(&root.join(folder)))
    };
    circles
        .into_iter()
        .filter(|circle| !may_be(circle))
        .map(|circle| {
            let name = |file: &&Path| {
                file.strip_prefix(root)
                    .unwrap_or(file)
                    .display()
                    .to_string()
            };
            let names: Vec<String> = circle.iter().map(name).collect();
            format!(
                "{} files import each other: {}; move what both need into a file below them",
                names.len(),
                names.join(", ")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A made-up repository with these files.
    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let projects = TYPESCRIPT.map(|project| format!("{project}/main.ts"));
        let projects = projects.iter().map(|main| (main.as_str(), ""));
        for (path, text) in projects.chain(files.iter().copied()) {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    /// What the check says of these files, or nothing.
    fn faults(files: &[(&str, &str)]) -> String {
        let root = tree(files);
        match imports_run_one_way(root.path()) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_circle_of_rust_files_is_found_and_its_files_are_named() {
        let one_way = [
            ("crates/a/Cargo.toml", ""),
            ("crates/a/src/lib.rs", "mod one; mod two; pub use two::Two;"),
            (
                "crates/a/src/one.rs",
                "use crate::two::Two; pub struct One(Two);",
            ),
            (
                "crates/a/src/two.rs",
                "pub struct Two; // use crate::one::One",
            ),
        ];
        assert_eq!(faults(&one_way), "");
        for back in [
            "use crate::one::One;",
            "use super::one::{self, One};",
            "use crate::{one::One};",
            "fn f() { crate::one::f() }",
            "fn f() -> impl Fn(super::one::One) { |_| () }",
            "macro_rules! m { () => { $crate::one::f() } }",
        ] {
            let mut files = one_way;
            files[3].1 = back;
            let said = faults(&files);
            assert!(said.contains("2 files import each other"), "{back}: {said}");
            assert!(
                said.contains("crates/a/src/one.rs, crates/a/src/two.rs"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_circle_through_a_name_that_a_parent_hands_on_is_found() {
        let said = faults(&[
            ("crates/a/Cargo.toml", ""),
            (
                "crates/a/src/lib.rs",
                "mod one; mod two; pub use one::One; pub use two::*;",
            ),
            (
                "crates/a/src/one.rs",
                "use crate::Two; pub struct One(Two);",
            ),
            (
                "crates/a/src/two.rs",
                "use crate::One; pub struct Two(Option<Box<One>>);",
            ),
        ]);
        assert!(said.contains("2 files import each other"), "{said}");
    }

    #[test]
    fn a_parent_and_its_child_and_what_only_tests_import_are_no_circle() {
        let said = faults(&[
            ("crates/a/Cargo.toml", ""),
            (
                "crates/a/src/lib.rs",
                "mod room; mod below; pub struct Root;",
            ),
            (
                "crates/a/src/room/mod.rs",
                "mod part; use part::Part; pub struct Room(Part);",
            ),
            (
                "crates/a/src/room/part.rs",
                "use super::Room; use crate::Root; pub struct Part;",
            ),
            (
                "crates/a/src/below.rs",
                "/* use crate::room::Room; */ const TEXT: &str = \"crate::room::Room\";
                 #[cfg(test)] use crate::room::Room; #[cfg(test)] mod cases;
                 #[cfg(test)] mod tests { use crate::room::Room; }",
            ),
            ("crates/a/src/below/cases.rs", "use crate::room::Room;"),
            ("crates/a/src/room/other.rs", "use crate::below::TEXT;"),
        ]);
        assert_eq!(said, "");
    }

    #[test]
    fn a_circle_of_typescript_files_is_found_types_included() {
        let loader = "consent-widget/loader";
        let (one, two) = (format!("{loader}/one.ts"), format!("{loader}/room/two.ts"));
        let files = |first, second| [(one.as_str(), first), (two.as_str(), second)];
        let there = "import { two } from \"./room/two.ts\";";
        assert_eq!(
            faults(&files(there, "// import { one } from \"../one.ts\";")),
            ""
        );
        for back in [
            "import { one } from \"../one.ts\";",
            "import type {\n  One,\n} from '../one';",
            "export * from \"../one.ts\";",
            "const one = await import(\"../one.ts\");",
        ] {
            let said = faults(&files(there, back));
            assert!(said.contains("2 files import each other"), "{back}: {said}");
        }
    }

    #[test]
    fn the_recursion_that_is_listed_may_stay_and_only_where_it_is_listed() {
        let circle = |folder: &str| {
            let (one, two) = (format!("{folder}/one.rs"), format!("{folder}/two.rs"));
            faults(&[
                ("crates/edge-gate/Cargo.toml", ""),
                ("crates/edge-gate/src/lib.rs", ""),
                (&one, "use super::two::Two;"),
                (&two, "use super::one::One;"),
            ])
        };
        assert_eq!(circle("crates/edge-gate/src/rewrite"), "");
        assert!(circle("crates/edge-gate/src/other").contains("2 files"));
    }

    #[test]
    fn the_worker_imports_downwards_only_and_each_of_its_rooms_has_a_floor() {
        let worker = |storage, room| {
            faults(&[
                ("edge-api/Cargo.toml", ""),
                ("edge-api/src/lib.rs", "mod site; mod storage;"),
                ("edge-api/src/site/mod.rs", "use crate::storage::Database;"),
                ("edge-api/src/storage/mod.rs", storage),
                (room, ""),
            ])
        };
        assert_eq!(
            worker("use crate::clock::now;", "edge-api/src/clock.rs"),
            ""
        );
        let up = worker("", "edge-api/src/clock.rs");
        assert_eq!(up, "");
        let said = faults(&[
            ("edge-api/Cargo.toml", ""),
            ("edge-api/src/lib.rs", "mod site; mod storage;"),
            ("edge-api/src/site/mod.rs", ""),
            ("edge-api/src/storage/mod.rs", "use crate::site::Site;"),
        ]);
        assert!(
            said.contains("storage/mod.rs (storage) imports site/mod.rs (site)"),
            "{said}"
        );
        let said = worker("", "edge-api/src/attic.rs");
        assert!(said.contains("`attic` has no floor"), "{said}");
    }
}
