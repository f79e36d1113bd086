//! How a page asks for consent, and how it is answered. `managers.json` has the known consent tools, and the words on
//! the buttons of others.

use crate::browser::tab::Tab;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const FINDER: &str = include_str!("consent_dialog.js");
const TABLE: &str = include_str!("managers.json");

/// Selectors that the user gives, which are tried first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Selectors {
    /// What accepts everything.
    pub accept: Option<String>,
    /// What refuses everything.
    pub reject: Option<String>,
    /// What withdraws.
    pub withdraw: Option<String>,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Accepts everything.
    Accept,
    /// Refuses everything.
    Reject,
    /// Opens the choice by purpose.
    Customize,
    /// Brings the dialog back.
    Reopen,
    /// Withdraws at once.
    Withdraw,
}

impl Role {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Customize => "customize",
            Self::Reopen => "reopen",
            Self::Withdraw => "withdraw",
        }
    }
}

/// A button as a visitor sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// Its text.
    pub text: String,
    /// Its width, in CSS pixels.
    pub width: u32,
    /// Its height, in CSS pixels.
    pub height: u32,
    /// The size of its letters, in CSS pixels.
    pub font_px: f64,
    /// The weight of its letters: 100 to 900.
    pub font_weight: f64,
    /// Whether it has a background colour.
    pub filled: bool,
}

/// The first layer as a visitor sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// The consent tool, if it is known.
    pub manager: Option<String>,
    /// The names, or patterns of names, under which that tool keeps the choice.
    #[serde(default)]
    pub stored: Vec<String>,
    /// The hosts that the tool is loaded from.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The button that accepts everything.
    pub accept: Option<Button>,
    /// The button that refuses everything.
    pub reject: Option<Button>,
    /// The button that opens the choice by purpose.
    pub customize: Option<Button>,
    /// Whether the page cannot be scrolled while it asks.
    pub locks_scrolling: bool,
    /// Whether an overlay covers the whole page while it asks.
    pub blocks_page: bool,
    /// How much of the window it covers, in percent.
    pub covers_percent: u32,
    /// The names of optional boxes that are ticked in advance.
    #[serde(default)]
    pub ticked: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    managers: Vec<Manager>,
}

#[derive(Deserialize)]
struct Manager {
    name: String,
    withdraw: Vec<Step>,
}

/// One step of a withdrawal.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    Script(String),
    Press(String),
}

/// Finds and presses the buttons of a consent dialog.
pub struct Chooser {
    given: Selectors,
    table: Value,
}

impl Chooser {
    /// A chooser with the given selectors.
    pub fn new(given: Selectors) -> Result<Self> {
        let mut table: Value = serde_json::from_str(TABLE)?;
        table["given"] = serde_json::to_value(&given)?;
        Ok(Self { given, table })
    }

    /// The first layer on the page that is open.
    pub fn layer(&self, tab: &mut Tab) -> Result<Layer> {
        let seen = tab.evaluate(&format!("{}({}, null)", FINDER.trim(), self.table))?;
        serde_json::from_value(seen).context("the consent dialog of the page cannot be read")
    }

    /// Presses a button, and waits until the page is at rest. Returns whether there was one.
    pub fn press(&self, tab: &mut Tab, role: Role) -> Result<bool> {
        self.press_found(tab, &json!({ "role": role.as_str() }))
    }

    fn press_found(&self, tab: &mut Tab, wanted: &Value) -> Result<bool> {
        let found = tab.evaluate(&format!("{}({}, {wanted})", FINDER.trim(), self.table))?;
        if let (Some(x), Some(y)) = (found["x"].as_f64(), found["y"].as_f64()) {
            tab.press_at(x, y)?;
        } else if found.is_null() {
            return Ok(false);
        }
        tab.rest()?;
        Ok(true)
    }

    /// Withdraws what was accepted: by the given selector, as the known tool does it, or by bringing the dialog back
    /// and refusing. Returns whether there was a way.
    pub fn withdraw(&self, tab: &mut Tab, manager: Option<&str>) -> Result<bool> {
        if self.given.withdraw.is_some() {
            return self.press(tab, Role::Withdraw);
        }
        let table: Table = serde_json::from_str(TABLE)?;
        let known =
            manager.and_then(|name| table.managers.into_iter().find(|known| known.name == name));
        if let Some(known) = known
            && self.steps(tab, &known.withdraw)?
        {
            return Ok(true);
        }
        Ok(self.press(tab, Role::Withdraw)?
            || self.press(tab, Role::Reopen)? && self.press(tab, Role::Reject)?)
    }

    fn steps(&self, tab: &mut Tab, steps: &[Step]) -> Result<bool> {
        for step in steps {
            match step {
                // Another version of the tool may not have this function.
                Step::Script(script) => {
                    if tab.evaluate(script).is_err() {
                        return Ok(false);
                    }
                    tab.rest()?;
                }
                Step::Press(selector) => {
                    if !self.press_found(tab, &json!({ "selector": selector }))? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_tool_can_be_answered() {
        let table: Value = serde_json::from_str(TABLE).unwrap();
        for manager in table["managers"].as_array().unwrap() {
            for field in ["name", "root", "accept", "reject", "customize"] {
                assert!(
                    manager[field].as_str().is_some_and(|text| !text.is_empty()),
                    "{manager}"
                );
            }
            assert!(
                !manager["stored"].as_array().unwrap().is_empty(),
                "{manager}"
            );
        }
        let typed: Table = serde_json::from_value(table).unwrap();
        assert!(
            typed
                .managers
                .iter()
                .all(|manager| !manager.withdraw.is_empty())
        );
    }

    #[test]
    fn words_are_written_as_they_are_compared() {
        let table: Value = serde_json::from_str(TABLE).unwrap();
        for words in table["words"].as_object().unwrap().values() {
            for word in words.as_array().unwrap() {
                let word = word.as_str().unwrap();
                assert_eq!(word, word.to_lowercase().trim(), "{word}");
                assert!(!word.contains(['’', '.', ',', '!']), "{word}");
            }
        }
    }
}
