//! What differs between two configurations of a site, and whether that asks visitors again.
//!
//! The texts are compared as their owner wrote them: a default that is written down is an addition. `null` is the same
//! as a field that is not there.

use crate::field::{FieldError, parse_json, push_item, push_key};
use crate::ident::SiteId;
use crate::notice::material::{Material, MaterialChange};
use crate::site::config::SiteConfig;
use crate::site::read::without_mark;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The most changes that are listed: more than an owner reads. Two configurations of the largest size can differ in
/// some thousands of places.
pub const MOST_CHANGES: usize = 1_000;

/// The longest value that is given as it is, in bytes of its JSON: longer than any text that an owner may write in
/// one field and one language.
pub const LONGEST_VALUE_BYTES: usize = 6_000;

/// The longest value within a sentence, in characters.
const LONGEST_WORDS: usize = 80;

/// A configuration that can be compared with another one of the same site.
#[derive(Clone, Debug)]
pub struct Comparable {
    value: Value,
    material: Material,
}

impl Comparable {
    /// Reads a configuration that was published for a site. It need not pass the lint of today.
    ///
    /// # Errors
    ///
    /// The first field that cannot be read.
    pub fn read(site: SiteId, json: &[u8]) -> Result<Self, FieldError> {
        let json = without_mark(json);
        let config: SiteConfig = parse_json(json)?;
        Ok(Self {
            value: parse_json(json)?,
            material: config.material(site),
        })
    }
}

/// What differs between two configurations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// Whether visitors who chose under the first are asked again under the second.
    pub asks_anew: bool,
    /// Why, in words: what is material and differs.
    pub reasons: Vec<String>,
    /// The changes: first those that ask again, then the others, each in the order of the fields' names.
    pub changes: Vec<Change>,
    /// How many more changes there are than are listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// The path of the field: `services[2].cookies[0].lifetime`. Positions are those in the second configuration, and
    /// of what was removed those in the first.
    pub field: String,
    /// What happened to it.
    pub kind: ChangeKind,
    /// The change in words. An item of a list has its own name there: `services[ga4].recipient`.
    pub words: String,
    /// The value in the first configuration; of a list in another order, the names of its items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The value in the second configuration; of a list in another order, the names of its items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// Whether a value was too long: in its place is the beginning of its JSON, as a text that ends with `…`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shortened: bool,
    /// Whether this change asks visitors again.
    pub asks_anew: bool,
}

/// What happened to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// It has another value, or its items another order.
    Changed,
}

/// Compares two configurations of one site.
pub fn compare(before: &Comparable, after: &Comparable) -> Comparison {
    let material = after.material.differences(&before.material);
    let mut differences = Differences {
        material: material.iter().map(MaterialChange::field).collect(),
        changes: Vec::new(),
    };
    differences.values(&Path::default(), &before.value, &after.value);
    let mut changes = differences.changes;
    changes.sort_by_key(|change| !change.asks_anew);
    let left_out = changes.len().saturating_sub(MOST_CHANGES);
    changes.truncate(MOST_CHANGES);
    Comparison {
        asks_anew: !material.is_empty(),
        reasons: material.iter().map(ToString::to_string).collect(),
        changes,
        left_out,
    }
}

/// The way to a value.
#[derive(Clone, Default)]
struct Path {
    /// With the positions of items: `services[2].recipient`.
    field: String,
    /// With their own names: `services[ga4].recipient`.
    named: String,
}

impl Path {
    fn member(&self, key: &str) -> Self {
        let mut path = self.clone();
        push_key(&mut path.field, key);
        push_key(&mut path.named, key);
        path
    }

    fn item(&self, at: usize, name: &str) -> Self {
        let mut path = self.clone();
        push_item(&mut path.field, &at.to_string());
        push_item(&mut path.named, name);
        path
    }
}

/// The changes found so far.
struct Differences {
    /// The fields whose change asks again, by their own names.
    material: BTreeSet<String>,
    changes: Vec<Change>,
}

