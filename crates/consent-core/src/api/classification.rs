//! What cookies, storage keys and requests are for: `POST /v1/sites/SITE/classifications`.

use crate::choice::purpose::Purpose;
use crate::classify::{Reason, Retention, Seen};
use crate::ident::{NoticeHash, ServiceId};
use serde::{Deserialize, Serialize};

/// The body of `POST /v1/sites/SITE/classifications`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClassificationRequest {
    /// What was seen, 500 things at most.
    #[cfg_attr(feature = "schema", schemars(length(max = 500)))]
    pub seen: Vec<SeenThing>,
}

/// Something that was seen. Its text may be written with escapes, so it is not borrowed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum SeenThing {
    /// A cookie.
    Cookie {
        /// Its name.
        name: String,
        /// The domain it is kept for, or the page's host where the page cannot see more.
        host: Option<String>,
    },
    /// A key of local or session storage.
    Storage {
        /// The key.
        name: String,
        /// The host of the origin it is kept for.
        host: Option<String>,
    },
    /// A request.
    Request {
        /// The host it goes to.
        host: String,
    },
}

impl SeenThing {
    /// The same, borrowed.
    pub fn seen(&self) -> Seen<'_> {
        match self {
            Self::Cookie { name, host } => Seen::Cookie {
                name,
                host: host.as_deref(),
            },
            Self::Storage { name, host } => Seen::Storage {
                name,
                host: host.as_deref(),
            },
            Self::Request { host } => Seen::Request { host },
        }
    }
}

/// The answer to `POST /v1/sites/SITE/classifications`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Classifications<'a> {
    /// The notice whose services were asked first.
    pub notice: NoticeHash,
    /// What each thing is for, in the order in which they were asked.
    pub classifications: Vec<Classified<'a>>,
}

/// What one thing is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Classified<'a> {
    /// What it is for; `null` while it is open.
    pub purpose: Option<Purpose>,
    /// The purpose that it is held back for meanwhile.
    pub held_back_as: Purpose,
    /// The site's own service, as pages name it in `data-service`; `null` where none declares it.
    pub service_id: Option<&'a ServiceId>,
    /// The service it belongs to, by the name that people know.
    pub service: Option<&'a str>,
    /// Who receives the data.
    pub controller: Option<&'a str>,
    /// How long it stays.
    pub retention: Option<Retention<'a>>,
    /// Why, in a sentence, in English.
    pub reason: String,
    /// The same for programs: the reason's name, and what matched.
    pub because: Reason<'a>,
}
