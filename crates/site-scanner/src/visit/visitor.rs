//! The four visits: what is done in a browser, in which order. What is made of it is for others.

use crate::browser::process::Installed;
pub use crate::browser::tab::Window;
use crate::browser::tab::{Loaded, Tab};
use crate::observe::observation::{Observation, Party, Phase};
use crate::observe::party::{Site, host_of};
use crate::visit::consent_dialog::{Chooser, Layer, Role};
use crate::visit::crawl::{Pace, Permission, Queue};
use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// How far and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many pages.
    pub pages: usize,
    /// How many links from the first one.
    pub depth: usize,
    /// How long from the beginning of one page to that of the next.
    pub delay: Duration,
    /// How long a page at rest is watched.
    pub watch: Duration,
}

/// What came of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// What it was to see.
    pub phase: Phase,
    /// Why it could not be made, if it could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_made: Option<String>,
}

/// A picture of a page.
#[derive(Debug)]
pub struct Picture {
    /// Its file's name: `before-desktop.png`.
    pub file: String,
    /// What it shows.
    pub title: String,
    /// In which window.
    pub window: Window,
    /// PNG.
    pub bytes: Vec<u8>,
}

/// All that was seen of a site.
#[derive(Debug, Default)]
pub struct Seen {
    /// The pages that were visited.
    pub pages: Vec<String>,
    /// Pages that were not, and why.
    pub left_out: Vec<(String, String)>,
    /// Where the scripts of the first page come from.
    pub tags: Vec<String>,
    /// How the first page asks.
    pub layer: Layer,
    /// Whether the question was gone after scrolling and Escape.
    pub gone_after_gesture: bool,
    /// Each visit.
    pub visits: Vec<Visit>,
    /// Everything, in the order in which it happened.
    pub observations: Vec<Observation>,
    /// What it looked like.
    pub pictures: Vec<Picture>,
}

/// Makes the visits.
pub struct Visitor<'a> {
    /// The browser.
    pub installed: &'a Installed,
    /// Whose pages.
    pub site: Site,
    /// The first page.
    pub first: Url,
    /// How far and how fast.
    pub bounds: Bounds,
    /// How questions are answered.
    pub chooser: &'a Chooser,
    /// Is told, in words, which page is visited.
    pub on_step: &'a mut dyn FnMut(&str),
}

