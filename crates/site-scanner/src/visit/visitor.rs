//! The four visits: what is done in the browser, in which order.

use super::consent_dialog::{Chooser, Layer, Role};
use super::crawl::{Pace, Queue, RobotsRules};
use crate::browser::process::Installed;
use crate::browser::tab::{Loaded, Tab, Window};
use crate::observe::observation::{Observation, Party, Phase};
use crate::observe::party::{Site, host_of};
use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// How many pages are visited, and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The greatest number of pages.
    pub pages: usize,
    /// The greatest number of links between the first page and another.
    pub depth: usize,
    /// The time from the beginning of one page to that of the next.
    pub delay: Duration,
    /// How long a page is watched after it has come to rest.
    pub watch: Duration,
}

/// One of the four visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The choice that it was to observe.
    pub phase: Phase,
    /// Why it could not be made, if it could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_made: Option<String>,
    /// Whether it was not made because a page failed, so that it is not known what the site would have done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

/// A screenshot of a page.
#[derive(Debug)]
pub struct Screenshot {
    /// Its file's name: `before-desktop.png`.
    pub file: String,
    /// What it shows.
    pub title: String,
    /// The size of the window.
    pub window: Window,
    /// The image, as PNG.
    pub bytes: Vec<u8>,
}

/// All that was seen of a site.
#[derive(Debug, Default)]
pub struct Seen {
    /// The pages that were visited.
    pub pages: Vec<String>,
    /// The pages that were not visited, or not to the end, and why.
    pub left_out: Vec<(String, String)>,
    /// The addresses of the scripts of the first page.
    pub scripts: Vec<String>,
    /// How the first page asks.
    pub layer: Layer,
    /// Whether the dialog was gone after scrolling and Escape.
    pub gone_after_gesture: bool,
    /// The visits.
    pub visits: Vec<Visit>,
    /// All observations, in the order in which they were made.
    pub observations: Vec<Observation>,
    /// Screenshots.
    pub screenshots: Vec<Screenshot>,
}

impl Seen {
    /// Notes why a page was not visited, or not to the end; each reason once.
    fn leave_out(&mut self, url: impl Into<String>, why: &str) {
        let entry = (url.into(), why.to_owned());
        if !self.left_out.contains(&entry) {
            self.left_out.push(entry);
        }
    }
}

/// Makes the four visits.
pub struct Visitor<'a> {
    /// The browser.
    pub installed: &'a Installed,
    /// The site whose pages are visited.
    pub site: Site,
    /// The first page.
    pub first: Url,
    /// How many pages, and how fast.
    pub bounds: Bounds,
    /// Presses the buttons of the dialogs.
    pub chooser: &'a Chooser,
    /// Is called before each page, with the phase and the number of the page in words.
    pub on_step: &'a mut dyn FnMut(&str),
}

