//! What stands between the slashes of an address: one row for each name in a path template.

use crate::example;
use crate::operation::Shape;
use crate::schemas::Schemas;
use consent_core::log_origin::ServerName;
use consent_core::text::LanguageTag;
use consent_core::webhook::{MessageId, WebhookId};
use consent_core::{GrantId, NoticeHash, ReceiptId, Sha256Digest, SiteId};
use schemars::JsonSchema;
use serde_json::{Value, json};

/// A parameter of a path.
pub struct PathParameter {
    /// Its name in templates.
    pub name: &'static str,
    /// What it names.
    pub about: &'static str,
    /// Its schema.
    pub shape: Shape,
    /// Its value in the examples.
    pub example: &'static str,
}

const fn row(
    name: &'static str,
    about: &'static str,
    shape: Shape,
    example: &'static str,
) -> PathParameter {
    PathParameter {
        name,
        about,
        shape,
        example,
    }
}

fn of<T: JsonSchema>(schemas: &mut Schemas) -> Value {
    schemas.read::<T>()
}

fn number(most: u8) -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": most })
}

/// Every one.
pub const PARAMETERS: &[PathParameter] = &[
    row("site", "The site.", of::<SiteId>, example::SITE),
    row(
        "edition",
        "SHA-256 of a configuration that was published.",
        of::<Sha256Digest>,
        example::EDITION,
    ),
    row("notice", "The notice.", of::<NoticeHash>, example::NOTICE),
    row(
        "loader",
        "SHA-256 of a loader.",
        of::<Sha256Digest>,
        example::LOADER,
    ),
    row("grant", "The token's grant.", of::<GrantId>, example::GRANT),
    row(
        "receipt",
        "The receipt.",
        of::<ReceiptId>,
        "relais.000102030405060708090a0b0c0d0e0f",
    ),
    row(
        "language",
        "A language of the site.",
        of::<LanguageTag>,
        "fr-CA",
    ),
    row(
        "host",
        "The host, with its port if it is not the scheme's own.",
        |_| json!({ "type": "string", "minLength": 1, "maxLength": 300 }),
        example::HOST,
    ),
    row("webhook", "The webhook.", of::<WebhookId>, example::WEBHOOK),
    row(
        "case",
        "The number of the case in its register, counted from 1.",
        |_| json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
        "1",
    ),
    row(
        "message",
        "What was told.",
        of::<MessageId>,
        example::MESSAGE,
    ),
    row(
        "handover",
        "The token that was given for the handover.",
        |_| json!({ "type": "string", "minLength": 1, "maxLength": 300 }),
        example::HANDOVER,
    ),
    row(
        "asset",
        "A file of the build, as a loader or the console names it.",
        |_| json!({ "type": "string", "pattern": "^[0-9a-f]{16}[.](js|wasm|css)$" }),
        example::ASSET,
    ),
    row(
        "server",
        "The server's name in its logs.",
        of::<ServerName>,
        example::SERVER,
    ),
    row(
        "quarter",
        "The quarter of the log.",
        |_| json!({ "type": "string", "pattern": "^[0-9]{4}q[1-4]$" }),
        example::QUARTER,
    ),
    row(
        "shard",
        "Which of the site's objects keeps the log.",
        |_| number(255),
        "0",
    ),
    row(
        "level",
        "The level of the tile; 0 has the hashes of entries.",
        |_| number(63),
        "0",
    ),
    row(
        "tile",
        "The tile's index, in three digits. From 1,000 on it stands in groups of three, all but the last with an x, with \
         slashes between them that are sent as they are (C2SP tlog-tiles).",
        |_| json!({ "type": "string", "pattern": "^(x[0-9]{3}/)*[0-9]{3}$" }),
        "000",
    ),
    row(
        "width",
        "How many hashes or entries the tile has.",
        |_| json!({ "type": "integer", "minimum": 1, "maximum": 255 }),
        "1",
    ),
];
