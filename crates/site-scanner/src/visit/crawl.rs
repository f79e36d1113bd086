//! The crawl: which pages of the site are visited, if `robots.txt` allows them (RFC 9309), and how fast.

use crate::agent::{AGENT, user_agent};
use crate::observe::observation::Party;
use crate::observe::party::Site;
use anyhow::{Result, bail, ensure};
use robotxt::Robots;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::{Duration, Instant};
use url::Url;

/// Extensions of files that are not pages.
const NOT_PAGES: [&str; 22] = [
    "7z", "avi", "csv", "doc", "docx", "exe", "gif", "gz", "ics", "jpeg", "jpg", "mp3", "mp4",
    "pdf", "png", "svg", "webp", "xls", "xlsx", "xml", "zip", "rss",
];

/// Keeps a delay between the beginnings of two pages.
pub struct Pace {
    delay: Duration,
    last: Option<Instant>,
}

impl Pace {
    /// With this delay from the beginning of one page to that of the next.
    pub const fn new(delay: Duration) -> Self {
        Self { delay, last: None }
    }

    /// Waits until the next page may begin.
    pub fn wait(&mut self) {
        if let Some(last) = self.last {
            std::thread::sleep(self.delay.saturating_sub(last.elapsed()));
        }
        self.last = Some(Instant::now());
    }
}

/// The queue of pages to visit.
pub struct Queue {
    site: Site,
    max_pages: usize,
    max_depth: usize,
    known: BTreeSet<String>,
    waiting: VecDeque<(Url, usize)>,
    taken: usize,
}

impl Queue {
    /// A queue from a first page, with at most `max_pages` pages, at most `max_depth` links away.
    pub fn new(first: &Url, site: Site, max_pages: usize, max_depth: usize) -> Self {
        let mut queue = Self {
            site,
            max_pages,
            max_depth,
            known: BTreeSet::new(),
            waiting: VecDeque::new(),
            taken: 0,
        };
        queue.add(first.clone(), 0);
        queue
    }

    /// The next page, and how many links it is away from the first one.
    pub fn next(&mut self) -> Option<(Url, usize)> {
        if self.taken == self.max_pages {
            return None;
        }
        let next = self.waiting.pop_front()?;
        self.taken += 1;
        Some(next)
    }

    /// Gives back the last page, which could not be visited, so that another one may be.
    pub fn give_back(&mut self) {
        self.taken -= 1;
    }

    /// How many pages will be visited, as far as is known.
    pub fn total(&self) -> usize {
        (self.taken + self.waiting.len()).min(self.max_pages)
    }

    /// Adds the pages that the links of a page lead to.
    pub fn follow(&mut self, links: &[String], depth: usize) {
        if depth == self.max_depth {
            return;
        }
        for link in links {
            if let Ok(url) = Url::parse(link) {
                self.add(url, depth + 1);
            }
        }
    }

    fn add(&mut self, mut url: Url, depth: usize) {
        url.set_fragment(None);
        let ours = url
            .host_str()
            .is_some_and(|host| self.site.party(host) == Party::First);
        let web = matches!(url.scheme(), "http" | "https");
        let extension = url
            .path()
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let page = extension.is_none_or(|extension| !NOT_PAGES.contains(&extension.as_str()));
        if ours && web && page && self.known.insert(url.to_string()) {
            self.waiting.push_back((url, depth));
        }
    }
}

/// The `robots.txt` of each origin, read when it is first needed.
pub struct RobotsRules {
    agent: ureq::Agent,
    /// The rules, or why they could not be read.
    known: HashMap<String, Result<Robots, String>>,
}

impl RobotsRules {
    /// No `robots.txt` read yet.
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .user_agent(user_agent())
            .build();
        Self {
            agent: config.into(),
            known: HashMap::new(),
        }
    }

    /// The rules for an address, or why they could not be read.
    fn of(&mut self, url: &Url) -> &Result<Robots, String> {
        let origin = url.origin().ascii_serialization();
        let agent = &self.agent;
        self.known
            .entry(origin)
            .or_insert_with_key(|origin| read(agent, origin))
    }

    /// Why a page may not be visited; nothing where it may.
    pub fn refusal(&mut self, url: &Url) -> Option<String> {
        match self.of(url) {
            Ok(robots) if robots.is_url_allowed(url) => None,
            Ok(_) => Some("robots.txt does not allow it".to_owned()),
            Err(reason) => Some(reason.clone()),
        }
    }

    /// An error if the first page may not be visited.
    pub fn require(&mut self, url: &Url) -> Result<()> {
        match self.of(url) {
            Ok(robots) => ensure!(
                robots.is_url_allowed(url),
                "robots.txt does not allow {url}; if the site is yours, allow it there:\nUser-agent: \
                 {AGENT}\nAllow: /"
            ),
            Err(reason) => bail!("{url}: {reason}"),
        }
        Ok(())
    }
}

