//! What crosses between the directory's object and those who ask it.

use crate::storage::error::StoreError;
use consent_core::api::TokenSummary;
use consent_core::api::hosts::SiteHost;
use consent_core::field::FieldError;
use consent_core::log_origin::Shards;
use consent_core::text::LanguageTag;
use consent_core::{GrantId, NoticeHash, Sha256Digest, SiteId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is asked of the directory.
#[derive(Serialize, Deserialize)]
pub enum DirectoryRequest {
    /// How many shards a site has. Answered by [`DirectoryResponse::Shards`].
    Shards(SiteId),
    /// The names of sites, in their order. Answered by [`DirectoryResponse::Sites`].
    Sites {
        /// Only these; `None` for all.
        among: Option<BTreeSet<SiteId>>,
        /// Only those whose names come after this one.
        after: Option<SiteId>,
        /// How many at most.
        limit: u16,
    },
    /// The bytes of a notice. Answered by [`DirectoryResponse::Text`].
    Notice(NoticeHash),
    /// What was rendered from a notice. Answered by [`DirectoryResponse::Text`].
    Part {
        /// What names it: see [`RenderedPart::hash`].
        hash: Sha256Digest,
        /// Its language.
        language: LanguageTag,
        /// Which part.
        part: Part,
    },
    /// The `Enforcement`, in JSON, of the site that has this host, with its port. Answered by
    /// [`DirectoryResponse::Text`].
    Enforcement {
        /// The host.
        authority: String,
    },
    /// Registers a publication. Answered by [`DirectoryResponse::Registered`].
    Register(Box<Registration>),
    /// Whether a publication would be registered. Answered by [`DirectoryResponse::Registered`].
    Check {
        /// The site.
        site: SiteId,
        /// Its shards.
        shards: Shards,
        /// See [`Registration::hosts`].
        hosts: Vec<HostClaim>,
    },
    /// The hosts that a site has. Answered by [`DirectoryResponse::Hosts`].
    Hosts(SiteId),
    /// Releases a host that a site does not use any more. Answered by [`DirectoryResponse::Release`].
    Release {
        /// The site.
        site: SiteId,
        /// The host.
        authority: String,
    },
    /// Enforces a site's choices on its hosts. Answered by [`DirectoryResponse::Enforced`].
    Enforce(EnforcedSite),
    /// Forgets what belongs to a site whose owner has left. Answered by [`DirectoryResponse::Kept`].
    ForgetSite(SiteId),
    /// Keeps what was rendered for a draft. Answered by [`DirectoryResponse::Kept`].
    KeepDraft(Box<Registration>),
    /// The token with this SHA-256, whether or not it opens something still. Answered by [`DirectoryResponse::Token`].
    Token(Sha256Digest),
    /// The token that is called so. Answered by [`DirectoryResponse::Token`].
    TokenNamed(GrantId),
    /// The tokens, newest first. Answered by [`DirectoryResponse::Tokens`].
    Tokens {
        /// Only those that open this site; `None` for all.
        site: Option<SiteId>,
        /// Only those with a number below this one; `None` for all.
        before: Option<u64>,
        /// How many at most.
        limit: u16,
    },
    /// Keeps a new token. Answered by [`DirectoryResponse::Kept`].
    KeepToken {
        /// SHA-256 of the token.
        sha256: Sha256Digest,
        /// What it allows.
        token: Box<TokenSummary>,
    },
    /// Revokes a token. Answered by [`DirectoryResponse::Kept`].
    RevokeToken(GrantId),
}

/// What the directory answers: an error where its database failed.
pub type DirectoryResult = Result<DirectoryResponse, StoreError>;

/// What the directory answers.
#[derive(Serialize, Deserialize)]
pub enum DirectoryResponse {
    /// The shards of a site that has a name here.
    Shards(Option<Shards>),
    /// The names of sites. A publication that failed leaves its name here: not every one of them has an edition in force.
    Sites(Vec<SiteId>),
    /// A text, if it is there.
    Text(Option<String>),
    /// Whether a publication was registered. It is refused for these fields, and then nothing was
    /// changed.
    Registered(Result<(), Vec<FieldError>>),
    /// The hosts of a site.
    Hosts(Vec<SiteHost>),
    /// What came of releasing a host.
    Release(Release),
    /// The hosts are enforced as asked, or as a later edition asked.
    Enforced,
    /// Whether it was kept; it is not where there are too many.
    Kept(bool),
    /// A token, if it is there.
    Token(Option<Box<TokenSummary>>),
    /// Tokens with their numbers.
    Tokens(Vec<(u64, TokenSummary)>),
}

/// A publication before it is in force.
#[derive(Clone, Serialize, Deserialize)]
pub struct Registration {
    /// The site.
    pub site: SiteId,
    /// Its shards. The first registration settles how many.
    pub shards: Shards,
    /// The notice.
    pub hash: NoticeHash,
    /// Its bytes.
    pub notice: String,
    /// The notices of visitors to whose place another law applies, and their bytes.
    #[serde(default)]
    pub by_law: Vec<(NoticeHash, String)>,
    /// What was rendered from them.
    pub parts: Vec<RenderedPart>,
    /// The hosts on which the site's choices will be enforced, in the order of its origins. No other site gets them
    /// until this one releases them.
    pub hosts: Vec<HostClaim>,
}

/// A host that a publication wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostClaim {
    /// The host, with its port if it is not the scheme's own.
    pub authority: String,
    /// Whether who publishes may claim it, should no site have it yet.
    pub granted: bool,
}

/// What came of releasing a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Release {
    /// It is nobody's now.
    Released,
    /// The site has no such host.
    Unknown,
    /// The site's choices are enforced on it.
    InUse,
}

/// Something that was rendered from a notice.
#[derive(Clone, Serialize, Deserialize)]
pub struct RenderedPart {
    /// What names it: a loader its own hash, since settings go into it that the notice leaves out;
    /// everything else the notice's.
    pub hash: Sha256Digest,
    /// Its language.
    pub language: LanguageTag,
    /// Which part.
    pub part: Part,
    /// The text itself.
    pub body: String,
}

/// The hosts on which the choices of a site are enforced by an edition that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforcedSite {
    /// The site.
    pub site: SiteId,
    /// Which of its editions this is, by a number that grows with each. An older one than what the
    /// directory knows changes nothing.
    pub revision: u64,
    /// Its hosts, with their ports, each registered before; none where nothing is enforced.
    pub authorities: Vec<String>,
    /// An `Enforcement`, in JSON; empty where nothing is enforced.
    pub body: String,
}

/// What is rendered from a notice in one language, and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The loader.
    Loader,
    /// The preference dialog.
    Dialog,
    /// The declaration.
    Declaration,
}

impl Part {
    /// Its name in the directory.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loader => "loader",
            Self::Dialog => "dialog",
            Self::Declaration => "declaration",
        }
    }
}
