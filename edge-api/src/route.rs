//! The addresses of the API. A path that is not one of them is refused here, before anything is read.

use crate::directory::protocol::Part;
use crate::http::error::ApiError;
use consent_core::log_origin::{Log, SiteLog};
use consent_core::register::Register;
use consent_core::text::LanguageTag;
use consent_core::webhook::{MessageId, WebhookId};
use consent_core::{GrantId, NoticeHash, ReceiptId, ServerName, Sha256Digest, SiteId};
use consent_log::LogResource;
use worker::Method;

/// A request that the server understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `GET /t/SITE.js`
    Loader(SiteId),
    /// `GET /v1/sites/SITE/ticket`
    Ticket(SiteId),
    /// `GET /t/temoin.d.ts`
    Types,
    /// `GET /t/SITE/HASH/LANGUAGE.js`, by the loader's own hash, and `GET
    /// /n/HASH/LANGUAGE/dialog.html` and `declaration.html`, by the notice's
    Part(Sha256Digest, LanguageTag, Part),
    /// `GET /d/SITE` and `GET /d/SITE/LANGUAGE`
    DeclarationPage(SiteId, Option<LanguageTag>),
    /// `GET /v1/sites/SITE/declaration`
    Declaration(SiteId),
    /// `GET /w/NAME`
    Asset(String),
    /// `GET /v1/notices/HASH`
    Notice(NoticeHash),
    /// `GET /v1/token`
    Token,
    /// `GET /v1/sites/SITE/tokens`, and `GET /v1/tokens` without a site
    Tokens(Option<SiteId>),
    /// `POST /v1/sites/SITE/tokens`, and `POST /v1/tokens` without a site
    MakeToken(Option<SiteId>),
    /// `DELETE /v1/sites/SITE/tokens/ID`, and `DELETE /v1/tokens/ID` without a site
    RevokeToken(Option<SiteId>, GrantId),
    /// `GET /preview/SITE/HASH/LANGUAGE`
    Preview(SiteId, Sha256Digest, LanguageTag),
    /// `GET /v1/sites`
    Sites,
    /// `GET /v1/sites/SITE`
    Configuration(SiteId),
    /// `PUT /v1/sites/SITE`
    Publish(SiteId),
    /// `DELETE /v1/sites/SITE`
    Leave(SiteId),
    /// `GET /v1/sites/SITE/editions`
    Editions(SiteId),
    /// `GET /v1/sites/SITE/editions/HASH`
    Edition(SiteId, Sha256Digest),
    /// `POST /v1/sites/SITE/editions/HASH/publish`
    PublishEdition(SiteId, Sha256Digest),
    /// `GET /v1/sites/SITE/compare`
    Compare(SiteId),
    /// `GET /v1/sites/SITE/hosts`
    Hosts(SiteId),
    /// `DELETE /v1/sites/SITE/hosts/HOST`
    ReleaseHost(SiteId, String),
    /// `POST /v1/sites/SITE/consents`
    Report(SiteId),
    /// `GET /v1/sites/SITE/consents`
    Consents(SiteId),
    /// `GET /v1/sites/SITE/consents/count`
    Count(SiteId),
    /// `GET /v1/sites/SITE/export`
    Export(SiteId),
    /// `GET /v1/sites/SITE/stats`
    Stats(SiteId),
    /// `GET /v1/sites/SITE/reads`
    Reads(SiteId),
    /// `GET /v1/receipts/ID`
    Receipt(ReceiptId),
    /// `DELETE /v1/receipts/ID`
    Erase(ReceiptId),
    /// `OPTIONS /v1/receipts/ID`
    ReceiptPreflight(ReceiptId),
    /// `GET /v1/sites/SITE/receipts`
    Receipts(SiteId),
    /// `DELETE /v1/sites/SITE/receipts`
    EraseAll(SiteId),
    /// `OPTIONS /v1/sites/SITE/receipts`
    ReceiptsPreflight(SiteId),
    /// `POST /v1/sites/SITE/handovers`
    CreateHandover(SiteId),
    /// `GET /v1/sites/SITE/handovers/TOKEN`
    RedeemHandover(SiteId, String),
    /// `GET /v1/sites/SITE/logs`
    Logs(SiteId),
    /// `POST /v1/sites/SITE/classifications`
    Classify(SiteId),
    /// `OPTIONS /v1/sites/SITE/classifications`
    ClassifyPreflight,
    /// `GET /i/SITE.js`
    Inspector(SiteId),
    /// `POST /v1/sites/SITE/evidence`
    Evidence(SiteId),
    /// `GET /v1/sites/SITE/events`
    Events(SiteId),
    /// `/v1/sites/SITE/webhooks/…` and `POST /v1/sites/SITE/forks`
    Webhooks(SiteId, WebhookRoute),
    /// `/v1/sites/SITE/requests/…` and `/v1/sites/SITE/incidents/…`
    Registers(SiteId, RegisterRoute),
    /// `GET /log/SERVER/SITE/QUARTER/SHARD/…`
    SiteLog(ServerName, SiteLog, LogResource),
    /// `GET /log/SERVER/anchor/…`
    Anchor(ServerName, LogResource),
    /// `GET /v1/health`
    Health,
    /// `GET /v1/openapi.json`
    OpenApi,
    /// `GET /` and `GET /console`
    Door,
    /// `GET /console/`
    Console,
    /// `GET /console/NAME`
    ConsoleFile(String),
}

