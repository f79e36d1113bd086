//! Rewriting a page as it streams.
//!
//! What decides about a tag of a page belongs here: the tag ([`element`]), the inline script or style
//! ([`snippet`]), where the loader goes ([`place`]) and what has been written ([`output`]). These files call
//! each other, because a page can be within a page (`noscript`, `srcdoc`). Headers, cookies, policies and the
//! rules themselves belong beside this folder.
//!
//! `lol_html` finds the tags. What has no tag to change is passed as it came, and so is a tag whose
//! attributes stay as they are. Two things it cannot do by itself are done where its output arrives
//! ([`Output`]): a script's text decides about the tag before it, so a short script is kept back until its
//! end; and what is within `noscript` is text to a browser that runs scripts and HTML to one that does not,
//! so it is rewritten as a page within the page.
//!
//! Nothing here fails. Where a single tag is larger than [`LARGEST_TAG`] the rest of the page passes as it
//! is: the loader, which has gone before, holds there what it can.

mod attribute;
mod element;
mod output;
mod place;
mod snippet;
#[cfg(test)]
mod walk;

pub use self::attribute::value;
use self::output::{Output, Sink, Text, TextKind, Within};
use self::place::{FARTHEST, Place};
use self::snippet::ScriptKind;
use crate::loads;
use crate::page::{Hold, Page};
use crate::policy::Allowance;
use crate::rules::Owner;
use consent_core::SiteId;
use encoding_rs::Encoding;
use lol_html::html_content::{Element, EndTag};
use lol_html::{
    AsciiCompatibleEncoding, HandlerResult, HtmlRewriter, MemorySettings, Selector, Settings,
};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;
use url::Url;

/// The largest tag that is read, in bytes: an image within its own address may have some hundred thousand.
pub const LARGEST_TAG: usize = 4 * 1024 * 1024;

/// How many pages may be within one another: a page's `noscript`, a frame's `srcdoc`. What is deeper passes
/// in the one, and is held whole in the other.
pub const DEEPEST: u8 = 4;

/// What is put into a page for its loader.
#[derive(Clone, Debug)]
pub struct Inserted {
    /// The site whose loader it is: any other tag of that loader goes.
    pub site: SiteId,
    /// The loader as a `script` element, in ASCII, so that it is the same in every encoding.
    pub element: String,
    /// What a content security policy within the page must allow it.
    pub allowance: Allowance,
}

/// Rewrites one page.
pub struct Rewriter {
    /// Absent once it has given up.
    html: Option<HtmlRewriter<'static, Sink>>,
    output: Rc<RefCell<Output>>,
    /// What waits for the loader's place to be known.
    start: Option<Start>,
}

/// The beginning of a page, while the place for its loader is looked for.
struct Start {
    place: Place,
    bytes: Vec<u8>,
    loader: String,
}

impl Rewriter {
    /// For a page that a browser shows: it gets the loader.
    pub fn document(page: Rc<Page>, encoding: &'static Encoding, inserted: Inserted) -> Self {
        let start = Start {
            place: Place::new(),
            bytes: Vec::new(),
            loader: inserted.element.clone(),
        };
        Self {
            start: Some(start),
            ..Self::new(page, encoding, Some(inserted), 0)
        }
    }

    /// For a part of a page, which has its loader already.
    pub fn fragment(page: Rc<Page>, encoding: &'static Encoding) -> Self {
        Self::within(page, encoding, 0)
    }

    /// For a page within so many others.
    pub(crate) fn within(page: Rc<Page>, encoding: &'static Encoding, depth: u8) -> Self {
        Self::new(page, encoding, None, depth)
    }

    fn new(
        page: Rc<Page>,
        encoding: &'static Encoding,
        inserted: Option<Inserted>,
        depth: u8,
    ) -> Self {
        let output = Output::new(Rc::clone(&page), encoding, depth);
        let output = Rc::new(RefCell::new(output));
        let base = page.address.clone();
        let handlers = Handlers {
            base: RefCell::new((base, false)),
            page,
            inserted,
            depth,
            output: Rc::clone(&output),
        };
        let html = HtmlRewriter::new(handlers.into_settings(encoding), Sink(Rc::clone(&output)));
        Self {
            html: Some(html),
            output,
            start: None,
        }
    }

