//! Fictional sites that embed Témoin, and the server that shows them.
//!
//! A site is a folder of `pages/`, plain HTML to be read as an example, and a configuration in
//! `sites/`. Third parties are played by local stand-ins that count their loads, so that a test
//! sees what a page let through. Nothing here is downloaded from anywhere else.

mod answer;
mod page;
mod policy;
mod server;
mod stand_in;

pub use page::Origins;
pub use server::DemoSite;

use anyhow::Context as _;
use page::{WRITTEN_OWN_HOST, host_of};
use std::path::{Path, PathBuf};

/// The sites that are published and served. Each has its pages at `/<site>/`.
pub const SITES: [&str; 6] = [
    "communautaire",
    "boutique",
    "formation",
    "garderie",
    "atelier",
    "bench",
];

/// The configuration of one of [`SITES`], as JSON, for pages served at `own_origin`.
pub fn site_config(site: &str, own_origin: &str) -> anyhow::Result<Vec<u8>> {
    anyhow::ensure!(SITES.contains(&site), "there is no demo site `{site}`");
    let path = folder().join("sites").join(format!("{site}.json"));
    let json = std::fs::read_to_string(&path)
        .with_context(|| format!("reading the configuration {}", path.display()))?;
    Ok(json
        .replace(WRITTEN_OWN_HOST, host_of(own_origin))
        .into_bytes())
}

/// This crate's sources: the pages are read at each request, so an edit needs no build.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The pages of the sites.
pub(crate) fn pages_folder() -> PathBuf {
    folder().join("pages")
}

#[cfg(test)]
mod tests {
    use super::page::WRITTEN_CONSENT_ORIGIN;
    use super::*;
    use consent_core::{SiteConfig, lint};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    const CONSENT: &str = "http://127.0.0.1:19001";
    const OWN: &str = "http://localhost:19002";

    struct Answer {
        status: u16,
        head: String,
        body: String,
    }

    /// Asks as HTTP/1.0, so that the answer ends with the connection and is never chunked, and
    /// with the path as given: an HTTP client would tidy it first.
    fn ask(server: &Served, method: &str, path: &str) -> Answer {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: localhost\r\n\r\n"
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    fn get(server: &Served, path: &str) -> Answer {
        ask(server, "GET", path)
    }

    /// The demo sites, served while this value lives.
    struct Served {
        address: SocketAddr,
        _sites: DemoSite,
    }

    fn served() -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let origins = Origins {
            consent: CONSENT.to_owned(),
            own: OWN.to_owned(),
        };
        Served {
            address,
            _sites: DemoSite::start(listener, origins).unwrap(),
        }
    }

