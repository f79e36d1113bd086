//! The output of the rewriter. What can be decided only at the end of an element is decided here.

use super::Rewriter;
use super::attribute::escape;
use super::element::{HELD_STYLE, css_of};
use super::snippet::{self, ScriptKind};
use crate::page::{Hold, Page};
use encoding_rs::Encoding;
use lol_html::OutputSink;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;
use url::Url;

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
    /// A script or a style with its text, whose end decides.
    Text(Text),
    /// What is within `noscript`, once its start tag has passed.
    Noscript(Option<Box<Rewriter>>),
}

/// A script or a style that stands in the page.
pub struct Text {
    /// The element so far, as it came.
    pub bytes: Vec<u8>,
    /// The length of its start tag, which is the first to come.
    pub tag: Option<usize>,
    /// What it is.
    pub what: TextKind,
    /// What its addresses are read against.
    pub base: Url,
    /// Whether its author has said what it waits for.
    pub is_marked: bool,
}

/// What stands in the page.
pub enum TextKind {
    /// A script, with its `type` as it is written.
    Script(ScriptKind, Option<String>),
    /// A style.
    Style,
}

/// The longest style that is read, in bytes.
const LONGEST_STYLE: usize = super::LARGEST_TAG;

impl Text {
    /// Nothing of it has come yet.
    pub const fn new(what: TextKind, base: Url, is_marked: bool) -> Self {
        Self {
            bytes: Vec::new(),
            tag: None,
            what,
            base,
            is_marked,
        }
    }

    const fn longest(&self) -> usize {
        match self.what {
            TextKind::Script(kind, _) => kind.longest(),
            TextKind::Style => LONGEST_STYLE,
        }
    }

    /// The element as it goes on, and what it waits for.
    fn decided(self, page: &Page, encoding: &'static Encoding) -> (Vec<u8>, Option<Hold>) {
        let (tag, text) = self
            .bytes
            .split_at_checked(self.tag.unwrap_or_default())
            .unwrap_or_default();
        let changed = match &self.what {
            TextKind::Script(kind, _) => snippet::hold(text, *kind, page, &self.base)
                .map(|hold| ([self.held_script(tag, &hold), text.to_vec()].concat(), hold)),
            TextKind::Style => self.held_style(tag, text, page, encoding),
        };
        match changed {
            Some((bytes, hold)) => (bytes, Some(hold)),
            None => (self.bytes, None),
        }
    }

    /// A script's start tag in the form that waits.
    fn held_script(&self, tag: &[u8], hold: &Hold) -> Vec<u8> {
        let mut marks = String::from(r#" type="text/plain""#);
        marks.push_str(&self.marks(hold));
        if let TextKind::Script(_, Some(kind)) = &self.what {
            let _ = write!(marks, r#" data-type="{}""#, kind.replace('"', "&quot;"));
        }
        with_marks(tag, "<script".len(), marks.as_bytes())
    }

    /// A style without what must wait, and the whole beside it.
    fn held_style(
        &self,
        tag: &[u8],
        text: &[u8],
        page: &Page,
        encoding: &'static Encoding,
    ) -> Option<(Vec<u8>, Hold)> {
        let (css, _) = encoding.decode_without_bom_handling(text);
        let neutral = css_of(&css, page, &self.base)?;
        let hold = Hold::strictest(neutral.holds)?;
        let marks = format!("{} {HELD_STYLE}=\"{}\"", self.marks(&hold), escape(&css));
        let (marks, ..) = encoding.encode(&marks);
        let tag = with_marks(tag, "<style".len(), &marks);
        let (left, ..) = encoding.encode(&neutral.text);
        Some(([&tag, &*left].concat(), hold))
    }

    fn marks(&self, hold: &Hold) -> String {
        let mut marks = String::new();
        // A `String` takes whatever is written.
        if !self.is_marked {
            let _ = write!(marks, r#" data-category="{}""#, hold.purpose.as_str());
        }
        if let Some(service) = &hold.service {
            let _ = write!(marks, r#" data-service="{}""#, escape(service));
        }
        marks
    }
}

/// A start tag with attributes put first: of two attributes of a name a browser takes the first.
fn with_marks(tag: &[u8], name: usize, marks: &[u8]) -> Vec<u8> {
    let (name, rest) = tag.split_at_checked(name).unwrap_or((tag, &[]));
    [name, marks, rest].concat()
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
            Some(Within::Text(text)) => {
                text.bytes.extend_from_slice(chunk);
                let tag = *text.tag.get_or_insert(chunk.len());
                if text.bytes.len() - tag > text.longest() {
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
            Some(Within::Text(text)) => {
                let (bytes, hold) = text.decided(&self.page, self.encoding);
                self.ready.extend(bytes);
                if let Some(hold) = hold {
                    self.note(hold);
                }
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
