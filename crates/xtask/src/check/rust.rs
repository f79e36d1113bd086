//! Which Rust file imports which: by `use`, and by paths that begin with `crate`, `super` or `self`, in macros too. What
//! stands under `#[cfg(test)]` is left out, and so is what a file imports of its parents: a room and its parts are one.
//!
//! A name that a parent only hands on (`pub use one::One`) counts as what it is handed on from.

use super::imports::Imports;
use anyhow::{Context as _, Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The names that lead from the crate's root to a module.
type Module = Vec<String>;

/// The `src` folder of every crate of ours, and whether it is the Worker's.
pub fn crates(root: &Path) -> Result<Vec<(PathBuf, bool)>> {
    let mut folders = vec![root.to_owned(), root.join("crates")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.join("Cargo.toml").is_file() && path.join("src").is_dir() {
                let is_worker = path.ends_with("edge-api");
                found.push((path.join("src"), is_worker));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads every file of a crate.
pub fn read(source: &Path) -> Result<Imports> {
    let mut files = BTreeMap::new();
    collect(source, &Module::new(), &mut files)?;
    let contents = files
        .iter()
        .map(|(module, file)| {
            let text = fs::read_to_string(file)?;
            let tokens = text.parse::<TokenStream>();
            let tokens = tokens.map_err(|error| anyhow!("{}: {error}", file.display()))?;
            let mut contents = Contents::default();
            contents.read(tokens, module, false);
            Ok((module.clone(), contents))
        })
        .collect::<Result<BTreeMap<_, _>>>()?;
    let crate_files = Crate { files, contents };
    Ok(crate_files.without_tests().imports())
}

/// The modules of a folder, each with its file. Where a folder has a `tests` module, that is left out.
fn collect(folder: &Path, module: &Module, files: &mut BTreeMap<Module, PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let child = || [&module[..], std::slice::from_ref(&name)].concat();
        if name == "tests" {
        } else if path.is_dir() {
            collect(&path, &child(), files)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let own = matches!(name.as_str(), "mod" | "lib" | "main");
            files.insert(if own { module.clone() } else { child() }, path);
        }
    }
    Ok(())
}

/// What a file says of names.
#[derive(Default)]
struct Contents {
    /// Every path that it names, from the crate's root; `*` is all that is there.
    paths: BTreeSet<Module>,
    /// The names that it makes by `use`, and what they stand for.
    uses: BTreeMap<String, Module>,
    /// The modules that it takes everything from.
    globs: Vec<Module>,
    /// The names of its own items.
    items: BTreeSet<String>,
    /// The modules in files of their own that are only there in tests.
    for_tests: Vec<Module>,
}

/// Words that are followed by the name of an item.
const ITEMS: [&str; 9] = [
    "struct", "enum", "fn", "const", "static", "type", "trait", "mod", "union",
];

impl Contents {
    /// Reads tokens that stand in this module; `inside` of an item rather than beside it.
    fn read(&mut self, tokens: TokenStream, module: &Module, inside: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if is_for_tests(&tokens[at..]) {
                let end = end_of_item(&tokens, at);
                if let Some(name) = file_of_its_own(&tokens[at..end]) {
                    self.for_tests.push([&module[..], &[name]].concat());
                }
                at = end;
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    let next = tokens.get(at + 1);
                    if word == "use" {
                        let end = end_of_item(&tokens, at);
                        self.read_use(&tokens[at + 1..end], module, inside);
                        at = end;
                        continue;
                    }
                    if let (true, Some(TokenTree::Ident(name))) =
                        (ITEMS.contains(&word.as_str()), next)
                    {
                        if !inside {
                            self.items.insert(name.to_string());
                        }
                        if let ("mod", Some(TokenTree::Group(body))) =
                            (word.as_str(), tokens.get(at + 2))
                        {
                            let child = [&module[..], &[name.to_string()]].concat();
                            self.read(body.stream(), &child, true);
                            at += 3;
                            continue;
                        }
                    }
                    if !ends_path(&tokens[..at]) {
                        let (names, end) = names(&tokens, at);
                        if let Some(path) = absolute(&names, module) {
                            self.paths.insert(path);
                        }
                        at = end;
                        continue;
                    }
                }
                TokenTree::Group(group) => self.read(group.stream(), module, true),
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads a tree of `use`, without the word and the semicolon.
    fn read_use(&mut self, tree: &[TokenTree], module: &Module, inside: bool) {
        let mut leaves = Vec::new();
        read_tree(tree, &Module::new(), &mut leaves);
        for (names, name) in leaves {
            // A path that begins with a child's name, as a parent writes it.
            let child = || [&module[..], &names[..]].concat();
            let path = absolute(&names, module);
            if let Some(path) = &path {
                self.paths.insert(path.clone());
            }
            if inside {
                continue;
            }
            let path = path.unwrap_or_else(child);
            match path.split_last() {
                Some((last, all)) if last == "*" => self.globs.push(all.to_vec()),
                _ => drop(self.uses.insert(name, path)),
            }
        }
    }
}

/// Every path of a tree of `use`, with the name that it gets.
fn read_tree(tree: &[TokenTree], prefix: &Module, leaves: &mut Vec<(Module, String)>) {
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    for branch in tree.split(is_comma) {
        let (mut path, mut name) = (prefix.clone(), String::new());
        let mut renamed = false;
        for token in branch {
            match token {
                TokenTree::Ident(word) if word == "as" => renamed = true,
                TokenTree::Ident(word) if renamed => name = word.to_string(),
                // `use a::{self}` is `a`.
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(mark) if mark.as_char() == '*' => path.push("*".to_owned()),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    read_tree(&inner, &path, leaves);
                    path.clear();
                }
                _ => {}
            }
        }
        if !path.is_empty() {
            if !renamed {
                name = path.last().cloned().unwrap_or_default();
            }
            leaves.push((path, name));
        }
    }
}

/// The names of the path that begins here, joined by `::`, and where it ends.
fn names(tokens: &[TokenTree], start: usize) -> (Module, usize) {
    let (mut names, mut at) = (Module::new(), start);
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        names.push(name.to_string());
        at += 1;
        if !starts_with_colons(&tokens[at..]) {
            break;
        }
        at += 2;
    }
    (names, at)
}

fn starts_with_colons(tokens: &[TokenTree]) -> bool {
    let is_colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':');
    matches!(tokens, [first, second, ..] if is_colon(first) && is_colon(second))
}

/// Whether what comes next belongs to a path that has begun before (`Vec::<u8>::new`).
fn ends_path(before: &[TokenTree]) -> bool {
    before.len() >= 2 && starts_with_colons(&before[before.len() - 2..])
}

/// A path from the crate's root, if it begins with `crate`, `super` or `self`.
fn absolute(names: &[String], module: &Module) -> Option<Module> {
    let mut base = match names.first()?.as_str() {
        "crate" => Module::new(),
        "self" | "super" => module.clone(),
        _ => return None,
    };
    let mut rest = names;
    while let Some((first, others)) = rest.split_first() {
        match first.as_str() {
            "crate" | "self" => {}
            "super" => drop(base.pop()),
            _ => break,
        }
        rest = others;
    }
    base.extend_from_slice(rest);
    Some(base)
}

/// Whether an attribute begins here by which an item is only there in tests.
fn is_for_tests(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Punct(mark), TokenTree::Group(attribute), ..] = tokens else {
        return false;
    };
    if mark.as_char() != '#' || attribute.delimiter() != Delimiter::Bracket {
        return false;
    }
    let text = attribute.stream().to_string().replace(' ', "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// The name of a module that is declared here and stands in a file of its own: `mod name;`.
fn file_of_its_own(item: &[TokenTree]) -> Option<String> {
    match item {
        [
            ..,
            TokenTree::Ident(word),
            TokenTree::Ident(name),
            TokenTree::Punct(end),
        ] if word == "mod" && end.as_char() == ';' => Some(name.to_string()),
        _ => None,
    }
}

/// Where the item ends that begins here with its attributes: after its semicolon, or its body.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let is_use = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "use");
    let mut only_semicolon = false;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        only_semicolon |= is_use(token);
        match token {
            TokenTree::Punct(mark) if mark.as_char() == ';' => return at + 1,
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace && !only_semicolon => {
                return at + 1;
            }
            _ => {}
        }
    }
    tokens.len()
}