/// What is asked of a site's webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookRoute {
    /// `GET /v1/sites/SITE/webhooks`
    List,
    /// `POST /v1/sites/SITE/webhooks`
    Make,
    /// `GET /v1/sites/SITE/webhooks/ID`
    Read(WebhookId),
    /// `PATCH /v1/sites/SITE/webhooks/ID`
    Change(WebhookId),
    /// `DELETE /v1/sites/SITE/webhooks/ID`
    Remove(WebhookId),
    /// `POST /v1/sites/SITE/webhooks/ID/secret`
    NewSecret(WebhookId),
    /// `POST /v1/sites/SITE/webhooks/ID/test`
    Test(WebhookId),
    /// `GET /v1/sites/SITE/webhooks/ID/deliveries`
    Deliveries(WebhookId),
    /// `POST /v1/sites/SITE/webhooks/ID/deliveries/DELIVERY/resend`
    Resend(WebhookId, MessageId),
    /// `POST /v1/sites/SITE/forks`
    Forked,
}

/// What is asked of a site's registers. Each is below `/v1/sites/SITE/requests` or `/v1/sites/SITE/incidents`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterRoute {
    /// `GET …`
    List(Register),
    /// `POST …`
    Open(Register),
    /// `GET …/table`
    Table(Register),
    /// `GET …/NUMBER`
    Read(Register, u32),
    /// `POST …/NUMBER/notes`
    Note(Register, u32),
    /// `DELETE …/NUMBER`: of an incident there is no such thing.
    EraseRequest(u32),
}

impl RegisterRoute {
    /// Whether something is written or erased.
    pub const fn is_write(self) -> bool {
        matches!(self, Self::Open(_) | Self::Note(..) | Self::EraseRequest(_))
    }
}

/// The method that a name is of. The worker crate reads a name that it does not know as GET, and a method that is not
/// the API's must not be answered as one that is: such a name becomes TRACE, which no route answers to.
pub fn method(name: &str) -> Method {
    let method = Method::from(name.to_owned());
    if method.as_ref() == name {
        method
    } else {
        Method::Trace
    }
}

impl Route {
    /// The route of a request.
    pub fn parse(method: &Method, path: &str) -> Result<Self, ApiError> {
        // A HEAD is answered like a GET; the runtime leaves the body out.
        let method = if *method == Method::Head {
            &Method::Get
        } else {
            method
        };
        if let Some(tail) = path.strip_prefix("/log/") {
            return if *method == Method::Get {
                log(tail)
            } else {
                let allowed = "GET".to_owned();
                Err(ApiError::MethodNotAllowed { allowed })
            };
        }
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let routes = match *segments {
            [""] if path == "/" => vec![(Method::Get, Self::Door)],
            ["v1", "sites"] => vec![(Method::Get, Self::Sites)],
            ["v1", "sites", name, ref tail @ ..] => of_site(name, tail)?,
            ["v1", ..] => Self::of_api(&segments)?,
            _ => Self::of_page(&segments)?,
        };
        let allowed: Vec<&str> = routes.iter().map(|(method, _)| method.as_ref()).collect();
        let allowed = allowed.join(", ");
        routes
            .into_iter()
            .find_map(|(candidate, route)| (candidate == *method).then_some(route))
            .ok_or(ApiError::MethodNotAllowed { allowed })
    }

