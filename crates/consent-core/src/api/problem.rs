//! Errors as the API answers them.

use crate::field::FieldError;
use serde::{Deserialize, Serialize};

/// RFC 9457 problem details, served as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Which problem it is: a stable name, `urn:temoin:problem:unknown-site`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The problem in a few words, the same each time.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence, in words that its reader can act on.
    pub detail: String,
    /// The fields that are wrong, where the problem is in the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// Which problem it is: a row for each, with its status, its stable name and its title. The server's table of errors
/// says in which words each is answered.
macro_rules! problem_types {
    ($($(#[doc = $doc:literal])+ $variant:ident = $status:literal, $name:literal, $title:literal;)*) => {
        /// Which problem it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemType {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl ProblemType {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The status, the stable name, the title, and when it is answered.
            const fn row(self) -> (u16, &'static str, &'static str, &'static str) {
                match self {
                    $(Self::$variant => ($status, $name, $title, concat!($($doc),+)),)*
                }
            }
        }
    };
}

problem_types! {
    /// No route.
    NoSuchAddress = 404, "not-found", "Nothing is at this address";
    /// A route, but not for this method.
    MethodNotAllowed = 405, "method-not-allowed", "Method not allowed";
    /// No publication under that name.
    UnknownSite = 404, "unknown-site", "Unknown site";
    /// A site whose owner has left.
    SiteLeft = 410, "site-left", "The site has left";
    /// No notice under that hash, or not one of this site's.
    UnknownNotice = 404, "unknown-notice", "Unknown notice";
    /// No configuration under that hash.
    UnknownEdition = 404, "unknown-edition", "Unknown edition";
    /// A site whose configuration an earlier version of the server did not keep.
    ConfigurationNotKept = 404, "configuration-not-kept", "The configuration is not kept";
    /// Nothing rendered under that hash, in that language.
    UnknownPart = 404, "unknown-part", "Unknown part of a notice";
    /// A site that is published, and not in that language.
    UnknownLanguage = 404, "unknown-language", "Unknown language";
    /// No record under that id.
    UnknownReceipt = 404, "unknown-receipt", "Unknown receipt";
    /// No log has that tile, or not yet.
    NoSuchTile = 404, "no-such-tile", "No such tile";
    /// No log of that name.
    UnknownLog = 404, "unknown-log", "Unknown log";
    /// Too many reports wait for the next commit.
    Overloaded = 503, "overloaded", "Overloaded";
    /// More than a site, or a network, may send.
    TooManyRequests = 429, "too-many-requests", "Too many requests";
    /// An asset of another build.
    UnknownAsset = 404, "unknown-asset", "Unknown file";
    /// A page whose origin is not one of the site's.
    WrongOrigin = 403, "wrong-origin", "Wrong origin";
    /// A body over its bound.
    TooLarge = 413, "too-large", "Body too large";
    /// A body or a query that cannot be read.
    Malformed = 400, "malformed", "Input that cannot be read";
    /// A body that can be read and contradicts itself, or the notice.
    Contradiction = 422, "contradiction", "Input that cannot be accepted";
    /// The same id, with another content.
    Conflict = 409, "conflict", "Already kept with another content";
    /// No bearer token.
    MissingToken = 401, "missing-token", "A token is needed";
    /// A token that this server does not know.
    WrongToken = 401, "wrong-token", "Wrong token";
    /// A token for something else.
    Forbidden = 403, "forbidden", "Not allowed with this token";
    /// No token of that id, or none that the asker may know of.
    UnknownToken = 404, "unknown-token", "Unknown token";
    /// A token that opens more than the asker's.
    NotYourToken = 403, "not-your-token", "Not yours to revoke";
    /// More tokens than are kept.
    TooManyTokens = 409, "too-many-tokens", "Too many tokens";
    /// No webhook of that id.
    UnknownWebhook = 404, "unknown-webhook", "Unknown webhook";
    /// No delivery of that id.
    UnknownDelivery = 404, "unknown-delivery", "Unknown delivery";
    /// No case of that number in the register.
    UnknownCase = 404, "unknown-case", "Unknown case";
    /// More than a register takes.
    RegisterFull = 409, "register-full", "The register is full";
    /// A request that is to be answered before it is erased.
    RequestOpen = 409, "request-open", "The request is open";
    /// More webhooks than are kept.
    TooManyWebhooks = 409, "too-many-webhooks", "Too many webhooks";
    /// A webhook to which nothing is sent.
    WebhookDisabled = 409, "webhook-disabled", "The webhook is disabled";
    /// Too many wrong tokens from one network.
    TooManyWrongTokens = 429, "too-many-wrong-tokens", "Too many wrong tokens";
    /// No secret, or a text that is none.
    MissingSecret = 401, "missing-secret", "The consent's secret is needed";
    /// Another visitor's secret.
    NotTheHolder = 403, "not-the-holder", "Not the holder of this receipt";
    /// A record that was erased.
    Erased = 410, "erased", "Erased";
    /// A choice to hand over whose time is up.
    ChoiceEnded = 409, "choice-ended", "The choice has ended";
    /// A handover token that is false or too old.
    BadHandOver = 403, "bad-handover", "Nothing is handed over";
    /// A setting of the server that is missing or wrong: its operator must act.
    Setting = 500, "setting", "The server is not set up for this";
    /// A host that the site does not have.
    UnknownHost = 404, "unknown-host", "Unknown host";
    /// A host on which the site's choices are enforced.
    HostInUse = 409, "host-in-use", "The host is in use";
    /// A site's own server that does not answer.
    OriginSilent = 502, "origin-silent", "The site's server does not answer";
    /// A site's own server that leads back here.
    Loop = 508, "loop", "The site leads back to itself";
    /// Tables that a later version of the server wrote.
    UnknownSchema = 503, "unknown-schema", "The data is of a later version";
    /// A log whose key none of the server's secrets gives: its operator must act.
    MissingKey = 503, "missing-key", "The key of a log is missing";
    /// A publication that did not go through.
    PublicationFailed = 500, "publication-failed", "The publication failed";
    /// Another request stopped the server while it worked on this one: it may be sent again.
    Interrupted = 503, "interrupted", "The server was interrupted";
    /// A failure of the server itself.
    Internal = 500, "internal", "The server failed";
}

impl ProblemType {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.row().0
    }

    /// The stable name, the last part of its URN.
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// The problem in a few words.
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    /// When it is answered, in a sentence.
    pub fn about(self) -> &'static str {
        self.row().3.trim()
    }

    /// The `type` of a problem (RFC 9457, section 3.1.1): `urn:temoin:problem:unknown-site`.
    pub fn urn(self) -> String {
        format!("urn:temoin:problem:{}", self.name())
    }
}