impl Visitor<'_> {
    /// Makes all four visits, each in a browser with a new profile.
    pub fn run(mut self) -> Result<Seen> {
        let mut robots = RobotsRules::new();
        robots.require(&self.first)?;
        let mut seen = Seen::default();
        let mut pace = Pace::new(self.bounds.delay);
        self.before(&mut seen, &mut robots, &mut pace)?;
        if let Err(error) = self.dialog(&mut seen, &mut pace) {
            seen.leave_out(
                self.first.as_str(),
                &format!("the choice by purpose: {error:#}"),
            );
        }
        for phase in [Phase::Refused, Phase::Accepted, Phase::Withdrawn] {
            let made = self.after(phase, &mut seen, &mut pace);
            let failed = made.is_err();
            let not_made = made.unwrap_or_else(|error| Some(format!("{error:#}")));
            seen.visits.push(Visit {
                phase,
                not_made,
                failed,
            });
        }
        Ok(seen)
    }

    fn open(&self) -> Result<Tab> {
        Tab::open(self.installed, &self.site, self.bounds.watch)
    }

    /// The visit without a choice: finds the pages, looks at the dialog, and tries gestures that are no choice.
    fn before(&mut self, seen: &mut Seen, robots: &mut RobotsRules, pace: &mut Pace) -> Result<()> {
        let phase = Phase::Before;
        let mut tab = self.open()?;
        let (pages, depth) = (self.bounds.pages, self.bounds.depth);
        let mut queue = Queue::new(&self.first, self.site.clone(), pages, depth);
        while let Some((url, depth)) = queue.next() {
            self.report_step(phase, seen.pages.len(), queue.total());
            if let Some(refusal) = robots.refusal(&url) {
                seen.leave_out(url, &refusal);
                queue.give_back();
                continue;
            }
            let loaded = match go(&mut tab, url.as_str(), seen, pace) {
                Ok(loaded) => loaded,
                Err(error) if seen.pages.is_empty() => {
                    return Err(error.context(format!("{url} cannot be scanned")));
                }
                Err(error) => {
                    seen.leave_out(url, &format!("{error:#}"));
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
        // The gestures come last, so that what they cause is not mixed with what the pages do by themselves.
        match self.gestures(&mut tab, seen, pace) {
            Ok(gone) => seen.gone_after_gesture = gone,
            Err(error) => seen.leave_out(
                self.first.as_str(),
                &format!("scrolling and Escape: {error:#}"),
            ),
        }
        seen.observations.extend(tab.close());
        seen.visits.push(Visit {
            phase,
            not_made: None,
            failed: false,
        });
        Ok(())
    }

    /// Scrolls the first page and presses Escape. Returns whether the dialog is gone then.
    fn gestures(&self, tab: &mut Tab, seen: &mut Seen, pace: &mut Pace) -> Result<bool> {
        go(tab, self.first.as_str(), seen, pace)?;
        tab.gesture()?;
        tab.snapshot()?;
        let layer = self.chooser.layer(tab)?;
        Ok(seen.layer.accept.is_some() && layer.accept.is_none())
    }

    fn first_page(&mut self, tab: &mut Tab, seen: &mut Seen, loaded: Loaded) -> Result<()> {
        ensure!(
            self.site.party(&host_of(&loaded.url)) == Party::First,
            "{} leads to another site, {}: scan that one",
            self.first,
            loaded.url
        );
        seen.scripts = loaded.scripts;
        seen.layer = self.chooser.layer(tab)?;
        screenshots(tab, seen, "before", "Before a choice")
    }

    /// A visit with a choice: makes the choice on the first page, then visits all pages. Returns why the visit was not
    /// made, if it was not.
    fn after(&mut self, phase: Phase, seen: &mut Seen, pace: &mut Pace) -> Result<Option<String>> {
        self.report_step(phase, 0, seen.pages.len());
        let mut tab = self.open()?;
        go(&mut tab, self.first.as_str(), seen, pace)?;
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
            // What was accepted may first set its cookies, on every page.
            self.walk(&mut tab, phase, seen, pace);
            go(&mut tab, self.first.as_str(), seen, pace)?;
            tab.recorder.phase = Phase::Withdrawn;
            if !self
                .chooser
                .withdraw(&mut tab, seen.layer.manager.as_deref())?
            {
                return Ok(Some("no way to withdraw was found".to_owned()));
            }
        }
        screenshots(
            &mut tab,
            seen,
            phase.file_name(),
            &capitalized(phase.as_str()),
        )?;
        self.walk(&mut tab, phase, seen, pace);
        seen.observations.extend(tab.close());
        Ok(None)
    }

    /// Presses a button, on the first layer or on the one behind it.
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
        for (at, url) in seen.pages.clone().iter().enumerate() {
            self.report_step(phase, at, seen.pages.len());
            if let Err(error) = go(tab, url, seen, pace) {
                seen.leave_out(url, &format!("{phase}: {error:#}"));
            }
        }
    }

    /// Opens the choice by purpose, for its screenshot.
    fn dialog(&mut self, seen: &mut Seen, pace: &mut Pace) -> Result<()> {
        if seen.layer.customize.is_none() {
            return Ok(());
        }
        let mut tab = self.open()?;
        go(&mut tab, self.first.as_str(), seen, pace)?;
        if self.chooser.press(&mut tab, Role::Customize)? {
            screenshots(&mut tab, seen, "dialog", "The choice by purpose")?;
        }
        Ok(())
    }

    fn report_step(&mut self, phase: Phase, page: usize, pages: usize) {
        (self.on_step)(&format!("{phase}: page {} of {pages}", page + 1));
    }
}

/// Leaves the page that is shown, and goes to an address when the pace allows it.
fn go(tab: &mut Tab, url: &str, seen: &mut Seen, pace: &mut Pace) -> Result<Loaded> {
    let before = tab.recorder.page.clone();
    if let Some(lost) = tab.leave()? {
        let phase = tab.recorder.phase;
        seen.leave_out(before, &format!("{phase}: {lost}"));
    }
    pace.wait();
    tab.visit(url)
}

fn screenshots(tab: &mut Tab, seen: &mut Seen, name: &str, title: &str) -> Result<()> {
    for window in [Window::Phone, Window::Desktop] {
        tab.window(window)?;
        tab.settle()?;
        let screenshot = Screenshot {
            file: format!("{name}-{}.png", window.file_name()),
            title: title.to_owned(),
            window,
            bytes: tab.screenshot()?,
        };
        seen.screenshots.push(screenshot);
    }
    Ok(())
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
