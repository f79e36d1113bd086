//! What the browser alone knows: its window, the language of its user, how dates are written. Not the server's answers.

pub mod dates;
pub mod language;

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Document, HtmlAnchorElement, HtmlElement, Url, Window};

/// The window; none outside a browser.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// What stands after `#` in the address.
pub fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Goes to another page of the console.
pub fn go_to(address: &crate::address::Address) {
    if let Some(window) = window() {
        let _ = window.location().set_hash(&address.to_string());
    }
}

/// The server's origin, which is the page's.
pub fn origin() -> String {
    let origin = window().and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default()
}

/// Moves the focus to the first element that a selector finds.
pub fn focus(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Has the browser save a file under a name; nothing where it cannot.
pub fn save(file: &Blob, name: &str) -> Option<()> {
    let document = document()?;
    let address = Url::create_object_url_with_blob(file).ok()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    document.body()?.append_child(&link).ok()?;
    link.click();
    link.remove();
    // A browser has read it by the time it is asked for something else.
    let _ = Url::revoke_object_url(&address);
    Some(())
}

/// Copies a text, and says whether the browser has let it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else {
        return false;
    };
    let clipboard = window.navigator().clipboard();
    // Absent where the page came over plain HTTP.
    if JsValue::from(&clipboard).is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