    /// Reads on, and writes what is ready.
    pub fn write(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        if let Some(start) = &mut self.start {
            start.bytes.extend_from_slice(chunk);
            if let Some(at) = start.place.find(chunk) {
                self.begin(Some(at));
            } else if start.bytes.len() > FARTHEST {
                self.begin(None);
            }
        } else {
            self.feed(chunk);
        }
        self.output.borrow_mut().drain(out);
    }

    /// The page has ended.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(None);
        if let Some(html) = self.html.take() {
            // What did not fit has been passed as it is.
            let _ = html.end();
        }
        let mut output = self.output.borrow_mut();
        output.close();
        output.drain(out);
    }

    /// The place for the loader is known, or there is none.
    fn begin(&mut self, at: Option<usize>) {
        let Some(Start { bytes, loader, .. }) = self.start.take() else {
            return;
        };
        let (before, after) = bytes.split_at(at.unwrap_or(bytes.len()));
        self.feed(before);
        if at.is_some() {
            self.output.borrow_mut().receive(loader.as_bytes());
        }
        self.feed(after);
    }

    fn feed(&mut self, chunk: &[u8]) {
        let Some(html) = &mut self.html else {
            return self.output.borrow_mut().receive(chunk);
        };
        if html.write(chunk).is_err() {
            self.html = None;
            self.output.borrow_mut().close();
        }
    }
}

/// What a document within an attribute of a page holds, which is within `depth` others: what the first of its
/// things that must wait waits for.
pub fn first_hold(html: &str, page: &Page, base: &Url, depth: u8) -> Option<Hold> {
    if depth >= DEEPEST {
        return page.hold_of(Owner::Stranger);
    }
    let page = Page {
        address: base.clone(),
        ..page.clone()
    };
    let mut rewriter = Rewriter::within(Rc::new(page), encoding_rs::UTF_8, depth + 1);
    let mut out = Vec::new();
    rewriter.write(html.as_bytes(), &mut out);
    rewriter.end(&mut out);
    rewriter.output.borrow_mut().first_hold()
}

/// What happens at each element.
struct Handlers {
    page: Rc<Page>,
    /// What addresses are read against, and whether the page has said so: the first `base` counts.
    base: RefCell<(Url, bool)>,
    inserted: Option<Inserted>,
    depth: u8,
    output: Rc<RefCell<Output>>,
}

/// Which elements the handlers look at, read once: `base`, `meta`, `noscript`, and what loads something.
fn selectors() -> &'static [Selector] {
    static SELECTORS: OnceLock<Vec<Selector>> = OnceLock::new();
    SELECTORS.get_or_init(|| {
        let loading = loads::selector();
        ["base", "meta", "noscript", &loading]
            .iter()
            // The four are well formed: each is in a test.
            .filter_map(|selector| selector.parse().ok())
            .collect()
    })
}

type Handler = fn(&Handlers, &mut Element<'_, '_>) -> HandlerResult;

