//! The addresses of the API. A path that names nothing is refused here, before anything is read.

use crate::refusal::Refusal;
use consent_core::{NoticeHash, SiteId};
use worker::Method;

/// A request that the server understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `GET /t/SITE.js`
    Loader(SiteId),
    /// `GET /w/NAME`
    Asset(String),
    /// `GET /v1/notices/HASH`
    Notice(NoticeHash),
    /// `PUT /v1/sites/SITE`
    Publish(SiteId),
    /// `POST /v1/sites/SITE/consents`
    Report(SiteId),
    /// `GET /v1/sites/SITE/consents`
    Consents(SiteId),
    /// `GET /v1/health`
    Health,
}

impl Route {
    /// The route of a request.
    pub fn parse(method: &Method, path: &str) -> Result<Self, Refusal> {
        // A HEAD is answered like a GET; the runtime leaves the body out.
        let method = if *method == Method::Head {
            &Method::Get
        } else {
            method
        };
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let routes: Vec<(Method, Self)> = match *segments {
            ["t", file] => vec![(
                Method::Get,
                Self::Loader(site(file.strip_suffix(".js").unwrap_or_default())?),
            )],
            ["w", name] => vec![(Method::Get, Self::Asset(name.to_owned()))],
            ["v1", "health"] => vec![(Method::Get, Self::Health)],
            ["v1", "notices", hash] => {
                let hash = hash.parse().map_err(|_| Refusal::UnknownNotice)?;
                vec![(Method::Get, Self::Notice(hash))]
            }
            ["v1", "sites", name] => vec![(Method::Put, Self::Publish(site(name)?))],
            ["v1", "sites", name, "consents"] => {
                let site = site(name)?;
                vec![
                    (Method::Get, Self::Consents(site.clone())),
                    (Method::Post, Self::Report(site)),
                ]
            }
            _ => return Err(Refusal::NoSuchAddress),
        };
        let allowed: Vec<&str> = routes.iter().map(|(method, _)| method.as_ref()).collect();
        let allowed = allowed.join(", ");
        routes
            .into_iter()
            .find_map(|(candidate, route)| (candidate == *method).then_some(route))
            .ok_or(Refusal::MethodNotAllowed { allowed })
    }
}

fn site(name: &str) -> Result<SiteId, Refusal> {
    name.parse().map_err(|_| Refusal::UnknownSite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(method: &Method, path: &str) -> Result<Route, String> {
        Route::parse(method, path).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn addresses_that_exist() {
        let site: SiteId = "communautaire".parse().unwrap();
        for (method, path, route) in [
            (
                Method::Get,
                "/t/communautaire.js",
                Route::Loader(site.clone()),
            ),
            (
                Method::Head,
                "/t/communautaire.js",
                Route::Loader(site.clone()),
            ),
            (
                Method::Put,
                "/v1/sites/communautaire",
                Route::Publish(site.clone()),
            ),
            (
                Method::Post,
                "/v1/sites/communautaire/consents",
                Route::Report(site.clone()),
            ),
            (
                Method::Get,
                "/v1/sites/communautaire/consents",
                Route::Consents(site),
            ),
        ] {
            assert_eq!(parse(&method, path), Ok(route));
        }
    }

    #[test]
    fn addresses_that_do_not() {
        for (method, path, refusal) in [
            (Method::Get, "/", Refusal::NoSuchAddress),
            (Method::Get, "/v1/sites", Refusal::NoSuchAddress),
            (Method::Get, "/t/communautaire", Refusal::UnknownSite),
            (Method::Get, "/t/../x.js", Refusal::NoSuchAddress),
            (Method::Get, "/t/A.js", Refusal::UnknownSite),
            (Method::Get, "/v1/notices/abc", Refusal::UnknownNotice),
            (
                Method::Delete,
                "/v1/sites/a/consents",
                Refusal::MethodNotAllowed {
                    allowed: "GET, POST".to_owned(),
                },
            ),
        ] {
            assert_eq!(parse(&method, path), Err(refusal.to_string()), "{path}");
        }
    }
}
