//! How a page asks, and how it is answered: the consent tools that are known, and the words that others
//! use, in `managers.json`.

use crate::browser::tab::Tab;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const FINDER: &str = include_str!("consent_dialog.js");
const TABLE: &str = include_str!("managers.json");

/// Selectors of the command line, which come before everything that is known.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Given {
    /// What accepts everything.
    pub accept: Option<String>,
    /// What refuses everything.
    pub reject: Option<String>,
    /// What withdraws.
    pub withdraw: Option<String>,
}

/// What can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Accepts everything.
    Accept,
    /// Refuses everything.
    Reject,
    /// Opens the choice by purpose.
    Customize,
    /// Brings the question back.
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
    /// Its words.
    pub text: String,
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Its letters, in CSS pixels.
    pub font_px: f64,
    /// How heavy its letters are: 100 to 900.
    pub font_weight: f64,
    /// Whether it has a colour behind its words.
    pub filled: bool,
}

/// The first layer as a visitor sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// The consent tool, if it is known.
    pub manager: Option<String>,
    /// Names under which that tool keeps the choice.
    #[serde(default)]
    pub stored: Vec<String>,
    /// Hosts that the tool is loaded from.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// What accepts everything.
    pub accept: Option<Button>,
    /// What refuses everything.
    pub reject: Option<Button>,
    /// What opens the choice by purpose.
    pub customize: Option<Button>,
    /// Whether the page cannot be scrolled while it asks.
    pub locks_scrolling: bool,
    /// Whether something lies over the whole page while it asks.
    pub blocks_page: bool,
    /// How much of the window it takes.
    pub covers_percent: u32,
    /// Optional boxes that are ticked already.
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

/// Answers the question of a page.
pub struct Chooser {
    given: Given,
    table: Value,
}

impl Chooser {
    /// With the selectors of the command line.
    pub fn new(given: Given) -> Result<Self> {
        let mut table: Value = serde_json::from_str(TABLE)?;
        table["given"] = serde_json::to_value(&given)?;
        Ok(Self { given, table })
    }

    /// The first layer of the page that is shown.
    pub fn layer(&self, tab: &mut Tab) -> Result<Layer> {
        let seen = tab.evaluate(&format!("{}({}, null)", FINDER.trim(), self.table))?;
        serde_json::from_value(seen).context("the page's question cannot be read")
    }

    /// Presses a button, if there is one, and waits for what comes of it.
    pub fn press(&self, tab: &mut Tab, role: Role) -> Result<bool> {
        self.press_what(tab, &json!({ "role": role.as_str() }))
    }

    fn press_what(&self, tab: &mut Tab, wanted: &Value) -> Result<bool> {
        let found = tab.evaluate(&format!("{}({}, {wanted})", FINDER.trim(), self.table))?;
        if let (Some(x), Some(y)) = (found["x"].as_f64(), found["y"].as_f64()) {
            tab.press_at(x, y)?;
        } else if found.is_null() {
            return Ok(false);
        }
        tab.rest()?;
        Ok(true)
    }

    /// Withdraws what was accepted: as the command line says, as the tool does, or by bringing the question
    /// back and refusing. Whether there was a way.
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
                // A tool of another version may have another interface.
                Step::Script(script) => {
                    if tab.evaluate(script).is_err() {
                        return Ok(false);
                    }
                    tab.rest()?;
                }
                Step::Press(selector) => {
                    if !self.press_what(tab, &json!({ "selector": selector }))? {
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
