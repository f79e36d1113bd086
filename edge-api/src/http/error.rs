//! Every error that the API answers, in one table (RFC 9457).

use consent_core::field::FieldError;
use consent_core::problem::{Problem, ProblemType};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a request is refused or failed. The text is the `detail` of the problem answered.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No route.
    #[error("no resource has this address; the API's begin with /v1/")]
    NoSuchAddress,
    /// A route, but not for this method.
    #[error("this address answers to {allowed}")]
    MethodNotAllowed {
        /// The methods it answers to.
        allowed: String,
    },
    /// No publication under that name.
    #[error("no site of that name is published here")]
    UnknownSite,
    /// A site whose owner has left.
    #[error("the owner of the site left this server: nothing of it is served or kept any more")]
    SiteLeft,
    /// No notice under that hash, or not one of this site's.
    #[error("no notice with that hash was published here")]
    UnknownNotice,
    /// No configuration under that hash.
    #[error(
        "this server keeps no configuration with that SHA-256 for this site; `/v1/sites/SITE/editions` lists those that it keeps"
    )]
    UnknownEdition,
    /// A site whose configuration an earlier version of the server did not keep.
    #[error(
        "an earlier version of this server published the configuration in force, and kept only its hash: publish it once more"
    )]
    ConfigurationNotKept,
    /// Nothing rendered under that hash, in that language.
    #[error("nothing with that hash was rendered here in that language")]
    UnknownPart,
    /// A site that is published, and not in that language.
    #[error("the site is not published in that language")]
    UnknownLanguage,
    /// No record under that id.
    #[error("no receipt of that name was given here")]
    UnknownReceipt,
    /// No log has that tile, or not yet.
    #[error("no log has this tile, or not yet so many entries")]
    NoSuchTile,
    /// No log of that name.
    #[error("no log of that name is kept here")]
    UnknownLog,
    /// Too many reports wait for the next commit.
    #[error("too many wait for the next commit; nothing was kept: send it again")]
    Overloaded,
    /// More than a site, or a network, may send.
    #[error(
        "too many requests come for this site, or from this network; nothing was kept: send it again in {seconds} s"
    )]
    TooManyRequests {
        /// How long to wait, in seconds.
        seconds: u64,
    },
    /// An asset of another build.
    #[error("no file of that name belongs to this build of the widget or the console")]
    UnknownAsset,
    /// A page whose origin is not one of the site's.
    #[error("only pages of the origins that the site publishes are answered; this one is of {0}")]
    WrongOrigin(String),
    /// A body over its bound.
    #[error("the body is larger than the {limit} bytes that are read here")]
    TooLarge {
        /// The bound, in bytes.
        limit: usize,
    },
    /// A body or a query that cannot be read.
    #[error("{}", .0.first().map_or("unreadable", |error| &error.message))]
    Malformed(Vec<FieldError>),
    /// A body that can be read and contradicts itself, or the notice.
    #[error("{} field(s) are wrong; see `errors`", .0.len())]
    Contradiction(Vec<FieldError>),
    /// The same id, with another content.
    #[error("a report with this id and another content was kept before; nothing was changed")]
    Conflict,
    /// No bearer token.
    #[error("send the token in the header: Authorization: Bearer …")]
    MissingToken,
    /// A token that this server does not know.
    #[error("the token is not valid")]
    WrongToken,
    /// A token for something else.
    #[error("the token is valid, but not for this site and action")]
    Forbidden,
    /// No token of that id, or none that the asker may know of.
    #[error("no token with this id opens this site; its list names those that do")]
    UnknownToken,
    /// A token that opens more than the asker's.
    #[error(
        "this token also opens sites that yours does not, or stands in the server's environment: have the operator of this \
         server revoke it"
    )]
    NotYourToken,
    /// More tokens than are kept.
    #[error(
        "200 tokens open this site already: revoke those that nobody uses, or set `expires_at`"
    )]
    TooManyTokens,
    /// No case of that number in the register.
    #[error("this register has no case with this number; its list names those that it has")]
    UnknownCase,
    /// More than a register takes.
    #[error(
        "the register takes no more: a case has 200 entries at most, a register 10,000 cases, and both together 16 MB"
    )]
    RegisterFull,
    /// A request that is to be answered before it is erased.
    #[error("the request is open: note first how it ends (`POST` a note with `outcome`)")]
    RequestOpen,
    /// No endpoint of that id.
    #[error(
        "this site has no webhook with this id; `/v1/sites/SITE/webhooks` lists those that it has"
    )]
    UnknownWebhook,
    /// No delivery of that id, or one whose body is kept no more.
    #[error(
        "no delivery with this id is kept for this webhook, or what it told is kept no more: an erasure is told once"
    )]
    UnknownDelivery,
    /// More endpoints than a site may have.
    #[error("this site has 5 webhooks already: remove one, or have one tell of more events")]
    TooManyWebhooks,
    /// An endpoint to which nothing is sent.
    #[error("this webhook is disabled: enable it first (`PATCH` with `enabled`)")]
    WebhookDisabled,
    /// Too many wrong tokens from one network.
    #[error("too many wrong tokens came from this network: try again in {seconds} s")]
    TooManyWrongTokens {
        /// How long to wait, in seconds.
        seconds: u64,
    },
    /// No secret, or a text that is none.
    #[error(
        "send the consent's secret, 32 lower-case hexadecimal digits, in the header: Authorization: Bearer …"
    )]
    MissingSecret,
    /// Another visitor's secret.
    #[error("the secret is not that of the visitor who holds this receipt")]
    NotTheHolder,
    /// A record that was erased.
    #[error(
        "the proof was erased; only its entry in the log is left, which says nothing of anyone"
    )]
    Erased,
    /// A choice to hand over whose time is up.
    #[error("the choice has ended; there is nothing left to hand over")]
    ChoiceEnded,
    /// A handover token that is false or too old.
    #[error("the token is none that was given for this site in the last minute")]
    BadHandOver,
    /// A setting of the server that is missing or wrong: its operator must act.
    #[error("the server's setting {name} {why}")]
    Setting {
        /// The environment variable.
        name: &'static str,
        /// What is wrong with it, and what to write.
        why: String,
    },
    /// A host that the site does not have.
    #[error("this host is not one that the site has")]
    UnknownHost,
    /// A host on which the site's choices are enforced.
    #[error(
        "the site's pages still pass through this host: publish the site without `edge`, or without this origin, \
         then release the host"
    )]
    HostInUse,
    /// A site's own server that does not answer.
    #[error("the site's server does not answer")]
    OriginSilent(String),
    /// A site's own server that leads back here.
    #[error("`edge.origin_server` leads back to this server: it must be where the pages are")]
    Loop,
    /// Tables that a later version of the server wrote.
    #[error("{0}")]
    UnknownSchema(String),
    /// A log whose key none of the server's secrets gives: its operator must act.
    #[error(
        "the log {0} was signed under another secret than those of this server: add that secret to \
         TEMOIN_SECRET_PREVIOUS; nothing was signed, kept or changed"
    )]
    MissingKey(String),
    /// A publication that did not go through.
    #[error("{after}")]
    PublicationFailed {
        /// What is in force now.
        after: AfterFailure,
        /// Why it failed.
        cause: String,
    },
    /// A failure of the server itself.
    #[error("the server failed; nothing was kept")]
    Internal(String),
}