    /// What pages load, and what people read: all that is outside `/v1/`.
    fn of_page(segments: &[&str]) -> Result<Vec<(Method, Self)>, ApiError> {
        Ok(match *segments {
            ["t", "temoin.d.ts"] => vec![(Method::Get, Self::Types)],
            ["t", file] => vec![(
                Method::Get,
                Self::Loader(site(file.strip_suffix(".js").unwrap_or_default())?),
            )],
            ["t", _, hash, file] => {
                let language = file.strip_suffix(".js").ok_or(ApiError::NoSuchAddress)?;
                vec![(Method::Get, part(hash, language, Part::Loader)?)]
            }
            ["n", hash, language, "dialog.html"] => {
                vec![(Method::Get, part(hash, language, Part::Dialog)?)]
            }
            ["n", hash, language, "declaration.html"] => {
                vec![(Method::Get, part(hash, language, Part::Declaration)?)]
            }
            ["d", name] => vec![(Method::Get, Self::DeclarationPage(site(name)?, None))],
            ["d", name, language] => {
                let language = language.parse().map_err(|_| ApiError::UnknownLanguage)?;
                let page = Self::DeclarationPage(site(name)?, Some(language));
                vec![(Method::Get, page)]
            }
            ["preview", name, hash, language] => {
                let hash = hash.parse().map_err(|_| ApiError::UnknownPart)?;
                let language = language.parse().map_err(|_| ApiError::UnknownLanguage)?;
                let page = Self::Preview(site(name)?, hash, language);
                vec![(Method::Get, page)]
            }
            ["w", name] => vec![(Method::Get, Self::Asset(name.to_owned()))],
            ["i", file] => vec![(
                Method::Get,
                Self::Inspector(site(file.strip_suffix(".js").unwrap_or_default())?),
            )],
            ["console"] => vec![(Method::Get, Self::Door)],
            ["console", ""] => vec![(Method::Get, Self::Console)],
            ["console", name] => vec![(Method::Get, Self::ConsoleFile(name.to_owned()))],
            _ => return Err(ApiError::NoSuchAddress),
        })
    }

    /// What belongs to no site, or names it otherwise: `/v1/…`.
    fn of_api(segments: &[&str]) -> Result<Vec<(Method, Self)>, ApiError> {
        Ok(match *segments {
            ["v1", "health"] => vec![(Method::Get, Self::Health)],
            ["v1", "openapi.json"] => vec![(Method::Get, Self::OpenApi)],
            ["v1", "token"] => vec![(Method::Get, Self::Token)],
            ["v1", "tokens", ref tail @ ..] => tokens(None, tail)?,
            ["v1", "notices", hash] => {
                let hash = hash.parse().map_err(|_| ApiError::UnknownNotice)?;
                vec![(Method::Get, Self::Notice(hash))]
            }
            ["v1", "receipts", id] => {
                let id: ReceiptId = id.parse().map_err(|_| ApiError::UnknownReceipt)?;
                vec![
                    (Method::Get, Self::Receipt(id.clone())),
                    (Method::Delete, Self::Erase(id.clone())),
                    (Method::Options, Self::ReceiptPreflight(id)),
                ]
            }
            _ => return Err(ApiError::NoSuchAddress),
        })
    }

