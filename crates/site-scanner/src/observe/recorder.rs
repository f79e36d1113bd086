//! Turns what a browser tells into observations. Pure: events and times come in as arguments.

use crate::browser::devtools::Event;
use crate::observe::observation::{Initiator, Kind, Observation, Party, Phase};
use crate::observe::party::{Site, host_of};
use crate::observe::set_cookie::SetCookie;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;

/// As much of an address as is kept: the rest would be the value of something.
const LONGEST_NAME: usize = 400;
/// How many calls of a stack are kept.
const DEEPEST_STACK: usize = 6;

/// What one visit has seen.
pub struct Recorder {
    site: Site,
    /// What is decided by now.
    pub phase: Phase,
    /// The page that is visited.
    pub page: String,
    /// Whether there was nothing but a gesture since the page came.
    pub after_gesture: bool,
    binding: String,
    main_frame: String,
    requests: HashMap<String, Exchange>,
    seen: Vec<Observation>,
}

/// A request with its redirections. Which comes first, the request or its headers, is not promised.
#[derive(Default)]
struct Exchange {
    hops: Vec<String>,
    headers: Vec<(Value, u64)>,
    told: usize,
}

impl Recorder {
    /// Nothing seen yet. The binding is the probe's; the frame is the page's own.
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

    /// All that was seen.
    pub fn into_observations(self) -> Vec<Observation> {
        self.seen
    }