impl Handlers {
    fn into_settings(self, encoding: &'static Encoding) -> Settings<'static, 'static> {
        let handlers = Rc::new(self);
        let encoding =
            AsciiCompatibleEncoding::new(encoding).unwrap_or_else(AsciiCompatibleEncoding::utf_8);
        let memory = MemorySettings::new()
            .with_preallocated_parsing_buffer_size(4096)
            .with_max_allowed_memory_usage(LARGEST_TAG)
            .with_graceful_bail_out_on_memory_limit_exceeded(true);
        let mut settings = Settings::new()
            .with_encoding(encoding)
            .with_memory_settings(memory)
            // A page that a browser reads in two ways is read in one of them, not refused.
            .with_strict(false);
        let handled: [Handler; 4] = [
            Handlers::base,
            Handlers::meta,
            Handlers::noscript,
            Handlers::loading,
        ];
        for (selector, handler) in selectors().iter().zip(handled) {
            let handlers = Rc::clone(&handlers);
            let content = lol_html::ElementContentHandlers::default()
                .element(move |element: &mut Element<'_, '_>| handler(&handlers, element));
            settings = settings.append_element_content_handler((Cow::Borrowed(selector), content));
        }
        settings
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a handler may fail, as the others may"
    )]
    fn base(&self, element: &mut Element<'_, '_>) -> HandlerResult {
        let (base, said) = &mut *self.base.borrow_mut();
        if let Some(href) = value(element, "href").filter(|_| !*said) {
            *said = true;
            // No page is read against its own data or script (HTML, "set the frozen base URL").
            if let Ok(url) = self.page.address.join(&href)
                && !matches!(url.scheme(), "data" | "javascript")
            {
                *base = url;
            }
        }
        Ok(())
    }

    /// A policy within the page must let its loader work.
    fn meta(&self, element: &mut Element<'_, '_>) -> HandlerResult {
        let is_policy = value(element, "http-equiv")
            .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
        if let (true, Some(inserted)) = (is_policy, &self.inserted)
            && let Some(policy) = value(element, "content")
        {
            let amended = inserted.allowance.amend(&policy);
            if amended != policy {
                element.set_attribute("content", &amended.replace('&', "&amp;"))?;
            }
        }
        Ok(())
    }

    fn noscript(&self, element: &mut Element<'_, '_>) -> HandlerResult {
        if element.can_have_content() && self.depth < DEEPEST {
            self.follow(element, Within::Noscript(None))?;
        }
        Ok(())
    }

    fn loading(&self, element: &mut Element<'_, '_>) -> HandlerResult {
        let base = &self.base.borrow().0;
        let is_script = element.tag_name() == "script";
        if is_script && self.is_loader(element, base) {
            element.remove();
            return Ok(());
        }
        if let Some(hold) = element::hold(element, &self.page, base, self.depth) {
            self.output.borrow_mut().note(hold);
        } else if let Some(what) = text_of(element) {
            let text = Text::new(what, base.clone(), element::is_marked(element));
            self.follow(element, Within::Text(text))?;
        }
        Ok(())
    }

    /// Whether it is a tag of the loader that the page gets anyway.
    fn is_loader(&self, element: &Element<'_, '_>, base: &Url) -> bool {
        let Some(Inserted { site, .. }) = &self.inserted else {
            return false;
        };
        if value(element, "data-temoin").as_deref() == Some("inline") {
            return true;
        }
        let Some(src) = value(element, "src") else {
            return false;
        };
        let Ok(url) = base.join(&src) else {
            return false;
        };
        let rest = url.path().strip_prefix("/t/");
        let rest = rest.and_then(|rest| rest.strip_prefix(site.as_str()));
        let rest = rest.and_then(|rest| rest.strip_suffix(".js"));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// What comes from here to the element's end goes another way.
    fn follow(&self, element: &mut Element<'_, '_>, within: Within) -> HandlerResult {
        let output = Rc::clone(&self.output);
        self.output.borrow_mut().enter(within);
        element.on_end_tag(Box::new(move |_: &mut EndTag<'_>| {
            output.borrow_mut().close();
            Ok(())
        }))
    }
}

/// What stands in an element and decides about it: a script that a browser runs, or a style.
fn text_of(element: &Element<'_, '_>) -> Option<TextKind> {
    if element::is_exempt(element) || !element.can_have_content() {
        return None;
    }
    let kind = value(element, "type");
    // What is read at its end must have its start tag as it came.
    match &*element.tag_name() {
        // The gate releases none that stands in a drawing.
        "script" if !element::is_in_drawing(element) && !element.has_attribute("src") => {
            let written = element.get_attribute("type");
            Some(TextKind::Script(ScriptKind::of(kind.as_deref())?, written))
        }
        "style" => {
            let is_css =
                kind.is_none_or(|kind| kind.is_empty() || kind.eq_ignore_ascii_case("text/css"));
            is_css.then_some(TextKind::Style)
        }
        _ => None,
    }
}