    fn counts(server: &Served) -> Value {
        let answer = get(server, "/standin/counts");
        assert_eq!(answer.status, 200);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Every HTML file under `pages`, as its path from there and its text.
    fn pages() -> Vec<(String, String)> {
        let root = pages_folder();
        let mut folders = vec![root.clone()];
        let mut pages = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path
                    .extension()
                    .is_some_and(|extension| extension == "html")
                {
                    let name = path.strip_prefix(&root).unwrap().display().to_string();
                    pages.push((name, std::fs::read_to_string(path).unwrap()));
                }
            }
        }
        pages
    }

    #[test]
    fn each_stand_in_counts_its_own_loads_until_they_are_cleared() {
        let server = served();
        let none = json!({
            "analytics": 0, "pixel": 0, "pixel_image": 0, "preferences": 0, "video": 0
        });
        assert_eq!(counts(&server), none);
        for (file, kind) in [
            ("analytics.js", "text/javascript"),
            ("analytics.js", "text/javascript"),
            ("pixel.js", "text/javascript"),
            ("pixel.gif?at=1", "image/gif"),
            ("preferences.js", "text/javascript"),
            ("video.html", "text/html"),
        ] {
            let answer = get(&server, &format!("/standin/{file}"));
            assert_eq!(answer.status, 200, "{file}");
            assert!(
                answer.head.contains(&format!("content-type: {kind}")),
                "{file}"
            );
            assert!(answer.head.contains("cache-control: no-store"), "{file}");
        }
        assert_eq!(get(&server, "/standin/unknown.js").status, 404);
        assert_eq!(
            counts(&server),
            json!({ "analytics": 2, "pixel": 1, "pixel_image": 1, "preferences": 1, "video": 1 })
        );
        assert_eq!(ask(&server, "DELETE", "/standin/counts").status, 204);
        assert_eq!(counts(&server), none);
    }

    #[test]
    fn pages_name_the_servers_in_use() {
        let server = served();
        let page = get(&server, "/communautaire/");
        assert_eq!(page.status, 200);
        assert!(page.head.contains("content-type: text/html"));
        assert!(page.head.contains("cache-control: no-store"));
        let tag = format!(r#"<script src="{CONSENT}/t/communautaire.js"></script>"#);
        assert!(page.body.contains(&tag));
        for path in ["/", "/bench/", "/communautaire/atelier.html"] {
            let page = get(&server, path);
            assert_eq!(page.status, 200, "{path}");
            assert!(page.body.contains(CONSENT), "{path}");
            assert!(page.body.trim_end().ends_with("</html>"), "{path}");
            assert!(!page.body.contains(WRITTEN_CONSENT_ORIGIN), "{path}");
            assert!(!page.body.contains(WRITTEN_OWN_HOST), "{path}");
        }
    }

    #[test]
    fn a_page_under_a_strict_policy_has_a_nonce_of_its_own_in_each_answer() {
        let server = served();
        let nonces = [(); 2].map(|()| {
            let page = get(&server, "/communautaire/don.html");
            let (_, policy) = page.head.split_once("content-security-policy: ").unwrap();
            let policy = policy.lines().next().unwrap();
            assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"));
            assert!(policy.contains(&format!("connect-src {CONSENT}; ")));
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
            let (_, rest) = policy.split_once("'nonce-").unwrap();
            let nonce = rest.split('\'').next().unwrap().to_owned();
            assert_eq!(nonce.len(), 32);
            for element in ["<script", "<style", r#"<link rel="stylesheet""#] {
                for tag in page.body.split(element).skip(1) {
                    let tag = tag.split('>').next().unwrap();
                    assert!(
                        tag.ends_with(&format!(r#" nonce="{nonce}""#)),
                        "{element}{tag}"
                    );
                }
            }
            assert!(!page.body.contains(policy::WRITTEN_NONCE));
            nonce
        });
        assert_ne!(nonces[0], nonces[1]);
        let other = get(&server, "/communautaire/");
        assert!(!other.head.contains("content-security-policy"));
    }

    #[test]
    fn a_folder_without_its_slash_is_redirected() {
        let answer = get(&served(), "/communautaire");
        assert_eq!(answer.status, 307);
        assert!(answer.head.contains("location: /communautaire/"));
    }

    #[test]
    fn an_unknown_page_is_a_small_page_too() {
        let answer = get(&served(), "/communautaire/absent.html");
        assert_eq!(answer.status, 404);
        assert!(answer.head.contains("content-type: text/html"));
        assert!(answer.body.contains("Page not found"));
    }

    #[test]
    fn nothing_outside_the_pages_is_served() {
        let server = served();
        for path in [
            "/../Cargo.toml",
            "/communautaire/../../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/%2e%2e%2fCargo.toml",
            "/..%5cCargo.toml",
            "/standin/..%2fCargo.toml",
            "//etc/passwd",
            "/%2fetc%2fpasswd",
        ] {
            let answer = get(&server, path);
            assert_eq!(answer.status, 404, "{path}");
            assert!(!answer.body.contains("[package]"), "{path}");
        }
    }

    #[test]
    fn every_configuration_passes_the_lint_and_names_the_origin_in_use() {
        for site in SITES {
            let json = site_config(site, OWN).unwrap();
            let config =
                SiteConfig::parse(&json).unwrap_or_else(|errors| panic!("{site}: {errors:?}"));
            let origins: Vec<_> = config.origins.iter().map(ToString::to_string).collect();
            let other = OWN.replace("localhost", "entrainement.localhost");
            let expected = [OWN.to_owned(), other];
            let domains = if site == "formation" { 2 } else { 1 };
            assert_eq!(origins, expected[..domains], "{site}");
        }
        assert!(site_config("../Cargo", OWN).is_err());
    }

    /// What the lint says of a configuration in `sites/`, a line for each finding.
    fn findings(file: &str) -> String {
        let json = std::fs::read(folder().join("sites").join(file)).unwrap();
        let config = SiteConfig::parse(&json).unwrap_or_else(|errors| panic!("{file}: {errors:?}"));
        lint::findings(&config)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.field, finding.message))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_lint_finds_nothing_in_the_demo_sites_but_what_atelier_states() {
        for site in SITES {
            // Its policy asks again at the end of the thirteen months, not at the six of the CNIL.
            let expected = if site == "atelier" {
                "reask_after_months: is 13; good practice there (CNIL) is 6"
            } else {
                ""
            };
            assert_eq!(findings(&format!("{site}.json")), expected, "{site}");
        }
    }

    /// The non-profit's policy, as it was published, calls the pixels of two social networks
    /// "anonymous statistics". The site that is served files them where the lint says.
    #[test]
    fn the_lint_says_that_pixels_filed_under_statistics_are_marketing() {
        insta::assert_snapshot!(findings("communautaire-as-published.json"), @r"
        services[3].safeguard: is not said, and the data leaves the jurisdiction (US)
        services[4].purpose: is statistics, but Pixel Meta (Facebook) is marketing by its own terms: file it there
        services[4].safeguard: is not said, and the data leaves the jurisdiction (US)
        services[5].purpose: is statistics, but LinkedIn Insight is marketing by its own terms: file it there
        services[5].safeguard: is not said, and the data leaves the jurisdiction (US)
        services[6].safeguard: is not said, and the data leaves the jurisdiction (US)
        services[7].safeguard: is not said, and the data leaves the jurisdiction (US)
        ");
    }

    /// A policy page says in words what its configuration says in fields.
    #[test]
    fn every_policy_states_what_its_configuration_does() {
        let pages: BTreeMap<_, _> = pages().into_iter().collect();
        for site in SITES.into_iter().filter(|site| *site != "bench") {
            let policy = &pages[&format!("{site}/confidentialite.html")];
            let config = SiteConfig::parse(&site_config(site, OWN).unwrap()).unwrap();
            let states = |words: &str| assert!(policy.contains(words), "{site}: {words}");
            let person = config.controller.person_in_charge.as_str();
            states(person.split(',').next().unwrap());
            states(config.controller.contact.as_str());
            states(&format!(r#"datetime="{}""#, config.policy.version));
            states(config.jurisdiction.authority().url);
            states(r#"<div data-temoin="declaration"></div>"#);
            if let Some(months) = config.audience_data_months {
                states(&format!("{months}&nbsp;mois"));
            }
            for service in &config.services {
                states(service.recipient.as_str());
                for cookie in &service.cookies {
                    states(&format!("<code>{}</code>", cookie.name));
                }
            }
        }
    }

    #[test]
    fn the_tag_is_the_first_script_of_every_page_of_a_site() {
        let mut seen = Vec::new();
        for (name, page) in pages() {
            let Some(site) = SITES.into_iter().find(|site| name.starts_with(site)) else {
                continue;
            };
            let tag = format!(r#"<script src="{WRITTEN_CONSENT_ORIGIN}/t/{site}.js""#);
            assert_eq!(page.find("<script"), page.find(&tag), "{name}");
            let blocked = page.find("data-src").unwrap_or(page.len());
            assert!(page.find(&tag) < Some(blocked), "{name}");
            seen.push(site);
        }
        assert!(SITES.iter().all(|site| seen.contains(site)));
    }

    #[test]
    fn every_blocked_element_names_a_service_of_its_configuration() {
        for (name, page) in pages() {
            let Some(site) = SITES.into_iter().find(|site| name.starts_with(site)) else {
                continue;
            };
            let config = SiteConfig::parse(&site_config(site, OWN).unwrap()).unwrap();
            for element in page.split('<').filter(|tag| tag.contains("data-service=")) {
                let value = |attribute: &str| {
                    let (_, rest) = element.split_once(&format!("{attribute}=\"")).unwrap();
                    rest.split('"').next().unwrap()
                };
                let service = config
                    .services
                    .iter()
                    .find(|service| service.id.to_string() == value("data-service"))
                    .unwrap_or_else(|| panic!("{name}: {element}"));
                assert_eq!(
                    service.purpose.to_string(),
                    value("data-category"),
                    "{name}"
                );
            }
        }
    }
}