impl Visitor<'_> {
    /// All four, each in a browser that nothing has used.
    pub fn run(mut self) -> Result<Seen> {
        let mut permission = Permission::new();
        permission.demand(&self.first)?;
        let mut seen = Seen::default();
        let mut pace = Pace::new(self.bounds.delay);
        self.before(&mut seen, &mut permission, &mut pace)?;
        self.dialog(&mut seen, &mut pace)?;
        for phase in [Phase::Refused, Phase::Accepted, Phase::Withdrawn] {
            let not_made = self.after(phase, &mut seen, &mut pace)?;
            seen.visits.push(Visit { phase, not_made });
        }
        Ok(seen)
    }

    fn open(&self) -> Result<Tab> {
        Tab::open(self.installed, &self.site, self.bounds.watch)
    }

    /// Without a choice: finds the pages, looks at the question, and tries what is no answer.
    fn before(
        &mut self,
        seen: &mut Seen,
        permission: &mut Permission,
        pace: &mut Pace,
    ) -> Result<()> {
        let phase = Phase::Before;
        let mut tab = self.open()?;
        let (pages, depth) = (self.bounds.pages, self.bounds.depth);
        let mut queue = Queue::new(&self.first, self.site.clone(), pages, depth);
        while let Some((url, depth)) = queue.next() {
            self.tell(phase, seen.pages.len(), queue.total());
            if !permission.given(&url) {
                seen.left_out
                    .push((url.into(), "robots.txt does not allow it".to_owned()));
                queue.give_back();
                continue;
            }
            let loaded = match tab.visit(url.as_str(), pace) {
                Ok(loaded) => loaded,
                Err(error) if seen.pages.is_empty() => return Err(error),
                Err(error) => {
                    seen.left_out.push((url.into(), format!("{error:#}")));
                    queue.give_back();
                    continue;
                }
            };
            queue.follow(&loaded.links, depth);
            if seen.pages.is_empty() {
                self.first_page(&mut tab, seen, loaded)?;
            }
            seen.pages.push(url.into());
        }
        // Last, so that what comes of it is not taken for the pages' own doing.
        tab.visit(self.first.as_str(), pace)?;
        tab.gesture()?;
        tab.look()?;
        let layer = self.chooser.layer(&mut tab)?;
        seen.gone_after_gesture = seen.layer.accept.is_some() && layer.accept.is_none();
        seen.observations.extend(tab.close());
        seen.visits.push(Visit {
            phase,
            not_made: None,
        });
        Ok(())
    }

    fn first_page(&mut self, tab: &mut Tab, seen: &mut Seen, loaded: Loaded) -> Result<()> {
        ensure!(
            self.site.party(&host_of(&loaded.url)) == Party::First,
            "{} leads to another site, {}: scan that one",
            self.first,
            loaded.url
        );
        seen.tags = loaded.tags;
        seen.layer = self.chooser.layer(tab)?;
        pictures(tab, seen, "before", "Before a choice")
    }

    /// With a choice: makes it on the first page, and sees all pages. Why not, where it cannot.
    fn after(&mut self, phase: Phase, seen: &mut Seen, pace: &mut Pace) -> Result<Option<String>> {
        self.tell(phase, 0, seen.pages.len());
        let mut tab = self.open()?;
        tab.visit(self.first.as_str(), pace)?;
        let role = if phase == Phase::Refused {
            Role::Reject
        } else {
            Role::Accept
        };
        if !self.decide(&mut tab, phase, role, seen)? {
            return Ok(Some(match role {
                Role::Reject => "no way to refuse was found".to_owned(),
                _ => "no way to accept was found".to_owned(),
            }));
        }
        if phase == Phase::Withdrawn {
            // What was accepted has its time to be set, on every page.
            self.walk(&mut tab, phase, seen, pace);
            tab.visit(self.first.as_str(), pace)?;
            tab.recorder.phase = Phase::Withdrawn;
            if !self
                .chooser
                .withdraw(&mut tab, seen.layer.manager.as_deref())?
            {
                return Ok(Some("no way to withdraw was found".to_owned()));
            }
        }
        pictures(&mut tab, seen, phase.file_name(), &capital(phase.as_str()))?;
        self.walk(&mut tab, phase, seen, pace);
        seen.observations.extend(tab.close());
        Ok(None)
    }

    /// Presses a button; where it is not on the first layer, the one behind it.
    fn decide(&self, tab: &mut Tab, phase: Phase, role: Role, seen: &Seen) -> Result<bool> {
        tab.recorder.phase = if phase == Phase::Withdrawn {
            Phase::Accepted
        } else {
            phase
        };
        if self.chooser.press(tab, role)? {
            return Ok(true);
        }
        let behind = seen.layer.customize.is_some() && role == Role::Reject;
        Ok(behind && self.chooser.press(tab, Role::Customize)? && self.chooser.press(tab, role)?)
    }

    fn walk(&mut self, tab: &mut Tab, phase: Phase, seen: &mut Seen, pace: &mut Pace) {
        for (at, url) in seen.pages.iter().enumerate() {
            self.tell(phase, at, seen.pages.len());
            if let Err(error) = tab.visit(url, pace) {
                seen.left_out
                    .push((url.clone(), format!("{phase}: {error:#}")));
            }
        }
    }

    /// The choice by purpose, for its picture.
    fn dialog(&mut self, seen: &mut Seen, pace: &mut Pace) -> Result<()> {
        if seen.layer.customize.is_none() {
            return Ok(());
        }
        let mut tab = self.open()?;
        tab.visit(self.first.as_str(), pace)?;
        if self.chooser.press(&mut tab, Role::Customize)? {
            pictures(&mut tab, seen, "dialog", "The choice by purpose")?;
        }
        Ok(())
    }

    fn tell(&mut self, phase: Phase, page: usize, pages: usize) {
        (self.on_step)(&format!("{phase}: page {} of {pages}", page + 1));
    }
}

fn pictures(tab: &mut Tab, seen: &mut Seen, name: &str, title: &str) -> Result<()> {
    for window in [Window::Phone, Window::Desktop] {
        tab.window(window)?;
        tab.settle()?;
        let picture = Picture {
            file: format!("{name}-{}.png", window.file_name()),
            title: title.to_owned(),
            window,
            bytes: tab.picture()?,
        };
        seen.pictures.push(picture);
    }
    Ok(())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
