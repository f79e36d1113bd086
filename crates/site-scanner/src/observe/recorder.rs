//! The recorder of a visit: turns the browser's events into observations. Pure: events and times are arguments.

use super::event::Event;
use super::initiator::{self, calls, from_stack, initiator};
use super::link_header;
use super::observation::{Initiator, Kind, Observation, Party, Phase, bounded};
use super::party::{Site, host_of};
use super::set_cookie::SetCookie;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;

/// Records the observations of one visit.
pub struct Recorder {
    site: Site,
    /// The choice that is in force now.
    pub phase: Phase,
    /// The address of the page being visited.
    pub page: String,
    /// Whether the page has been scrolled or Escape was pressed, and nothing else.
    pub after_gesture: bool,
    binding: String,
    /// The id of the frame of the page itself.
    pub main_frame: String,
    requests: HashMap<String, Exchange>,
    seen: Vec<Observation>,
}

/// A request with its redirections. The events of the request and of the headers come in any order.
#[derive(Default)]
struct Exchange {
    hops: Vec<String>,
    headers: Vec<(Value, u64)>,
    /// How many of the headers were recorded.
    recorded: usize,
}

impl Recorder {
    /// A recorder that has seen nothing. `binding` is the name the probe calls; `main_frame` is the id of the page's
    /// own frame.
    pub fn new(site: Site, binding: String, main_frame: String) -> Self {
        Self {
            site,
            phase: Phase::Before,
            page: String::new(),
            after_gesture: false,
            binding,
            main_frame,
            requests: HashMap::new(),
            seen: Vec::new(),
        }
    }

    /// All observations, in the order in which they were made.
    pub fn into_observations(self) -> Vec<Observation> {
        self.seen
    }

    /// Records an event. Returns whether it shows that the page is still at work.
    pub fn record(&mut self, event: &Event, after_ms: u64) -> bool {
        let params = &event.params;
        match event.method.as_str() {
            "Network.requestWillBeSent" => self.request(&exchange_id(event), params, after_ms),
            "Network.responseReceivedExtraInfo" => {
                let id = exchange_id(event);
                let exchange = self.requests.entry(id.clone()).or_default();
                exchange.headers.push((params.clone(), after_ms));
                self.headers(&id);
            }
            "Network.webSocketCreated" => {
                let by = initiator(&params["initiator"]);
                self.address(Kind::Socket, &text(&params["url"]), None, by, after_ms);
            }
            "Network.loadingFinished" | "Network.loadingFailed" => {}
            "DOMStorage.domStorageItemAdded" | "DOMStorage.domStorageItemUpdated" => {
                self.storage_event(params, after_ms);
            }
            "Debugger.scriptParsed" => {
                let url = text(&params["url"]);
                if url.starts_with("http") {
                    let stack = calls(&params["stackTrace"]["callFrames"]);
                    let by = (!stack.is_empty()).then(|| from_stack("script", stack));
                    self.address(Kind::Script, &url, None, by, after_ms);
                }
                return false;
            }
            "Runtime.bindingCalled" if text(&params["name"]) == self.binding => {
                if let Ok(report) = serde_json::from_str(&text(&params["payload"])) {
                    self.probe(&report, after_ms);
                }
            }
            _ => return false,
        }
        true
    }

    fn request(&mut self, id: &str, params: &Value, after_ms: u64) {
        let url = text(&params["request"]["url"]);
        if !url.starts_with("http") {
            return;
        }
        let exchange = self.requests.entry(id.to_owned()).or_default();
        exchange.hops.push(url.clone());
        let redirected = exchange.hops.len() > 1;
        let mut by = initiator(&params["initiator"]);
        if redirected {
            let from = exchange.hops[exchange.hops.len() - 2].clone();
            by = Some(Initiator {
                way: "redirection".to_owned(),
                url: bounded(&from),
                stack: by.map(|by| by.stack).unwrap_or_default(),
            });
        }
        let form = text(&params["type"]).to_lowercase();
        let in_main_frame = text(&params["frameId"]) == self.main_frame;
        match form.as_str() {
            "document" if !in_main_frame => self.address(Kind::Frame, &url, None, by, after_ms),
            "document" => {
                if self.site.party(&host_of(&url)) == Party::Third {
                    self.address(Kind::Navigation, &url, None, by, after_ms);
                }
            }
            _ => self.address(Kind::Request, &url, Some(form), by, after_ms),
        }
        self.headers(id);
    }

