//! An event of the browser, as the `DevTools` protocol sends it.

use serde_json::Value;

/// An event of the browser.
#[derive(Clone, Debug)]
pub struct Event {
    /// The session that it belongs to: a page, frame or worker. Nothing for the browser itself.
    pub session: Option<String>,
    /// Its name: `Network.requestWillBeSent`.
    pub method: String,
    /// Its parameters.
    pub params: Value,
}

impl Event {
    /// Whether it says that the process of this session's page has ended.
    pub fn is_crash_of(&self, session: Option<&str>) -> bool {
        self.method == "Inspector.targetCrashed" && self.session.as_deref() == session
    }
}
