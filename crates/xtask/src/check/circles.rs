//! Files that import each other in a loop: the strongly connected components of a graph (Tarjan, 1972).

use super::imports::Imports;
use std::collections::BTreeMap;
use std::path::Path;

/// Every circle of at least two files, each sorted.
pub fn find(imports: &Imports) -> Vec<Vec<&Path>> {
    let mut search = Search {
        imports,
        seen: BTreeMap::new(),
        open: Vec::new(),
        circles: Vec::new(),
    };
    for file in imports.keys() {
        if !search.seen.contains_key(file.as_path()) {
            search.visit(file);
        }
    }
    search.circles
}

struct Search<'a> {
    imports: &'a Imports,
    /// By file: the order in which it was come upon, and the first that it leads back to.
    seen: BTreeMap<&'a Path, (usize, usize)>,
    /// Those whose component is not complete.
    open: Vec<&'a Path>,
    circles: Vec<Vec<&'a Path>>,
}

impl<'a> Search<'a> {
    /// Returns the first file that this one leads back to.
    fn visit(&mut self, file: &'a Path) -> usize {
        let order = self.seen.len();
        self.seen.insert(file, (order, order));
        self.open.push(file);
        let mut first = order;
        for next in self.imports.get(file).into_iter().flatten() {
            let leads_to = match self.seen.get(next.as_path()) {
                None => self.visit(next),
                Some((order, _)) if self.open.contains(&next.as_path()) => *order,
                Some(_) => continue,
            };
            first = first.min(leads_to);
        }
        self.seen.insert(file, (order, first));
        if first == order {
            let start = self
                .open
                .iter()
                .rposition(|open| *open == file)
                .unwrap_or(0);
            let mut component = self.open.split_off(start);
            if component.len() > 1 {
                component.sort();
                self.circles.push(component);
            }
        }
        first
    }
}
