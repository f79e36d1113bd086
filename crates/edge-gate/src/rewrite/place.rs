//! Where the loader goes: first in the head, or before the first element of a page that has none.

use lol_html::errors::RewritingError;
use lol_html::{HtmlRewriter, Settings, element};
use std::cell::Cell;
use std::rc::Rc;

/// How much of a page may pass before its first element. A page that begins with more is left without a
/// loader: what waits in it goes on waiting.
pub const FARTHEST: usize = 64 * 1024;

/// Looks for the place in a page as it comes.
pub struct Place {
    search: HtmlRewriter<'static, fn(&[u8])>,
    found: Rc<Cell<Option<usize>>>,
}

impl Place {
    /// Nothing has come yet.
    pub fn new() -> Self {
        let found = Rc::new(Cell::new(None));
        let at = Rc::clone(&found);
        let look = move |element: &mut lol_html::html_content::Element<'_, '_>| {
            let bytes = element.source_location().bytes();
            match &*element.tag_name() {
                "html" => return Ok(()),
                "head" => at.set(Some(bytes.end)),
                _ => at.set(Some(bytes.start)),
            }
            // There is nothing more to look for.
            Err("found".into())
        };
        let settings = Settings::new()
            .append_element_content_handler(element!("*", look))
            .with_strict(false);
        Self {
            search: HtmlRewriter::new(settings, |_| ()),
            found,
        }
    }

    /// Reads on; the place is so many bytes from the page's start. Not to be called again once it is found.
    pub fn find(&mut self, chunk: &[u8]) -> Option<usize> {
        let read: Result<(), RewritingError> = self.search.write(chunk);
        debug_assert_eq!(read.is_err(), self.found.get().is_some());
        self.found.get()
    }
}
