//! Stand-ins for third parties: they keep what the real ones keep in the browser, and count how
//! often each was loaded.

use crate::answer::{Answer, content, status};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tiny_http::{Method, Request};

/// A file that plays a third party's.
struct StandIn {
    file: &'static str,
    /// The name its loads are counted under.
    name: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

const ALL: [StandIn; 5] = [
    StandIn {
        file: "analytics.js",
        name: "analytics",
        content_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../standin/analytics.js"),
    },
    StandIn {
        file: "pixel.js",
        name: "pixel",
        content_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../standin/pixel.js"),
    },
    StandIn {
        file: "pixel.gif",
        name: "pixel_image",
        content_type: "image/gif",
        content: include_bytes!("../standin/pixel.gif"),
    },
    StandIn {
        file: "preferences.js",
        name: "preferences",
        content_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../standin/preferences.js"),
    },
    StandIn {
        file: "video.html",
        name: "video",
        content_type: "text/html; charset=utf-8",
        content: include_bytes!("../standin/video.html"),
    },
];

/// How often each stand-in was loaded, by name, since the start or the last `DELETE`.
type Counts = BTreeMap<&'static str, u64>;

/// The stand-ins, with their counts.
pub(crate) struct StandIns(Mutex<Counts>);

impl Default for StandIns {
    fn default() -> Self {
        Self(Mutex::new(none()))
    }
}

/// Every stand-in, not yet loaded.
fn none() -> Counts {
    ALL.iter().map(|stand_in| (stand_in.name, 0)).collect()
}

impl StandIns {
    /// Answers for `/standin/<file>`: a stand-in's file, or `counts` to read the counts and to clear them.
    pub fn answer(&self, request: &Request, file: &str) -> Option<Answer> {
        match (file, request.method()) {
            ("counts", Method::Get) => Some(self.with(|counts| json(counts))),
            ("counts", Method::Delete) => {
                self.with(|counts| *counts = none());
                Some(status(204))
            }
            _ => self.load(file),
        }
    }

    fn load(&self, file: &str) -> Option<Answer> {
        let stand_in = ALL.iter().find(|stand_in| stand_in.file == file)?;
        self.with(|counts| *counts.entry(stand_in.name).or_default() += 1);
        Some(content(stand_in.content_type, stand_in.content.to_vec()))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Counts) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn json(counts: &Counts) -> Answer {
    content(
        "application/json",
        serde_json::json!(counts).to_string().into_bytes(),
    )
}