    /// Takes in an event. Whether the page is at work, so that it is not yet time to go on.
    pub fn take(&mut self, event: &Event, after_ms: u64) -> bool {
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
                    let by = (!stack.is_empty()).then(|| of_stack("script", stack));
                    self.address(Kind::Script, &url, None, by, after_ms);
                }
                return false;
            }
            "Runtime.bindingCalled" if text(&params["name"]) == self.binding => {
                if let Ok(said) = serde_json::from_str(&text(&params["payload"])) {
                    self.probe(&said, after_ms);
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
                url: cut(&from),
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

    /// What the headers of an exchange ask to be kept, once it is known whose they are.
    fn headers(&mut self, id: &str) {
        let Some(exchange) = self.requests.get_mut(id) else {
            return;
        };
        let ready = exchange.hops.len().min(exchange.headers.len());
        let pairs: Vec<_> = (exchange.told..ready)
            .map(|at| (exchange.hops[at].clone(), exchange.headers[at].clone()))
            .collect();
        exchange.told = ready;
        for (url, (params, after_ms)) in pairs {
            let Some(headers) = params["headers"].as_object() else {
                continue;
            };
            for (name, value) in headers {
                let lines = value.as_str().unwrap_or_default().lines();
                match name.to_ascii_lowercase().as_str() {
                    "set-cookie" => lines.for_each(|line| {
                        let by = Initiator {
                            way: "header".to_owned(),
                            url: cut(&url),
                            stack: Vec::new(),
                        };
                        let blocked = blocked(&params["blockedCookies"], line);
                        self.cookie(line, &host_of(&url), by, blocked, after_ms);
                    }),
                    "link" => lines.for_each(|line| self.link_header(line, &url, after_ms)),
                    _ => {}
                }
            }
        }
    }

    fn link_header(&mut self, line: &str, from: &str, after_ms: u64) {
        for link in line.split(',') {
            let Some((address, parameters)) = link.trim().trim_start_matches('<').split_once('>')
            else {
                continue;
            };
            let rel = parameters.split(';').find_map(|parameter| {
                let (key, value) = parameter.trim().split_once('=')?;
                key.eq_ignore_ascii_case("rel")
                    .then(|| value.trim_matches('"').to_owned())
            });
            let ahead = rel.filter(|rel| {
                ["preconnect", "dns-prefetch", "preload", "prefetch"].contains(&rel.as_str())
            });
            let base = url::Url::parse(from).ok();
            if let (Some(rel), Some(url)) = (ahead, base.and_then(|base| base.join(address).ok())) {
                let by = Initiator {
                    way: "header".to_owned(),
                    url: cut(from),
                    stack: Vec::new(),
                };
                self.address(Kind::Hint, url.as_str(), Some(rel), Some(by), after_ms);
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
        self.push(
            kind,
            &text(&params["key"]),
            host,
            None,
            None,
            None,
            after_ms,
        );
    }

    fn probe(&mut self, said: &Value, after_ms: u64) {
        let name = text(&said["name"]);
        let host = text(&said["host"]);
        let stack: Vec<_> = text(&said["stack"])
            .lines()
            .filter_map(call_of_line)
            .take(DEEPEST_STACK)
            .collect();
        let by = of_stack("script", stack);
        let kind = match text(&said["kind"]).as_str() {
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
        self.push(kind, &name, host, None, None, Some(by), after_ms);
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
        self.push(
            Kind::Cookie,
            &cookie.name,
            host,
            form,
            cookie.lifetime_s,
            Some(by),
            after_ms,
        );
    }

    /// What the browser's own list of cookies has.
    pub fn jar(&mut self, cookies: &Value, now: Timestamp, after_ms: u64) {
        for cookie in cookies.as_array().into_iter().flatten() {
            let host = text(&cookie["domain"]).trim_start_matches('.').to_owned();
            let end = cookie["expires"].as_f64().filter(|end| *end > 0.0);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "seconds since 1970, and the cast saturates"
            )]
            let left = end.map(|end| u64::try_from(end as i64 - now.as_second()).unwrap_or(0));
            self.push(
                Kind::Cookie,
                &text(&cookie["name"]),
                host,
                None,
                left,
                None,
                after_ms,
            );
        }
    }

    /// What a page says of itself (`snapshot.js`).
    pub fn snapshot(&mut self, page: &Value, after_ms: u64) {
        let host = host_of(&self.page);
        for (field, kind) in [
            ("local", Kind::LocalStorage),
            ("session", Kind::SessionStorage),
            ("databases", Kind::IndexedDb),
            ("caches", Kind::CacheStorage),
        ] {
            for name in page[field].as_array().into_iter().flatten() {
                self.push(kind, &text(name), host.clone(), None, None, None, after_ms);
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
        self.push(kind, url, host_of(url), form, None, by, after_ms);
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of an observation")]
    fn push(
        &mut self,
        kind: Kind,
        name: &str,
        host: String,
        form: Option<String>,
        lifetime_s: Option<u64>,
        by: Option<Initiator>,
        after_ms: u64,
    ) {
        if name.is_empty() || host.is_empty() {
            return;
        }
        self.seen.push(Observation {
            phase: self.phase,
            page: self.page.clone(),
            after_ms,
            kind,
            name: cut(name),
            party: self.site.party(&host),
            host,
            form,
            lifetime_s,
            by,
            after_gesture: self.after_gesture,
        });
    }
}

/// A request is told of by each session that sees it.
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

/// As much of a text as is kept, without what would drive a terminal.
fn cut(text: &str) -> String {
    let plain = text
        .chars()
        .map(|char| if char.is_control() { '\u{fffd}' } else { char });
    let mut kept: String = plain.take(LONGEST_NAME).collect();
    if text.chars().nth(LONGEST_NAME).is_some() {
        kept.push('…');
    }
    kept
}

/// Why the browser did not keep a cookie.
fn blocked(list: &Value, line: &str) -> Option<String> {
    let list = list.as_array()?;
    let of_line = list
        .iter()
        .find(|entry| entry["cookieLine"].as_str() == Some(line))?;
    let reason = of_line["blockedReasons"][0].as_str()?;
    Some(format!("blocked by the browser: {reason}"))
}

/// Who the protocol says began a request.
fn initiator(value: &Value) -> Option<Initiator> {
    let way = value["type"].as_str()?;
    let mut stack = calls(&value["stack"]["callFrames"]);
    let mut parent = &value["stack"]["parent"];
    while parent.is_object() && stack.len() < DEEPEST_STACK {
        stack.extend(calls(&parent["callFrames"]));
        parent = &parent["parent"];
    }
    stack.truncate(DEEPEST_STACK);
    if !stack.is_empty() {
        return Some(of_stack(way, stack));
    }
    let line = value["lineNumber"]
        .as_u64()
        .map(|line| format!(":{}", line + 1));
    let url = value["url"].as_str().unwrap_or_default();
    Some(Initiator {
        way: way.to_owned(),
        url: if url.is_empty() {
            String::new()
        } else {
            format!("{}{}", cut(url), line.unwrap_or_default())
        },
        stack: Vec::new(),
    })
}

fn of_stack(way: &str, stack: Vec<String>) -> Initiator {
    let url = stack.first().and_then(|call| call.rsplit(' ').next());
    Initiator {
        way: way.to_owned(),
        url: url.unwrap_or_default().to_owned(),
        stack,
    }
}

/// Calls as `function address:line`.
fn calls(frames: &Value) -> Vec<String> {
    let frames = frames.as_array().into_iter().flatten();
    frames
        .filter(|frame| {
            frame["url"]
                .as_str()
                .is_some_and(|url| url.starts_with("http"))
        })
        .take(DEEPEST_STACK)
        .map(|frame| {
            let line = frame["lineNumber"].as_u64().unwrap_or(0) + 1;
            let name = frame["functionName"].as_str().unwrap_or_default();
            format!("{name} {}:{line}", cut(&text(&frame["url"])))
                .trim_start()
                .to_owned()
        })
        .collect()
}

/// A line of a stack as V8 writes it, `at set (https://tags.example/t.js:3:7)`, as `set address:line`.
fn call_of_line(line: &str) -> Option<String> {
    let line = line
        .trim()
        .trim_start_matches("at ")
        .trim_start_matches("async ");
    let start = line.find("http://").or_else(|| line.find("https://"))?;
    let name = line[..start].trim_end_matches('(').trim();
    let address = line[start..].trim_end_matches(')');
    let (address, _column) = address.rsplit_once(':')?;
    Some(format!("{name} {}", cut(address)).trim_start().to_owned())
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
        assert!(recorder.take(&sent("1", "https://a.example/p.gif", "Image", "MAIN"), 7));
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
        recorder.take(&sent("1", PAGE, "Document", "MAIN"), 0);
        recorder.take(&sent("2", "https://video.example/e", "Document", "F"), 0);
        recorder.take(&sent("3", "https://bounce.example/", "Document", "MAIN"), 0);
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
        recorder.take(&headers("a=1\nb=2; Max-Age=60"), 1);
        recorder.take(&sent("1", "https://one.example/", "Image", "MAIN"), 2);
        recorder.take(&sent("1", "https://two.example/", "Image", "MAIN"), 3);
        recorder.take(&headers("c=3; Domain=two.example"), 4);
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
        recorder.take(&call("other"), 0);
        assert!(recorder.seen.is_empty());
        recorder.take(&call("probe"), 0);
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
    fn names_are_bounded_and_drive_no_terminal() {
        assert_eq!(cut("a\u{1b}[2Jé"), "a\u{fffd}[2Jé");
        assert_eq!(cut(&"é".repeat(LONGEST_NAME)).chars().count(), LONGEST_NAME);
        assert_eq!(
            cut(&"é".repeat(LONGEST_NAME + 1)).chars().count(),
            LONGEST_NAME + 1
        );
    }

    #[test]
    fn link_headers_are_hints() {
        let mut recorder = recorder();
        recorder.take(&sent("1", PAGE, "Document", "MAIN"), 0);
        let link = "<https://cdn.example>; rel=preconnect, </next>; rel=\"next\"";
        let params = json!({ "requestId": "1", "headers": { "link": link } });
        recorder.take(&event("Network.responseReceivedExtraInfo", params), 0);
        assert_eq!(recorder.seen.len(), 1);
        assert_eq!(
            (recorder.seen[0].kind, recorder.seen[0].name.as_str()),
            (Kind::Hint, "https://cdn.example/")
        );
    }
}