/// What is in force after a publication that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// What was before.
    Before,
    /// The new edition.
    New,
    /// One of the two.
    Unknown,
}

impl fmt::Display for AfterFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => {
                "the publication failed, and nothing of it is in force; what was in force before \
                 still is: send it again"
            }
            Self::New => {
                "the edition is in force, but the answer that says what it changed was lost: send it \
                 again, which changes nothing"
            }
            Self::Unknown => {
                "the publication failed, and the server cannot tell whether it is in force: send it \
                 again, which publishes it once"
            }
        })
    }
}

impl ApiError {
    /// Which problem it is.
    pub const fn kind(&self) -> ProblemType {
        match self {
            Self::NoSuchAddress => ProblemType::NoSuchAddress,
            Self::MethodNotAllowed { .. } => ProblemType::MethodNotAllowed,
            Self::UnknownSite => ProblemType::UnknownSite,
            Self::SiteLeft => ProblemType::SiteLeft,
            Self::UnknownNotice => ProblemType::UnknownNotice,
            Self::UnknownEdition => ProblemType::UnknownEdition,
            Self::ConfigurationNotKept => ProblemType::ConfigurationNotKept,
            Self::UnknownPart => ProblemType::UnknownPart,
            Self::UnknownLanguage => ProblemType::UnknownLanguage,
            Self::UnknownReceipt => ProblemType::UnknownReceipt,
            Self::NoSuchTile => ProblemType::NoSuchTile,
            Self::UnknownLog => ProblemType::UnknownLog,
            Self::Overloaded => ProblemType::Overloaded,
            Self::TooManyRequests { .. } => ProblemType::TooManyRequests,
            Self::UnknownAsset => ProblemType::UnknownAsset,
            Self::WrongOrigin(_) => ProblemType::WrongOrigin,
            Self::TooLarge { .. } => ProblemType::TooLarge,
            Self::Malformed(_) => ProblemType::Malformed,
            Self::Contradiction(_) => ProblemType::Contradiction,
            Self::Conflict => ProblemType::Conflict,
            Self::MissingToken => ProblemType::MissingToken,
            Self::WrongToken => ProblemType::WrongToken,
            Self::Forbidden => ProblemType::Forbidden,
            Self::UnknownToken => ProblemType::UnknownToken,
            Self::NotYourToken => ProblemType::NotYourToken,
            Self::TooManyTokens => ProblemType::TooManyTokens,
            Self::UnknownCase => ProblemType::UnknownCase,
            Self::RegisterFull => ProblemType::RegisterFull,
            Self::RequestOpen => ProblemType::RequestOpen,
            Self::UnknownWebhook => ProblemType::UnknownWebhook,
            Self::UnknownDelivery => ProblemType::UnknownDelivery,
            Self::TooManyWebhooks => ProblemType::TooManyWebhooks,
            Self::WebhookDisabled => ProblemType::WebhookDisabled,
            Self::TooManyWrongTokens { .. } => ProblemType::TooManyWrongTokens,
            Self::MissingSecret => ProblemType::MissingSecret,
            Self::NotTheHolder => ProblemType::NotTheHolder,
            Self::Erased => ProblemType::Erased,
            Self::ChoiceEnded => ProblemType::ChoiceEnded,
            Self::BadHandOver => ProblemType::BadHandOver,
            Self::Setting { .. } => ProblemType::Setting,
            Self::UnknownHost => ProblemType::UnknownHost,
            Self::HostInUse => ProblemType::HostInUse,
            Self::OriginSilent(_) => ProblemType::OriginSilent,
            Self::Loop => ProblemType::Loop,
            Self::UnknownSchema(_) => ProblemType::UnknownSchema,
            Self::MissingKey(_) => ProblemType::MissingKey,
            Self::PublicationFailed { .. } => ProblemType::PublicationFailed,
            Self::Internal(_) => ProblemType::Internal,
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.kind().status()
    }

    /// The text for the server's own log: for a failure of the server, its cause.
    pub fn to_log(&self) -> String {
        match self {
            Self::Internal(cause)
            | Self::OriginSilent(cause)
            | Self::PublicationFailed { cause, .. } => cause.clone(),
            other => other.to_string(),
        }
    }

    /// As RFC 9457 problem details.
    pub fn to_problem(&self) -> Problem {
        let kind = self.kind();
        Problem {
            kind: kind.urn(),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: self.to_string(),
            errors: match self {
                Self::Malformed(errors) | Self::Contradiction(errors) => errors.clone(),
                _ => Vec::new(),
            },
        }
    }
}

impl From<worker::Error> for ApiError {
    fn from(error: worker::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

/// An error as it crosses from a Durable Object to those who ask it: those that the asker acts upon, and
/// a text for every other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectError {
    /// The site was never published.
    UnknownSite,
    /// The owner of the site has left.
    SiteLeft,
    /// A later version of the server wrote the object's tables.
    UnknownSchema(String),
    /// The key of a log is missing.
    MissingKey(String),
    /// Anything else, for the server's own log.
    Internal(String),
}

impl From<ApiError> for ObjectError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::UnknownSite => Self::UnknownSite,
            ApiError::SiteLeft => Self::SiteLeft,
            ApiError::UnknownSchema(detail) => Self::UnknownSchema(detail),
            ApiError::MissingKey(origin) => Self::MissingKey(origin),
            other => Self::Internal(other.to_log()),
        }
    }
}

impl From<ObjectError> for ApiError {
    fn from(error: ObjectError) -> Self {
        match error {
            ObjectError::UnknownSite => Self::UnknownSite,
            ObjectError::SiteLeft => Self::SiteLeft,
            ObjectError::UnknownSchema(detail) => Self::UnknownSchema(detail),
            ObjectError::MissingKey(origin) => Self::MissingKey(origin),
            ObjectError::Internal(cause) => Self::Internal(cause),
        }
    }
}