/// All files of a crate.
struct Crate {
    files: BTreeMap<Module, PathBuf>,
    contents: BTreeMap<Module, Contents>,
}

impl Crate {
    fn without_tests(mut self) -> Self {
        let for_tests: Vec<Module> = self
            .contents
            .values()
            .flat_map(|contents| contents.for_tests.clone())
            .collect();
        let is_for_tests = |module: &Module| for_tests.iter().any(|test| module.starts_with(test));
        self.files.retain(|module, _| !is_for_tests(module));
        self.contents.retain(|module, _| !is_for_tests(module));
        self
    }

    fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        for (module, contents) in &self.contents {
            let targets = contents.paths.iter().map(|path| self.owner(path, 0));
            // The crate's root only puts its rooms together, and parents are not told apart from their parts.
            let others = targets.filter(|target| !module.starts_with(target));
            let files = others.map(|target| self.files[&target].clone());
            let files = if module.is_empty() {
                BTreeSet::new()
            } else {
                files.collect()
            };
            imports.insert(self.files[module].clone(), files);
        }
        imports
    }

    /// The module whose file a path leads to.
    fn owner(&self, path: &[String], depth: usize) -> Module {
        let length = (0..=path.len())
            .rev()
            .find(|length| self.files.contains_key(&path[..*length]))
            .unwrap_or(0);
        let (module, rest) = path.split_at(length);
        let (Some(name), Some(contents)) = (rest.first(), self.contents.get(module)) else {
            return module.to_vec();
        };
        // A name may be handed on more than once; in a circle, that is no longer than this.
        if depth > 8 || contents.items.contains(name) {
            return module.to_vec();
        }
        if let Some(target) = contents.uses.get(name) {
            // What comes from another crate stays with the one that hands it on.
            return if self.is_known(target) {
                self.owner(target, depth + 1)
            } else {
                module.to_vec()
            };
        }
        contents
            .globs
            .iter()
            .filter(|glob| self.is_known(glob))
            .map(|glob| self.owner(&[glob, &rest[..1]].concat(), depth + 1))
            .find(|owner| self.contents[owner].items.contains(name))
            .unwrap_or_else(|| module.to_vec())
    }

    /// Whether a path begins in this crate.
    fn is_known(&self, path: &[String]) -> bool {
        path.first()
            .is_some_and(|first| self.files.contains_key(&vec![first.clone()]))
            || path
                .iter()
                .enumerate()
                .any(|(at, _)| self.files.contains_key(&path[..=at]))
            || self
                .contents
                .get(&Module::new())
                .is_some_and(|root| path.len() == 1 && root.items.contains(&path[0]))
    }
}