    /// The site that the route is about, if it is about one.
    pub const fn site(&self) -> Option<&SiteId> {
        match self {
            Self::Loader(site)
            | Self::Ticket(site)
            | Self::Configuration(site)
            | Self::Publish(site)
            | Self::Leave(site)
            | Self::Editions(site)
            | Self::Edition(site, _)
            | Self::PublishEdition(site, _)
            | Self::Compare(site)
            | Self::Hosts(site)
            | Self::ReleaseHost(site, _)
            | Self::Report(site)
            | Self::Consents(site)
            | Self::Count(site)
            | Self::Export(site)
            | Self::Stats(site)
            | Self::Reads(site)
            | Self::Receipts(site)
            | Self::EraseAll(site)
            | Self::ReceiptsPreflight(site)
            | Self::CreateHandover(site)
            | Self::RedeemHandover(site, _)
            | Self::Logs(site)
            | Self::Evidence(site)
            | Self::Events(site)
            | Self::Webhooks(site, _)
            | Self::Registers(site, _)
            | Self::Classify(site)
            | Self::Inspector(site)
            | Self::Declaration(site)
            | Self::DeclarationPage(site, _)
            | Self::SiteLog(_, SiteLog { site, .. }, _)
            | Self::Receipt(ReceiptId { site, .. })
            | Self::Erase(ReceiptId { site, .. })
            | Self::ReceiptPreflight(ReceiptId { site, .. }) => Some(site),
            Self::Tokens(site) | Self::MakeToken(site) | Self::RevokeToken(site, _) => {
                site.as_ref()
            }
            // A page that the server shows under its own name alone.
            Self::Preview(..)
            | Self::Types
            | Self::Token
            | Self::Sites
            | Self::ClassifyPreflight
            | Self::Part(..)
            | Self::Asset(_)
            | Self::Notice(_)
            | Self::Anchor(..)
            | Self::Door
            | Self::Console
            | Self::ConsoleFile(_)
            | Self::OpenApi
            | Self::Health => None,
        }
    }

    /// Whether the route is the same under every host: it names something by its content, or the anchor's log.
    pub const fn is_for_every_site(&self) -> bool {
        matches!(
            self,
            Self::Types | Self::Part(..) | Self::Asset(_) | Self::Notice(_) | Self::Anchor(..)
        )
    }
}

/// Reads the origin of a log, and which of its resources is asked for. The Worker checks the server's name.
fn log(tail: &str) -> Result<Route, ApiError> {
    // A slash within the origin may come encoded.
    let tail = tail.replace("%2F", "/").replace("%2f", "/");
    let (origin, resource) = LogResource::split(&tail).ok_or(ApiError::UnknownLog)?;
    let (server, _) = origin.split_once('/').ok_or(ApiError::UnknownLog)?;
    let server: ServerName = server.parse().map_err(|_| ApiError::UnknownLog)?;
    match server.log_of(origin).ok_or(ApiError::UnknownLog)? {
        Log::Anchor => Ok(Route::Anchor(server, resource)),
        Log::Site(log) => Ok(Route::SiteLog(server, log, resource)),
    }
}

fn part(hash: &str, language: &str, part: Part) -> Result<Route, ApiError> {
    let hash = hash.parse().map_err(|_| ApiError::UnknownPart)?;
    let language = language.parse().map_err(|_| ApiError::NoSuchAddress)?;
    Ok(Route::Part(hash, language, part))
}

/// The routes of one site, `/v1/sites/SITE/…`, by what follows its name.
fn of_site(name: &str, tail: &[&str]) -> Result<Vec<(Method, Route)>, ApiError> {
    Ok(match *tail {
        [] => {
            let site = site(name)?;
            vec![
                (Method::Get, Route::Configuration(site.clone())),
                (Method::Put, Route::Publish(site.clone())),
                (Method::Delete, Route::Leave(site)),
            ]
        }
        ["editions"] => vec![(Method::Get, Route::Editions(site(name)?))],
        ["editions", hash] => {
            let edition = Route::Edition(site(name)?, edition(hash)?);
            vec![(Method::Get, edition)]
        }
        ["editions", hash, "publish"] => {
            let publish = Route::PublishEdition(site(name)?, edition(hash)?);
            vec![(Method::Post, publish)]
        }
        ["compare"] => vec![(Method::Get, Route::Compare(site(name)?))],
        ["hosts"] => vec![(Method::Get, Route::Hosts(site(name)?))],
        ["hosts", host] => vec![(
            Method::Delete,
            Route::ReleaseHost(site(name)?, host.to_owned()),
        )],
        ["tokens", ref tail @ ..] => tokens(Some(&site(name)?), tail)?,
        ["webhooks", ref tail @ ..] => webhooks(&site(name)?, tail)?,
        ["requests", ref tail @ ..] => register(&site(name)?, Register::Requests, tail)?,
        ["incidents", ref tail @ ..] => register(&site(name)?, Register::Incidents, tail)?,
        ["forks"] => vec![(
            Method::Post,
            Route::Webhooks(site(name)?, WebhookRoute::Forked),
        )],
        ["consents"] => {
            let site = site(name)?;
            vec![
                (Method::Get, Route::Consents(site.clone())),
                (Method::Post, Route::Report(site)),
            ]
        }
        ["consents", "count"] => vec![(Method::Get, Route::Count(site(name)?))],
        ["export"] => vec![(Method::Get, Route::Export(site(name)?))],
        ["stats"] => vec![(Method::Get, Route::Stats(site(name)?))],
        ["reads"] => vec![(Method::Get, Route::Reads(site(name)?))],
        ["ticket"] => vec![(Method::Get, Route::Ticket(site(name)?))],
        ["receipts"] => receipts(&site(name)?),
        ["declaration"] => {
            vec![(Method::Get, Route::Declaration(site(name)?))]
        }
        ["logs"] => vec![(Method::Get, Route::Logs(site(name)?))],
        ["classifications"] => vec![
            (Method::Post, Route::Classify(site(name)?)),
            (Method::Options, Route::ClassifyPreflight),
        ],
        ["evidence"] => vec![(Method::Post, Route::Evidence(site(name)?))],
        ["events"] => vec![(Method::Get, Route::Events(site(name)?))],
        ["handovers"] => {
            vec![(Method::Post, Route::CreateHandover(site(name)?))]
        }
        ["handovers", token] => {
            vec![(
                Method::Get,
                Route::RedeemHandover(site(name)?, token.to_owned()),
            )]
        }
        _ => return Err(ApiError::NoSuchAddress),
    })
}

