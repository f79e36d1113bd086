//! The rules of a site: which service a host or a cookie belongs to.

use crate::index::Index;
use crate::service::ServiceRule;
use consent_core::ident::ServiceId;
use consent_core::jurisdiction::ConsentModel;
use consent_core::service::Service;
use consent_core::site::UnknownCookies;
use consent_core::stored::{AskedByPlace, STORAGE_KEY};
use consent_core::text::{Host, covers};
use consent_core::{Notice, Purpose, SiteConfig};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What visitors are asked under one law.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    /// Whether trackers wait for a yes, or stop at a no.
    pub model: ConsentModel,
    /// The same of each optional purpose, where they differ. Rules that were stored before they could have none.
    #[serde(default)]
    pub models: BTreeMap<Purpose, ConsentModel>,
    /// The optional purposes asked for.
    pub asked: Vec<Purpose>,
    /// The services that need no consent under this law.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub exempt: BTreeSet<ServiceId>,
    /// What a stored choice must be an answer to.
    #[serde(flatten)]
    pub choice: AskedByPlace,
}

impl Question {
    /// What a notice asks, and which stored choices answer it.
    pub fn new(notice: &Notice, choice: AskedByPlace) -> Self {
        Self {
            model: notice.model,
            models: notice.models.clone(),
            asked: notice.purposes.clone(),
            exempt: notice.exempt().map(|service| service.id.clone()).collect(),
            choice,
        }
    }
}

/// What enforcing the choices of a site's visitors needs to know of the site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Rules {
    /// What visitors are asked; where the site has several laws, under the one that applies where no other does.
    #[serde(flatten)]
    pub question: Question,
    /// The domain whose subdomains are the site too.
    pub domain: Option<Host>,
    /// The hosts of its origins, which are the site too. Rules that were stored before there were any have none.
    pub own_hosts: Vec<String>,
    /// The tools it uses.
    pub services: Vec<ServiceRule>,
    /// What becomes of cookies that none of them lists.
    pub unknown_cookies: UnknownCookies,
    /// The services by what they are known by; made once, when the rules are made or read.
    #[serde(skip)]
    index: Index,
}

/// The rules as they are written.
#[derive(Deserialize)]
struct Written {
    #[serde(flatten)]
    question: Question,
    domain: Option<Host>,
    #[serde(default)]
    own_hosts: Vec<String>,
    services: Vec<ServiceRule>,
    unknown_cookies: UnknownCookies,
}

impl From<Written> for Rules {
    fn from(written: Written) -> Self {
        let Written {
            question,
            domain,
            own_hosts,
            services,
            unknown_cookies,
        } = written;
        Self {
            question,
            domain,
            own_hosts,
            index: Index::new(&services),
            services,
            unknown_cookies,
        }
    }
}

/// The owner of a host or a cookie.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'a> {
    /// The site's own.
    Site,
    /// A service's.
    Service(&'a ServiceRule),
    /// Nobody's that the site names.
    Stranger,
}

impl<'a> Owner<'a> {
    /// What it waits for; nothing, where it is the site's own. A stranger waits for marketing.
    pub const fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Site => None,
            Self::Service(service) => Some(service.purpose),
            Self::Stranger => Some(Purpose::Marketing),
        }
    }

    /// The service, if it is one.
    pub const fn service(self) -> Option<&'a ServiceRule> {
        match self {
            Self::Service(service) => Some(service),
            Self::Site | Self::Stranger => None,
        }
    }
}

impl Rules {
    /// The rules of a published site.
    pub fn new(config: &SiteConfig, notice: &Notice, asked: AskedByPlace) -> Self {
        let service = |service: &Service| ServiceRule {
            id: service.id.clone(),
            purpose: service.purpose,
            hosts: service.hosts.clone(),
            cookies: service.cookies.iter().map(|c| c.name.clone()).collect(),
            open: service.consent_mode,
        };
        Self::from(Written {
            question: Question::new(notice, asked),
            domain: config.cookie_domain.clone(),
            own_hosts: config
                .origins
                .iter()
                .map(|origin| origin.host().to_owned())
                .collect(),
            services: config.services.iter().map(service).collect(),
            unknown_cookies: config
                .edge
                .as_ref()
                .map_or_else(UnknownCookies::default, |edge| edge.unknown_cookies),
        })
    }

    /// The exempt services of a question, each with its purpose.
    pub fn exempt<'a>(
        &'a self,
        question: &'a Question,
    ) -> impl Iterator<Item = (&'a ServiceId, Purpose)> {
        let services = self.services.iter();
        let exempt = services.filter(|service| question.exempt.contains(&service.id));
        exempt.map(|service| (&service.id, service.purpose))
    }

    /// Whether a service is one of marketing.
    pub fn is_marketing(&self, id: &ServiceId) -> bool {
        let mut services = self.services.iter();
        services.any(|service| service.id == *id && service.purpose == Purpose::Marketing)
    }

    /// Whose a host is, on a page of the host `own`: the services' first, since a site may measure
    /// itself on a subdomain of its own.
    pub fn owner_of_host(&self, host: &str, own: &str) -> Owner<'_> {
        if let Some(service) = self.service_of_host(host) {
            return Owner::Service(service);
        }
        let is_own = covers(own, host) || self.own_hosts.iter().any(|own| covers(own, host));
        if is_own
            || self
                .domain
                .as_ref()
                .is_some_and(|domain| domain.covers(host))
        {
            Owner::Site
        } else {
            Owner::Stranger
        }
    }

    /// The service that a host belongs to.
    pub fn service_of_host(&self, host: &str) -> Option<&ServiceRule> {
        self.service_at(self.index.of_host(host))
    }

    /// Whose a cookie is. Our own is the site's.
    pub fn owner_of_cookie(&self, name: &str) -> Owner<'_> {
        if name.starts_with(STORAGE_KEY) {
            return Owner::Site;
        }
        let service = self.service_at(self.index.of_cookie(name));
        match (service, self.unknown_cookies) {
            (Some(service), _) => Owner::Service(service),
            (None, UnknownCookies::Pass) => Owner::Site,
            (None, UnknownCookies::Hold) => Owner::Stranger,
        }
    }

    fn service_at(&self, position: Option<usize>) -> Option<&ServiceRule> {
        self.services.get(position?)
    }
}
