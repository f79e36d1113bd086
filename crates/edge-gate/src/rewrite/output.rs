//! The output of the rewriter. What can be decided only at the end of an element is decided here.

use super::Rewriter;
use super::snippet;
use crate::page::{Hold, Page};
use encoding_rs::Encoding;
use lol_html::OutputSink;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

/// The rewritten bytes, until the caller takes them.
pub struct Output {
    page: Rc<Page>,
    encoding: &'static Encoding,
    /// How many pages this one is within.
    depth: u8,
    ready: Vec<u8>,
    within: Option<Within>,
    first: Option<Hold>,
}

/// The element that is being kept back until its end.
pub enum Within {
    /// A script with its text, whose end decides.
    Script(Script),
    /// What is within `noscript`, once its start tag has passed.
    Noscript(Option<Box<Rewriter>>),
}

/// A script that stands in the page.
pub struct Script {
    /// The element so far, as it came.
    pub bytes: Vec<u8>,
    /// The length of its start tag, which is the first to come.
    pub tag: Option<usize>,
    /// Its `type`.
    pub kind: Option<String>,
    /// Whether its author has said what it waits for.
    pub is_marked: bool,
}

impl Output {
    /// Nothing has come yet.
    pub const fn new(page: Rc<Page>, encoding: &'static Encoding, depth: u8) -> Self {
        Self {
            page,
            encoding,
            depth,
            ready: Vec::new(),
            within: None,
            first: None,
        }
    }

    /// What has come next.
    pub fn receive(&mut self, chunk: &[u8]) {
        match &mut self.within {
            None => self.ready.extend_from_slice(chunk),
            Some(Within::Script(script)) => {
                script.bytes.extend_from_slice(chunk);
                let tag = *script.tag.get_or_insert(chunk.len());
                if script.bytes.len() - tag > snippet::LONGEST {
                    self.close();
                }
            }
            Some(Within::Noscript(Some(inner))) => inner.write(chunk, &mut self.ready),
            Some(Within::Noscript(inner @ None)) => {
                self.ready.extend_from_slice(chunk);
                let page = Rc::clone(&self.page);
                let within = Rewriter::within(page, self.encoding, self.depth + 1);
                *inner = Some(Box::new(within));
            }
        }
    }

    /// What comes from now on is within something.
    pub fn enter(&mut self, within: Within) {
        self.close();
        self.within = Some(within);
    }

    /// What it was within has ended.
    pub fn close(&mut self) {
        match self.within.take() {
            None | Some(Within::Noscript(None)) => {}
            Some(Within::Noscript(Some(mut inner))) => inner.end(&mut self.ready),
            Some(Within::Script(script)) => {
                let (tag, text) = script.bytes.split_at(script.tag.unwrap_or_default());
                let hold = snippet::hold(text, &self.page);
                if let Some(hold) = hold {
                    self.ready.extend(held(tag, &script, &hold));
                    self.note(hold);
                } else {
                    self.ready.extend_from_slice(tag);
                }
                self.ready.extend_from_slice(text);
            }
        }
    }

    /// Something is held.
    pub fn note(&mut self, hold: Hold) {
        self.first.get_or_insert(hold);
    }

    /// What the first thing that was held waits for.
    pub fn first_hold(&mut self) -> Option<Hold> {
        self.first.take()
    }

    /// Hands over what is ready.
    pub fn drain(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.ready);
    }
}

/// A script's start tag in the form that waits. What is put first counts: of two attributes of a name a
/// browser takes the first.
fn held(tag: &[u8], script: &Script, hold: &Hold) -> Vec<u8> {
    const NAME: usize = "<script".len();
    let mut marks = String::from(r#" type="text/plain""#);
    let mut mark = |name: &str, value: &str| {
        let value = value.replace('"', "&quot;");
        // A `String` takes whatever is written.
        let _ = write!(marks, r#" {name}="{value}""#);
    };
    if !script.is_marked {
        mark("data-category", hold.purpose.as_str());
    }
    if let Some(service) = &hold.service {
        mark("data-service", service);
    }
    if let Some(kind) = &script.kind {
        mark("data-type", kind);
    }
    let (name, rest) = tag.split_at(NAME.min(tag.len()));
    [name, marks.as_bytes(), rest].concat()
}

/// The end of the pipe that `lol_html` writes into.
pub struct Sink(pub Rc<RefCell<Output>>);

impl OutputSink for Sink {
    fn handle_chunk(&mut self, chunk: &[u8]) {
        // The last one is empty.
        if !chunk.is_empty() {
            self.0.borrow_mut().receive(chunk);
        }
    }
}
