//! What belongs to whom, by the site's own services.

use consent_core::ident::MaterialDigest;
use consent_core::jurisdiction::ConsentModel;
use consent_core::service::CookieName;
use consent_core::site::UnknownCookies;
use consent_core::stored::STORAGE_KEY;
use consent_core::text::Host;
use consent_core::{Notice, Purpose, ServiceId, SiteConfig};
use serde::{Deserialize, Serialize};

/// A site, as far as enforcing its visitors' choices takes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rules {
    /// Whether trackers wait for a yes, or stop at a no.
    pub model: ConsentModel,
    /// The optional purposes asked for.
    pub asked: Vec<Purpose>,
    /// What a stored choice must be an answer to.
    pub material: MaterialDigest,
    /// The domain whose subdomains are the site too.
    pub domain: Option<Host>,
    /// The tools it uses.
    pub services: Vec<ServiceRule>,
    /// What becomes of cookies that none of them lists.
    pub unknown_cookies: UnknownCookies,
}

/// A service, by what it is known by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServiceRule {
    /// Its id.
    pub id: ServiceId,
    /// What it is used for.
    pub purpose: Purpose,
    /// The hosts it is loaded from, and what is below them.
    pub hosts: Vec<Host>,
    /// What it keeps.
    pub cookies: Vec<CookieName>,
    /// Whether its tag runs before a choice, since it obeys Google's Consent Mode.
    pub open: bool,
}

/// Whose something is.
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
    pub fn new(config: &SiteConfig, notice: &Notice) -> Self {
        let services = config.services.iter().map(|service| ServiceRule {
            id: service.id.clone(),
            purpose: service.purpose,
            hosts: service.hosts.clone(),
            cookies: service.cookies.iter().map(|c| c.name.clone()).collect(),
            open: service.consent_mode,
        });
        Self {
            model: notice.model,
            asked: notice.purposes.clone(),
            material: notice.material().digest(),
            domain: config.cookie_domain.clone(),
            services: services.collect(),
            unknown_cookies: config
                .edge
                .as_ref()
                .map_or_else(UnknownCookies::default, |edge| edge.unknown_cookies),
        }
    }

    /// Whose a host is, on a page of the host `own`: the services' first, since a site may measure
    /// itself on a subdomain of its own.
    pub fn owner_of_host(&self, host: &str, own: &str) -> Owner<'_> {
        let below = |known: &Host| known.covers(host);
        if let Some(service) = self.services.iter().find(|s| s.hosts.iter().any(below)) {
            return Owner::Service(service);
        }
        let is_own = host
            .strip_suffix(own)
            .is_some_and(|below| below.is_empty() || below.ends_with('.'));
        if is_own || self.domain.as_ref().is_some_and(below) {
            Owner::Site
        } else {
            Owner::Stranger
        }
    }

    /// Whose a cookie is: the longest pattern knows best. Our own is the site's.
    pub fn owner_of_cookie(&self, name: &str) -> Owner<'_> {
        if name.starts_with(STORAGE_KEY) {
            return Owner::Site;
        }
        let mut keeper: Option<(usize, &ServiceRule)> = None;
        for service in &self.services {
            for pattern in service.cookies.iter().filter(|known| known.covers(name)) {
                let length = pattern.as_str().len();
                if keeper.is_none_or(|(longest, _)| length > longest) {
                    keeper = Some((length, service));
                }
            }
        }
        match (keeper, self.unknown_cookies) {
            (Some((_, service)), _) => Owner::Service(service),
            (None, UnknownCookies::Pass) => Owner::Site,
            (None, UnknownCookies::Hold) => Owner::Stranger,
        }
    }
}