    /// Records the cookies and hints in the headers of an exchange, once it is known which request they answer.
    fn headers(&mut self, id: &str) {
        let Some(exchange) = self.requests.get_mut(id) else {
            return;
        };
        let ready = exchange.hops.len().min(exchange.headers.len());
        let pairs: Vec<_> = (exchange.recorded..ready)
            .map(|at| (exchange.hops[at].clone(), exchange.headers[at].clone()))
            .collect();
        exchange.recorded = ready;
        for (url, (params, after_ms)) in pairs {
            let Some(headers) = params["headers"].as_object() else {
                continue;
            };
            for (name, value) in headers {
                let lines = value.as_str().unwrap_or_default().lines();
                match name.to_ascii_lowercase().as_str() {
                    "set-cookie" => lines.for_each(|line| {
                        let by = initiator::server(&url);
                        let blocked = blocked(&params["blockedCookies"], line);
                        self.cookie(line, &host_of(&url), by, blocked, after_ms);
                    }),
                    "link" => {
                        for (rel, hint) in lines.flat_map(|line| link_header::hints(line, &url)) {
                            let by = Some(initiator::server(&url));
                            self.address(Kind::Hint, hint.as_str(), Some(rel), by, after_ms);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn storage_event(&mut self, params: &Value, after_ms: u64) {
        let id = &params["storageId"];
        let kind = if id["isLocalStorage"].as_bool() == Some(true) {
            Kind::LocalStorage
        } else {
            Kind::SessionStorage
        };
        let origin = id["storageKey"].as_str().or(id["securityOrigin"].as_str());
        let host = host_of(origin.unwrap_or_default());
        self.push(Observed::new(kind, &text(&params["key"]), host), after_ms);
    }

    fn probe(&mut self, report: &Value, after_ms: u64) {
        let name = text(&report["name"]);
        let host = text(&report["host"]);
        let by = initiator::script(&text(&report["stack"]));
        let kind = match text(&report["kind"]).as_str() {
            "cookie" => return self.cookie(&name, &host, by, None, after_ms),
            "service_worker" => {
                return self.address(Kind::ServiceWorker, &name, None, Some(by), after_ms);
            }
            "local_storage" => Kind::LocalStorage,
            "session_storage" => Kind::SessionStorage,
            "indexed_db" => Kind::IndexedDb,
            "cache_storage" => Kind::CacheStorage,
            "reading" => Kind::Reading,
            _ => return,
        };
        let by = Some(by);
        self.push(
            Observed {
                by,
                ..Observed::new(kind, &name, host)
            },
            after_ms,
        );
    }

    fn cookie(
        &mut self,
        line: &str,
        host: &str,
        by: Initiator,
        form: Option<String>,
        after_ms: u64,
    ) {
        let Some(cookie) =
            SetCookie::parse(line, Timestamp::now()).filter(|cookie| !cookie.deletes())
        else {
            return;
        };
        let host = cookie.domain.unwrap_or_else(|| host.to_owned());
        let observed = Observed {
            form,
            lifetime_s: cookie.lifetime_s,
            by: Some(by),
            ..Observed::new(Kind::Cookie, &cookie.name, host)
        };
        self.push(observed, after_ms);
    }

    /// Records the cookies in the browser's jar.
    pub fn jar(&mut self, cookies: &Value, now: Timestamp, after_ms: u64) {
        for cookie in cookies.as_array().into_iter().flatten() {
            let host = text(&cookie["domain"]).trim_start_matches('.').to_owned();
            let end = cookie["expires"].as_f64().filter(|end| *end > 0.0);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "seconds since 1970, and the cast saturates"
            )]
            let left = end.map(|end| u64::try_from(end as i64 - now.as_second()).unwrap_or(0));
            let name = text(&cookie["name"]);
            let observed = Observed {
                lifetime_s: left,
                ..Observed::new(Kind::Cookie, &name, host)
            };
            self.push(observed, after_ms);
        }
    }

    /// Records what a page has on the device, and its hints (`snapshot.js`).
    pub fn snapshot(&mut self, page: &Value, after_ms: u64) {
        let host = host_of(&self.page);
        for (field, kind) in [
            ("local", Kind::LocalStorage),
            ("session", Kind::SessionStorage),
            ("databases", Kind::IndexedDb),
            ("caches", Kind::CacheStorage),
        ] {
            for name in page[field].as_array().into_iter().flatten() {
                let name = text(name);
                self.push(Observed::new(kind, &name, host.clone()), after_ms);
            }
        }
        for worker in page["workers"].as_array().into_iter().flatten() {
            self.address(Kind::ServiceWorker, &text(worker), None, None, after_ms);
        }
        for hint in page["hints"].as_array().into_iter().flatten() {
            let by = Initiator {
                way: "parser".to_owned(),
                url: self.page.clone(),
                stack: Vec::new(),
            };
            let rel = Some(text(&hint["rel"]));
            self.address(Kind::Hint, &text(&hint["url"]), rel, Some(by), after_ms);
        }
    }

    fn address(
        &mut self,
        kind: Kind,
        url: &str,
        form: Option<String>,
        by: Option<Initiator>,
        after_ms: u64,
    ) {
        let observed = Observed::new(kind, url, host_of(url));
        self.push(
            Observed {
                form,
                by,
                ..observed
            },
            after_ms,
        );
    }

    fn push(&mut self, observed: Observed<'_>, after_ms: u64) {
        if observed.name.is_empty() || observed.host.is_empty() {
            return;
        }
        self.seen.push(Observation {
            phase: self.phase,
            page: self.page.clone(),
            after_ms,
            kind: observed.kind,
            name: bounded(observed.name),
            party: self.site.party(&observed.host),
            host: observed.host,
            form: observed.form,
            lifetime_s: observed.lifetime_s,
            by: observed.by,
            after_gesture: self.after_gesture,
        });
    }
}

/// The fields of an observation that come from the event, and not from the visit.
struct Observed<'a> {
    kind: Kind,
    name: &'a str,
    host: String,
    form: Option<String>,
    lifetime_s: Option<u64>,
    by: Option<Initiator>,
}

impl<'a> Observed<'a> {
    fn new(kind: Kind, name: &'a str, host: String) -> Self {
        Self {
            kind,
            name,
            host,
            form: None,
            lifetime_s: None,
            by: None,
        }
    }
}

/// The key of an exchange: each session reports its own.
fn exchange_id(event: &Event) -> String {
    let session = event.session.as_deref().unwrap_or_default();
    format!(
        "{session} {}",
        event.params["requestId"].as_str().unwrap_or_default()
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Why the browser did not keep the cookie of a header's line, if it did not.
fn blocked(list: &Value, line: &str) -> Option<String> {
    let list = list.as_array()?;
    let of_line = list
        .iter()
        .find(|entry| entry["cookieLine"].as_str() == Some(line))?;
    let reason = of_line["blockedReasons"][0].as_str()?;
    Some(format!("blocked by the browser: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use url::Url;

    const PAGE: &str = "https://relais.example/";

    fn recorder() -> Recorder {
        let site = Site::of(&Url::parse(PAGE).unwrap()).unwrap();
        let mut recorder = Recorder::new(site, "probe".to_owned(), "MAIN".to_owned());
        recorder.page = PAGE.to_owned();
        recorder
    }

    fn event(method: &str, params: Value) -> Event {
        Event {
            session: None,
            method: method.to_owned(),
            params,
        }
    }

    fn sent(id: &str, url: &str, kind: &str, frame: &str) -> Event {
        let params = json!({
            "requestId": id, "request": { "url": url }, "type": kind, "frameId": frame,
            "initiator": { "type": "script", "stack": { "callFrames": [
                { "functionName": "go", "url": "https://tags.example/t.js", "lineNumber": 4 }
            ] } }
        });
        event("Network.requestWillBeSent", params)
    }

    #[test]
    fn a_request_says_who_began_it() {
        let mut recorder = recorder();
        assert!(recorder.record(&sent("1", "https://a.example/p.gif", "Image", "MAIN"), 7));
        let seen = recorder.into_observations();
        insta::assert_json_snapshot!(seen, @r#"
        [
          {
            "phase": "before",
            "page": "https://relais.example/",
            "after_ms": 7,
            "kind": "request",
            "name": "https://a.example/p.gif",
            "host": "a.example",
            "party": "third",
            "form": "image",
            "by": {
              "way": "script",
              "url": "https://tags.example/t.js:5",
              "stack": [
                "go https://tags.example/t.js:5"
              ]
            }
          }
        ]
        "#);
    }

    #[test]
    fn documents_are_frames_pages_or_ways_to_another_site() {
        let mut recorder = recorder();
        recorder.record(&sent("1", PAGE, "Document", "MAIN"), 0);
        recorder.record(&sent("2", "https://video.example/e", "Document", "F"), 0);
        recorder.record(&sent("3", "https://bounce.example/", "Document", "MAIN"), 0);
        let kinds: Vec<_> = recorder
            .seen
            .iter()
            .map(|seen| (seen.kind, seen.host.as_str()))
            .collect();
        assert_eq!(
            kinds,
            [
                (Kind::Frame, "video.example"),
                (Kind::Navigation, "bounce.example")
            ]
        );
    }

    #[test]
    fn cookies_of_redirections_are_of_their_own_hop_whatever_came_first() {
        let mut recorder = recorder();
        let headers = |text: &str| {
            event(
                "Network.responseReceivedExtraInfo",
                json!({ "requestId": "1", "headers": { "Set-Cookie": text } }),
            )
        };
        recorder.record(&headers("a=1\nb=2; Max-Age=60"), 1);
        recorder.record(&sent("1", "https://one.example/", "Image", "MAIN"), 2);
        recorder.record(&sent("1", "https://two.example/", "Image", "MAIN"), 3);
        recorder.record(&headers("c=3; Domain=two.example"), 4);
        let cookies = recorder
            .seen
            .iter()
            .filter(|seen| seen.kind == Kind::Cookie);
        let cookies: Vec<_> = cookies
            .map(|seen| (seen.name.as_str(), seen.host.as_str(), seen.lifetime_s))
            .collect();
        assert_eq!(
            cookies,
            [
                ("a", "one.example", None),
                ("b", "one.example", Some(60)),
                ("c", "two.example", None)
            ]
        );
    }

    #[test]
    fn the_probe_is_heard_only_by_its_own_name() {
        let mut recorder = recorder();
        let call = |name: &str| {
            let payload = json!({
                "kind": "cookie", "name": "_id=; Max-Age=5", "host": "relais.example",
                "stack": "    at set (https://tags.example/t.js:3:7)\n    at https://relais.example/:9:1"
            });
            let params = json!({ "name": name, "payload": payload.to_string() });
            event("Runtime.bindingCalled", params)
        };
        recorder.record(&call("other"), 0);
        assert!(recorder.seen.is_empty());
        recorder.record(&call("probe"), 0);
        let by = recorder.seen[0].by.clone().unwrap();
        assert_eq!(by.url, "https://tags.example/t.js:3");
        assert_eq!(
            by.stack,
            [
                "set https://tags.example/t.js:3",
                "https://relais.example/:9"
            ]
        );
    }

    #[test]
    fn link_headers_are_hints() {
        let mut recorder = recorder();
        recorder.record(&sent("1", PAGE, "Document", "MAIN"), 0);
        let link = "<https://cdn.example>; rel=preconnect, </next>; rel=\"next\"";
        let params = json!({ "requestId": "1", "headers": { "link": link } });
        recorder.record(&event("Network.responseReceivedExtraInfo", params), 0);
        assert_eq!(recorder.seen.len(), 1);
        assert_eq!(
            (recorder.seen[0].kind, recorder.seen[0].name.as_str()),
            (Kind::Hint, "https://cdn.example/")
        );
    }
}