impl Differences {
    fn values(&mut self, path: &Path, before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.members(path, before, after),
            (Value::Array(before), Value::Array(after)) => self.items(path, before, after),
            _ if before == after => {}
            _ => self.add(path, Some(before), Some(after)),
        }
    }

    fn members(&mut self, path: &Path, before: &Map<String, Value>, after: &Map<String, Value>) {
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let path = path.member(key);
            match (present(before, key), present(after, key)) {
                (Some(before), Some(after)) => self.values(&path, before, after),
                // A list that is not there is like an empty one.
                (None, Some(Value::Array(after))) if !after.is_empty() => {
                    self.items(&path, &[], after);
                }
                (Some(Value::Array(before)), None) if !before.is_empty() => {
                    self.items(&path, before, &[]);
                }
                (None, None) => {}
                (before, after) => self.add(&path, before, after),
            }
        }
    }

    fn items(&mut self, path: &Path, before: &[Value], after: &[Value]) {
        let (Some(old), Some(new)) = (names(before), names(after)) else {
            self.positions(path, before, after);
            return;
        };
        let place = |names: &[String]| -> BTreeMap<String, usize> {
            names.iter().cloned().zip(0..).collect()
        };
        let (old_places, new_places) = (place(&old), place(&new));
        for (at, (name, item)) in new.iter().zip(after).enumerate() {
            let inside = path.item(at, name);
            match old_places.get(name).and_then(|at| before.get(*at)) {
                Some(earlier) => self.values(&inside, earlier, item),
                None if item.is_object() => self.add(&inside, None, Some(item)),
                None => {
                    let words = format!("`{}` has the new item {}", path.named, in_words(item));
                    self.push(&inside, words, None, Some(item));
                }
            }
        }
        for (at, (name, item)) in old.iter().zip(before).enumerate() {
            if new_places.contains_key(name) {
                continue;
            }
            let inside = path.item(at, name);
            if item.is_object() {
                self.add(&inside, Some(item), None);
            } else {
                let words = format!("`{}` has no longer the item {}", path.named, in_words(item));
                self.push(&inside, words, Some(item), None);
            }
        }
        let kept_places: Vec<_> = old.iter().filter_map(|name| new_places.get(name)).collect();
        if !kept_places.is_sorted() {
            let words = format!("the items of `{}` are in another order", path.named);
            self.push(path, words, Some(&old.into()), Some(&new.into()));
        }
    }

    /// Compares lists whose items have no names of their own.
    fn positions(&mut self, path: &Path, before: &[Value], after: &[Value]) {
        for at in 0..before.len().max(after.len()) {
            let path = path.item(at, &at.to_string());
            match (before.get(at), after.get(at)) {
                (Some(before), Some(after)) => self.values(&path, before, after),
                (before, after) => self.add(&path, before, after),
            }
        }
    }

    /// Adds the change of a whole value.
    fn add(&mut self, path: &Path, old: Option<&Value>, new: Option<&Value>) {
        let named = &path.named;
        let is_whole = |value: &Value| value.is_object() || value.is_array();
        let words = match (old, new) {
            (Some(old), Some(new)) => {
                let (old, new) = (in_words(old), in_words(new));
                format!("`{named}` is {new}, no longer {old}")
            }
            (None, Some(new)) if is_whole(new) => format!("`{named}` is new"),
            (None, Some(new)) => format!("`{named}` is new: {}", in_words(new)),
            (Some(old), None) if is_whole(old) => format!("`{named}` is gone"),
            (Some(old), None) => format!("`{named}` is gone: {}", in_words(old)),
            (None, None) => return,
        };
        self.push(path, words, old, new);
    }

    fn push(&mut self, path: &Path, words: String, old: Option<&Value>, new: Option<&Value>) {
        let kind = match (old, new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        };
        let (old, new) = (old.map(bounded), new.map(bounded));
        let is_short =
            |value: &Option<(Value, bool)>| value.as_ref().is_none_or(|(_, whole)| *whole);
        self.changes.push(Change {
            field: path.field.clone(),
            kind,
            words,
            shortened: !(is_short(&old) && is_short(&new)),
            old: old.map(|(value, _)| value),
            new: new.map(|(value, _)| value),
            asks_anew: self.material.contains(&path.named),
        });
    }
}