/// Reads the rules of an origin. A server that fails allows nothing; one without the file allows everything (RFC 9309, section 2.3.1).
fn read(agent: &ureq::Agent, origin: &str) -> Result<Robots, String> {
    let mut response = agent
            .get(format!("{origin}/robots.txt"))
            .call()
            .map_err(|error| {
                format!("the server cannot be reached ({error}); check the address, and that it answers from this machine")
            })?;
    let status = response.status();
    if status.is_server_error() {
        return Err(format!(
            "the server answers {status} for robots.txt, which allows nothing (RFC 9309, section 2.3.1); try again once it answers"
        ));
    }
    if !status.is_success() {
        return Ok(Robots::allow_all());
    }
    // At most as much is read as RFC 9309 demands, section 2.5.
    Robots::from_reader(response.body_mut().as_reader(), AGENT)
        .map_err(|error| format!("robots.txt cannot be read ({error})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(most: usize, deepest: usize) -> Queue {
        let first = Url::parse("https://www.relais.example/").unwrap();
        let site = Site::of(&first).unwrap();
        Queue::new(&first, site, most, deepest)
    }

    fn visited(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.next())
            .map(|(url, _)| url.to_string())
            .collect()
    }

    #[test]
    fn links_of_the_site_are_followed_once_and_nothing_else_is() {
        let mut queue = queue(10, 2);
        let links = [
            "https://www.relais.example/#top",
            "https://www.relais.example/a",
            "https://www.relais.example/a#b",
            "https://boutique.relais.example/",
            "https://autre.example/",
            "https://www.relais.example/liste.PDF",
            "mailto:a@relais.example",
            "nonsense",
        ];
        queue.follow(&links.map(str::to_owned), 0);
        assert_eq!(queue.total(), 3);
        let pages = [
            "https://www.relais.example/",
            "https://www.relais.example/a",
            "https://boutique.relais.example/",
        ];
        assert_eq!(visited(&mut queue), pages);
    }

    #[test]
    fn pages_are_bounded_in_number_and_depth() {
        let mut short = queue(2, 2);
        let links: Vec<_> = (0..5)
            .map(|n| format!("https://www.relais.example/{n}"))
            .collect();
        short.follow(&links, 0);
        assert_eq!(visited(&mut short).len(), 2);
        let mut shallow = queue(9, 1);
        shallow.follow(&links[..1], 1);
        assert_eq!(visited(&mut shallow).len(), 1);
    }

    #[test]
    fn a_page_that_was_not_visited_makes_room() {
        let mut queue = queue(1, 2);
        queue.follow(&["https://www.relais.example/a".to_owned()], 0);
        assert!(queue.next().is_some());
        queue.give_back();
        assert!(queue.next().is_some_and(|(url, _)| url.path() == "/a"));
    }

    #[test]
    fn robots_are_asked_by_our_own_name() {
        let text = b"User-agent: *\nDisallow: /prive\n\nUser-agent: TemoinScan\nDisallow: /lent\n";
        let robots = Robots::parse(text, AGENT);
        assert!(robots.is_allowed("/prive") && !robots.is_allowed("/lent"));
        let mut rules = RobotsRules::new();
        rules
            .known
            .insert("https://relais.example".to_owned(), Ok(robots));
        let url = Url::parse("https://relais.example/lent").unwrap();
        let error = rules.require(&url).unwrap_err().to_string();
        assert!(error.contains("User-agent: TemoinScan"), "{error}");
    }

    /// Answers each request with these bytes, at an address of its own.
    fn server(answer: &'static [u8]) -> Url {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
                let _ = std::io::Write::write_all(&mut stream, answer);
            }
        });
        address.parse().unwrap()
    }

    #[test]
    fn what_keeps_a_page_from_being_visited_is_said_as_it_is() {
        let refusal = |url: &Url| RobotsRules::new().refusal(url).unwrap_or_default();
        let refused = "HTTP/1.1 200 OK\r\ncontent-length: 26\r\nconnection: close\r\n\r\nUser-agent: *\nDisallow: /\n";
        assert_eq!(
            refusal(&server(refused.as_bytes())),
            "robots.txt does not allow it"
        );
        let failing = server(
            b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        );
        assert!(refusal(&failing).contains("503"), "{}", refusal(&failing));
        let missing =
            server(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        assert_eq!(refusal(&missing), "");
        let nobody = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap()
        };
        for unreachable in [nobody, Url::parse("http://nowhere.invalid/").unwrap()] {
            let said = RobotsRules::new()
                .require(&unreachable)
                .unwrap_err()
                .to_string();
            assert!(
                said.contains("cannot be reached") && said.contains(unreachable.as_str()),
                "{said}"
            );
            assert!(!said.contains("robots.txt"), "{said}");
        }
    }

    #[test]
    fn pages_keep_their_distance() {
        let mut pace = Pace::new(Duration::from_millis(30));
        let began = Instant::now();
        pace.wait();
        assert!(began.elapsed() < Duration::from_millis(25));
        pace.wait();
        assert!(began.elapsed() >= Duration::from_millis(30));
    }
}