/// The routes of a site's webhooks, by what follows `/v1/sites/SITE/webhooks`.
fn webhooks(site: &SiteId, tail: &[&str]) -> Result<Vec<(Method, Route)>, ApiError> {
    let webhook = |id: &str| {
        id.parse::<WebhookId>()
            .map_err(|_| ApiError::UnknownWebhook)
    };
    let routes = match *tail {
        [] => vec![
            (Method::Get, WebhookRoute::List),
            (Method::Post, WebhookRoute::Make),
        ],
        [id] => {
            let id = webhook(id)?;
            vec![
                (Method::Get, WebhookRoute::Read(id.clone())),
                (Method::Patch, WebhookRoute::Change(id.clone())),
                (Method::Delete, WebhookRoute::Remove(id)),
            ]
        }
        [id, "secret"] => vec![(Method::Post, WebhookRoute::NewSecret(webhook(id)?))],
        [id, "test"] => vec![(Method::Post, WebhookRoute::Test(webhook(id)?))],
        [id, "deliveries"] => vec![(Method::Get, WebhookRoute::Deliveries(webhook(id)?))],
        [id, "deliveries", message, "resend"] => {
            let message = message.parse().map_err(|_| ApiError::UnknownDelivery)?;
            vec![(Method::Post, WebhookRoute::Resend(webhook(id)?, message))]
        }
        _ => return Err(ApiError::NoSuchAddress),
    };
    let of_site = |(method, route)| (method, Route::Webhooks(site.clone(), route));
    Ok(routes.into_iter().map(of_site).collect())
}

/// The routes of a register, by what follows its name.
fn register(
    site: &SiteId,
    register: Register,
    tail: &[&str],
) -> Result<Vec<(Method, Route)>, ApiError> {
    let case = |text: &str| text.parse::<u32>().map_err(|_| ApiError::UnknownCase);
    let routes = match *tail {
        [] => vec![
            (Method::Get, RegisterRoute::List(register)),
            (Method::Post, RegisterRoute::Open(register)),
        ],
        ["table"] => vec![(Method::Get, RegisterRoute::Table(register))],
        [number] => {
            let number = case(number)?;
            let mut routes = vec![(Method::Get, RegisterRoute::Read(register, number))];
            if register == Register::Requests {
                routes.push((Method::Delete, RegisterRoute::EraseRequest(number)));
            }
            routes
        }
        [number, "notes"] => vec![(Method::Post, RegisterRoute::Note(register, case(number)?))],
        _ => return Err(ApiError::NoSuchAddress),
    };
    let of_site = |(method, route)| (method, Route::Registers(site.clone(), route));
    Ok(routes.into_iter().map(of_site).collect())
}