/// The value of a member that is there and not `null`.
fn present<'a>(members: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    members.get(key).filter(|value| !value.is_null())
}

/// The names of a list's items, if each has one of its own: its `id`, its `name` or the kind of its `data`, or what it is.
fn names(items: &[Value]) -> Option<Vec<String>> {
    let name = |item: &Value| match item {
        Value::Object(members) => {
            let mut names = ["id", "name", "data"].into_iter();
            names.find_map(|key| Some(members.get(key)?.as_str()?.to_owned()))
        }
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let names: Vec<String> = items.iter().map(name).collect::<Option<_>>()?;
    let different: BTreeSet<_> = names.iter().collect();
    (different.len() == names.len()).then_some(names)
}

/// A value, and whether it is whole.
fn bounded(value: &Value) -> (Value, bool) {
    let json = value.to_string();
    if json.len() <= LONGEST_VALUE_BYTES {
        return (value.clone(), true);
    }
    let mut end = LONGEST_VALUE_BYTES;
    while !json.is_char_boundary(end) {
        end -= 1;
    }
    let beginning = json.get(..end).unwrap_or_default();
    (format!("{beginning}…").into(), false)
}

/// A value within a sentence.
fn in_words(value: &Value) -> String {
    let json = value.to_string();
    if json.chars().nth(LONGEST_WORDS).is_none() {
        return json;
    }
    let mut beginning: String = json.chars().take(LONGEST_WORDS).collect();
    beginning.push('…');
    beginning
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config() -> Value {
        let service = |id: &str| {
            json!({
                "id": id, "name": id, "purpose": "statistics", "recipient": "Mesure inc.", "country": "CA",
                "description": { "fr-CA": "Compte les visites." },
                "cookies": [{ "name": "_m", "lifetime": "P13M" }, { "name": "_n", "lifetime": "P1M" }]
            })
        };
        json!({
            "name": "Le Relais",
            "origins": ["https://relais.example"],
            "jurisdiction": "CA-QC",
            "languages": ["fr-CA"],
            "controller": {
                "name": "Le Relais", "person_in_charge": "A. B.", "contact": "vie-privee@relais.example"
            },
            "policy": { "version": "1", "url": "/confidentialite" },
            "purposes": ["statistics", "marketing"],
            "services": [service("a"), service("b"), service("c")],
        })
    }

    fn read(config: &Value) -> Comparable {
        Comparable::read("relais".parse().unwrap(), config.to_string().as_bytes()).unwrap()
    }

    /// The comparison of the configuration with a change of it.
    fn after(change: impl FnOnce(&mut Value)) -> Comparison {
        let mut changed = config();
        change(&mut changed);
        let comparison = compare(&read(&config()), &read(&changed));
        let marked = comparison.changes.iter().any(|it| it.asks_anew);
        assert_eq!(comparison.asks_anew, marked);
        comparison
    }

    /// The changes in short: whether each asks again, its kind, its field, its words.
    fn short(comparison: &Comparison) -> String {
        let reasons = comparison
            .reasons
            .iter()
            .map(|why| format!("because {why}"));
        let changes = comparison.changes.iter().map(|change| {
            let mark = if change.asks_anew { "! " } else { "" };
            format!("{mark}{:?} {}: {}", change.kind, change.field, change.words)
        });
        reasons.chain(changes).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_same_configuration_has_no_changes_however_it_is_written() {
        let pretty = serde_json::to_vec_pretty(&config()).unwrap();
        let marked = ["\u{feff}".as_bytes(), &pretty].concat();
        let other = Comparable::read("relais".parse().unwrap(), &marked).unwrap();
        let comparison = compare(&read(&config()), &other);
        assert_eq!(comparison.changes, []);
        assert!(!comparison.asks_anew);
        // What is not there, and `null`, are the same.
        assert_eq!(after(|c| c["edge"] = Value::Null).changes, []);
    }

    #[test]
    fn every_material_change_is_marked_and_explained() {
        let material = after(|c| {
            c["policy"]["version"] = json!("2");
            c["purposes"] = json!(["preferences", "statistics"]);
            c["services"][0]["recipient"] = json!("Autre inc.");
            c["services"][0]["purpose"] = json!("preferences");
            c["services"][1]["id"] = json!("d");
        });
        assert!(material.asks_anew);
        insta::assert_snapshot!(short(&material), @r#"
        because purpose preferences is new
        because purpose marketing is gone
        because service a serves preferences, no longer statistics
        because service a sends to Autre inc., no longer to Mesure inc.
        because service d is new (statistics, Mesure inc.)
        because service b is gone
        because the policy is version 2, no longer 1
        ! Changed policy.version: `policy.version` is "2", no longer "1"
        ! Added purposes[0]: `purposes` has the new item "preferences"
        ! Removed purposes[1]: `purposes` has no longer the item "marketing"
        ! Changed services[0].purpose: `services[a].purpose` is "preferences", no longer "statistics"
        ! Changed services[0].recipient: `services[a].recipient` is "Autre inc.", no longer "Mesure inc."
        ! Added services[1]: `services[d]` is new
        ! Removed services[1]: `services[b]` is gone
        "#);
        let reasons = material.reasons.len();
        let marked = material.changes.iter().filter(|it| it.asks_anew).count();
        assert_eq!(marked, reasons);
    }

    #[test]
    fn what_is_not_material_asks_nobody_again() {
        let comparison = after(|c| {
            c["name"] = json!("Relais");
            c["origins"] = json!(["https://relais.example", "https://www.relais.example"]);
            c["minors"] = json!(false);
            c["services"][1]["description"]["en"] = json!("Counts visits.");
            c["services"][1]["cookies"] = json!([{ "name": "_n", "lifetime": "P2M" }]);
            c["signals"] = json!({ "clarity": true });
            c["purposes"] = json!(["necessary", "statistics", "marketing"]);
        });
        assert!(!comparison.asks_anew);
        insta::assert_snapshot!(short(&comparison), @r#"
        Added minors: `minors` is new: false
        Changed name: `name` is "Relais", no longer "Le Relais"
        Added origins[1]: `origins` has the new item "https://www.relais.example"
        Added purposes[0]: `purposes` has the new item "necessary"
        Changed services[1].cookies[0].lifetime: `services[b].cookies[_n].lifetime` is "P2M", no longer "P1M"
        Removed services[1].cookies[0]: `services[b].cookies[_m]` is gone
        Added services[1].description.en: `services[b].description.en` is new: "Counts visits."
        Added signals: `signals` is new
        "#);
    }

    #[test]
    fn services_are_matched_by_id_and_another_order_is_one_change() {
        let comparison = after(|c| c["services"].as_array_mut().unwrap().rotate_left(1));
        insta::assert_snapshot!(short(&comparison), @"Changed services: the items of `services` are in another order");
        let change = &comparison.changes[0];
        assert_eq!(change.old, Some(json!(["a", "b", "c"])));
        assert_eq!(change.new, Some(json!(["b", "c", "a"])));
        // One that goes or comes changes nobody's order.
        let comparison = after(|c| {
            c["services"].as_array_mut().unwrap().remove(0);
        });
        insta::assert_snapshot!(short(&comparison), @r#"
        because service a is gone
        ! Removed services[0]: `services[a]` is gone
        "#);
        // Another order of what is asked for asks nobody again, also beside what does.
        let comparison =
            after(|c| c["purposes"] = json!(["marketing", "preferences", "statistics"]));
        insta::assert_snapshot!(short(&comparison), @r#"
        because purpose preferences is new
        ! Added purposes[1]: `purposes` has the new item "preferences"
        Changed purposes: the items of `purposes` are in another order
        "#);
    }

    #[test]
    fn a_list_that_is_not_there_is_like_an_empty_one() {
        let comparison = after(|c| {
            c.as_object_mut().unwrap().remove("services");
        });
        insta::assert_snapshot!(short(&comparison), @r#"
        because service a is gone
        because service b is gone
        because service c is gone
        ! Removed services[0]: `services[a]` is gone
        ! Removed services[1]: `services[b]` is gone
        ! Removed services[2]: `services[c]` is gone
        "#);
        let comparison = after(|c| c["import_from"] = json!([]));
        insta::assert_snapshot!(short(&comparison), @"Added import_from: `import_from` is new");
    }

    #[test]
    fn items_without_names_of_their_own_are_compared_by_position() {
        let mut before = config();
        before["services"][0]["cookies"][1]["name"] = json!("_m");
        let mut changed = before.clone();
        changed["services"][0]["cookies"][1]["lifetime"] = json!("P2M");
        let comparison = compare(&read(&before), &read(&changed));
        insta::assert_snapshot!(short(&comparison), @r#"Changed services[0].cookies[1].lifetime: `services[a].cookies[1].lifetime` is "P2M", no longer "P1M""#);
    }

    #[test]
    fn what_a_notice_says_of_data_is_compared_by_kind_and_asks_nobody_again() {
        let mut before = config();
        before["services"][0]["retention"] =
            json!([{ "data": "logs", "keep": "P1M" }, { "data": "trackers", "keep": "P13M" }]);
        before["services"][0]["legal_basis"] = json!("consent");
        let mut changed = before.clone();
        changed["services"][0]["retention"] = json!([{ "data": "ip_addresses", "keep": "P12M" }, { "data": "trackers", "keep": "P6M" }]);
        changed["services"][0]
            .as_object_mut()
            .unwrap()
            .remove("legal_basis");
        changed["legal_bases"] = json!({ "statistics": "consent" });
        changed["rights"] = json!({ "email": "vie-privee@relais.example" });
        let comparison = compare(&read(&before), &read(&changed));
        assert!(!comparison.asks_anew);
        insta::assert_snapshot!(short(&comparison), @r#"
        Added legal_bases: `legal_bases` is new
        Added rights: `rights` is new
        Removed services[0].legal_basis: `services[a].legal_basis` is gone: "consent"
        Added services[0].retention[0]: `services[a].retention[ip_addresses]` is new
        Changed services[0].retention[1].keep: `services[a].retention[trackers].keep` is "P6M", no longer "P13M"
        Removed services[0].retention[0]: `services[a].retention[logs]` is gone
        "#);
    }

    #[test]
    fn what_is_long_is_cut_and_what_is_much_is_counted() {
        let comparison = after(|c| {
            let services = c["services"].as_array_mut().unwrap();
            let mut many = services[0].clone();
            many["id"] = json!("long");
            many["description"]["en"] = json!("é".repeat(1_200));
            many["cookies"] = (0..100)
                .map(|nth| json!({ "name": format!("_cookie_{nth}"), "lifetime": "P1M" }))
                .collect();
            services.push(many.clone());
            for nth in 0..1_100 {
                many["id"] = json!(format!("s{nth}"));
                many["cookies"] = json!([]);
                services.push(many.clone());
            }
        });
        assert_eq!(
            (comparison.changes.len(), comparison.left_out),
            (1_000, 101)
        );
        let long = &comparison.changes[0];
        assert_eq!((&*long.field, long.shortened), ("services[3]", true));
        let text = long.new.as_ref().unwrap().as_str().unwrap();
        assert!(text.len() <= LONGEST_VALUE_BYTES + '…'.len_utf8());
        assert!(
            text.starts_with(r#"{"cookies":[{"#) && text.ends_with('…'),
            "{text}"
        );
        assert!(long.words.chars().count() < 120, "{}", long.words);
        assert!(!comparison.changes[1].shortened);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = Comparable::read("relais".parse().unwrap(), br#"{"name": 3}"#).unwrap_err();
        assert_eq!(error.field, "name");
    }
}
