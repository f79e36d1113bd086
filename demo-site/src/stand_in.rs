//! Stand-ins for third parties: they keep what the real ones keep in the browser, and count how
//! often each was loaded.

use crate::not_found;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

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

#[derive(Clone)]
struct Loads(Arc<Mutex<Counts>>);

impl Loads {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(none())))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Counts) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Every stand-in, not yet loaded.
fn none() -> Counts {
    ALL.iter().map(|stand_in| (stand_in.name, 0)).collect()
}

/// `/counts` to read and clear the counts, `/<file>` for each stand-in.
pub(crate) fn router<S>() -> Router<S> {
    Router::new()
        .route("/counts", get(counts).delete(clear))
        .route("/{file}", get(load))
        .with_state(Loads::new())
}

async fn counts(State(loads): State<Loads>) -> Json<Counts> {
    Json(loads.with(|counts| counts.clone()))
}

async fn clear(State(loads): State<Loads>) -> StatusCode {
    loads.with(|counts| *counts = none());
    StatusCode::NO_CONTENT
}

async fn load(State(loads): State<Loads>, Path(file): Path<String>) -> Response {
    let Some(stand_in) = ALL.iter().find(|stand_in| stand_in.file == file) else {
        return not_found().await.into_response();
    };
    loads.with(|counts| *counts.entry(stand_in.name).or_default() += 1);
    ([(CONTENT_TYPE, stand_in.content_type)], stand_in.content).into_response()
}