/// What may be asked of the tokens of a site, or of all.
fn tokens(site: Option<&SiteId>, tail: &[&str]) -> Result<Vec<(Method, Route)>, ApiError> {
    let site = site.cloned();
    Ok(match *tail {
        [] => vec![
            (Method::Get, Route::Tokens(site.clone())),
            (Method::Post, Route::MakeToken(site)),
        ],
        [id] => {
            let id = id.parse().map_err(|_| ApiError::UnknownToken)?;
            vec![(Method::Delete, Route::RevokeToken(site, id))]
        }
        _ => return Err(ApiError::NoSuchAddress),
    })
}

/// What the holder of a secret may ask of a site's receipts.
fn receipts(site: &SiteId) -> Vec<(Method, Route)> {
    vec![
        (Method::Get, Route::Receipts(site.clone())),
        (Method::Delete, Route::EraseAll(site.clone())),
        (Method::Options, Route::ReceiptsPreflight(site.clone())),
    ]
}

fn site(name: &str) -> Result<SiteId, ApiError> {
    name.parse().map_err(|_| ApiError::UnknownSite)
}

fn edition(hash: &str) -> Result<Sha256Digest, ApiError> {
    hash.parse().map_err(|_| ApiError::UnknownEdition)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(method: &Method, path: &str) -> Result<Route, String> {
        Route::parse(method, path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_method_that_is_not_known_is_not_taken_for_another() {
        for name in ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"] {
            assert_eq!(method(name).as_ref(), name);
        }
        for name in ["QUERY", "get", "PROPFIND", "", "BREW"] {
            assert_eq!(method(name), Method::Trace, "{name}");
            assert!(parse(&method(name), "/v1/health").is_err(), "{name}");
        }
    }

    #[test]
    fn addresses_that_exist() {
        let site: SiteId = "communautaire".parse().unwrap();
        for (method, path, route) in [
            (Method::Get, "/t/temoin.d.ts", Route::Types),
            (Method::Get, "/", Route::Door),
            (Method::Get, "/console", Route::Door),
            (Method::Get, "/console/", Route::Console),
            (
                Method::Get,
                "/console/a.js",
                Route::ConsoleFile("a.js".to_owned()),
            ),
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
                Method::Get,
                "/d/communautaire",
                Route::DeclarationPage(site.clone(), None),
            ),
            (
                Method::Get,
                "/d/communautaire/fr-CA",
                Route::DeclarationPage(site.clone(), Some("fr-CA".parse().unwrap())),
            ),
            (
                Method::Get,
                "/v1/sites/communautaire/declaration",
                Route::Declaration(site.clone()),
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
                Route::Consents(site.clone()),
            ),
            (
                Method::Delete,
                "/v1/receipts/communautaire.000102030405060708090a0b0c0d0e0f",
                Route::Erase(ReceiptId {
                    site: site.clone(),
                    report: "000102030405060708090a0b0c0d0e0f".parse().unwrap(),
                }),
            ),
            (
                Method::Get,
                "/v1/sites/communautaire/handovers/a.b",
                Route::RedeemHandover(site, "a.b".to_owned()),
            ),
        ] {
            assert_eq!(parse(&method, path), Ok(route));
        }
    }

    /// Which operations of `crates/api-document` a route is, and all of them. A new route does not compile without its
    /// own.
    macro_rules! operations {
        ($($route:pat => $($name:literal)|*;)*) => {
            fn operations(route: &Route) -> &'static [&'static str] {
                match route {
                    $($route => &[$($name),*],)*
                }
            }

            const OPERATIONS: &[&str] = &[$($($name,)*)*];
        };
    }

    operations! {
        Route::Loader(_) => "getLoader";
        Route::Ticket(_) => "getTicket";
        Route::Types => "getTypes";
        Route::Part(_, _, Part::Loader) => "getPinnedLoader";
        Route::Part(_, _, Part::Dialog) => "getDialog";
        Route::Part(_, _, Part::Declaration) => "getDeclarationPart";
        Route::DeclarationPage(_, None) => "getDeclarationPage";
        Route::DeclarationPage(_, Some(_)) => "getDeclarationPageIn";
        Route::Declaration(_) => "getDeclaration";
        Route::Asset(_) => "getAsset";
        Route::Notice(_) => "getNotice";
        Route::Token => "getToken";
        Route::Tokens(None) => "listTokens";
        Route::Tokens(Some(_)) => "listSiteTokens";
        Route::MakeToken(None) => "makeToken";
        Route::MakeToken(Some(_)) => "makeSiteToken";
        Route::RevokeToken(None, _) => "revokeToken";
        Route::RevokeToken(Some(_), _) => "revokeSiteToken";
        Route::Preview(..) => "getPreview";
        Route::Sites => "listSites";
        Route::Configuration(_) => "getSite";
        Route::Publish(_) => "publishSite";
        Route::Leave(_) => "leaveSite";
        Route::Reads(_) => "listReads";
        Route::Export(_) => "exportConsents";
        Route::Webhooks(_, WebhookRoute::List) => "listWebhooks";
        Route::Webhooks(_, WebhookRoute::Make) => "makeWebhook";
        Route::Webhooks(_, WebhookRoute::Read(_)) => "getWebhook";
        Route::Webhooks(_, WebhookRoute::Change(_)) => "changeWebhook";
        Route::Webhooks(_, WebhookRoute::Remove(_)) => "removeWebhook";
        Route::Webhooks(_, WebhookRoute::NewSecret(_)) => "renewWebhookSecret";
        Route::Webhooks(_, WebhookRoute::Test(_)) => "testWebhook";
        Route::Webhooks(_, WebhookRoute::Deliveries(_)) => "listDeliveries";
        Route::Webhooks(_, WebhookRoute::Resend(..)) => "resendDelivery";
        Route::Webhooks(_, WebhookRoute::Forked) => "reportFork";
        Route::Registers(_, RegisterRoute::List(Register::Requests)) => "listRequests";
        Route::Registers(_, RegisterRoute::List(Register::Incidents)) => "listIncidents";
        Route::Registers(_, RegisterRoute::Open(Register::Requests)) => "openRequest";
        Route::Registers(_, RegisterRoute::Open(Register::Incidents)) => "openIncident";
        Route::Registers(_, RegisterRoute::Table(Register::Requests)) => "getRequestTable";
        Route::Registers(_, RegisterRoute::Table(Register::Incidents)) => "getIncidentTable";
        Route::Registers(_, RegisterRoute::Read(Register::Requests, _)) => "getRequest";
        Route::Registers(_, RegisterRoute::Read(Register::Incidents, _)) => "getIncident";
        Route::Registers(_, RegisterRoute::Note(Register::Requests, _)) => "noteOnRequest";
        Route::Registers(_, RegisterRoute::Note(Register::Incidents, _)) => "noteOnIncident";
        Route::Registers(_, RegisterRoute::EraseRequest(_)) => "eraseRequest";
        Route::Editions(_) => "listEditions";
        Route::Edition(..) => "getEdition";
        Route::PublishEdition(..) => "publishEdition";
        Route::Compare(_) => "compareEditions";
        Route::Hosts(_) => "listHosts";
        Route::ReleaseHost(..) => "releaseHost";
        Route::Report(_) => "reportConsent";
        Route::Consents(_) => "listConsents";
        Route::Count(_) => "countConsents";
        Route::Stats(_) => "getStats";
        Route::Receipt(_) => "getReceipt";
        Route::Erase(_) => "eraseReceipt";
        Route::Receipts(_) => "listReceipts";
        Route::EraseAll(_) => "eraseReceipts";
        Route::CreateHandover(_) => "createHandover";
        Route::RedeemHandover(..) => "redeemHandover";
        Route::Logs(_) => "listLogs";
        Route::Classify(_) => "classify";
        Route::Inspector(_) => "getInspector";
        Route::Evidence(_) => "enterEvidence";
        Route::Events(_) => "listEvents";
        Route::SiteLog(..) => "getLogCheckpoint" | "getLogKey" | "getLogTile" | "getLogPartialTile" | "getLogEntries"
            | "getLogPartialEntries";
        Route::Anchor(..) => "getAnchorCheckpoint" | "getAnchorKey" | "getAnchorTile" | "getAnchorPartialTile"
            | "getAnchorEntries" | "getAnchorPartialEntries";
        Route::Health => "getHealth";
        Route::OpenApi => "getOpenApi";
        Route::Door => "openServer" | "openConsole";
        Route::Console => "getConsole";
        Route::ConsoleFile(_) => "getConsoleFile";
        // What only browsers send, by themselves.
        Route::ReceiptPreflight(_) | Route::ReceiptsPreflight(_) | Route::ClassifyPreflight => ;
    }

    #[test]
    fn every_route_is_an_operation_of_the_document_and_every_operation_is_a_route() {
        const DOCUMENT: &str = include_str!("../../crates/api-document/prepared/openapi.json");
        let document: serde_json::Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut documented = Vec::new();
        for (template, methods) in document["paths"].as_object().unwrap() {
            let all = methods.as_object().unwrap();
            for (name, operation) in all {
                let mut path = template.clone();
                for parameter in operation["parameters"].as_array().unwrap() {
                    if parameter["in"] == "path" {
                        let example = &parameter["example"];
                        let text = example
                            .as_str()
                            .map_or_else(|| example.to_string(), str::to_owned);
                        let name = parameter["name"].as_str().unwrap();
                        path = path.replace(&format!("{{{name}}}"), &text);
                    }
                }
                let method = Method::from(name.to_uppercase());
                let route = parse(&method, &path);
                let id = operation["operationId"].as_str().unwrap();
                let known = route
                    .as_ref()
                    .is_ok_and(|route| operations(route).contains(&id));
                assert!(known, "{id}: {name} {path} is the route {route:?}");
                documented.push(id);
            }
            // The methods that the address says it answers to are those of the document, and preflights.
            let path = template
                .replace("{site}", "a")
                .replace("{receipt}", &format!("a.{}", "0".repeat(32)));
            if let (false, Err(ApiError::MethodNotAllowed { allowed })) =
                (path.contains('{'), Route::parse(&Method::Patch, &path))
            {
                let allowed = allowed
                    .split(", ")
                    .filter(|one| *one != "OPTIONS")
                    .map(str::to_lowercase);
                let mut allowed: Vec<String> = allowed.collect();
                allowed.sort();
                assert_eq!(
                    allowed,
                    all.keys().cloned().collect::<Vec<_>>(),
                    "{template}"
                );
            }
        }
        documented.sort_unstable();
        let mut of_routes = OPERATIONS.to_vec();
        of_routes.sort_unstable();
        assert_eq!(of_routes, documented);
    }

    #[test]
    fn addresses_that_do_not() {
        for (method, path, error) in [
            (Method::Get, "//", ApiError::NoSuchAddress),
            (Method::Get, "/v1/site", ApiError::NoSuchAddress),
            (Method::Get, "/console/sites/a", ApiError::NoSuchAddress),
            (Method::Get, "/v1/sites/", ApiError::UnknownSite),
            (
                Method::Post,
                "/v1/sites",
                ApiError::MethodNotAllowed {
                    allowed: "GET".to_owned(),
                },
            ),
            (
                Method::Get,
                "/v1/sites/a/editions/abc",
                ApiError::UnknownEdition,
            ),
            (Method::Get, "/t/communautaire", ApiError::UnknownSite),
            (Method::Get, "/t/../x.js", ApiError::NoSuchAddress),
            (Method::Get, "/t/relais/abc/fr-CA.js", ApiError::UnknownPart),
            (
                Method::Get,
                "/n/abc/fr-CA/dialog.html",
                ApiError::UnknownPart,
            ),
            (
                Method::Get,
                "/n/abc/fr-CA/other.html",
                ApiError::NoSuchAddress,
            ),
            (Method::Get, "/d/", ApiError::UnknownSite),
            (Method::Get, "/d/relais/FR", ApiError::UnknownLanguage),
            (Method::Get, "/t/A.js", ApiError::UnknownSite),
            (Method::Get, "/t/other.d.ts", ApiError::UnknownSite),
            (Method::Get, "/v1/notices/abc", ApiError::UnknownNotice),
            (Method::Get, "/v1/receipts/relais", ApiError::UnknownReceipt),
            (
                Method::Get,
                "/v1/receipts/relais.12",
                ApiError::UnknownReceipt,
            ),
            (
                Method::Delete,
                "/v1/sites/a/consents",
                ApiError::MethodNotAllowed {
                    allowed: "GET, POST".to_owned(),
                },
            ),
        ] {
            assert_eq!(parse(&method, path), Err(error.to_string()), "{path}");
        }
    }
}
