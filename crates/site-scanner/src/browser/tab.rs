//! One tab of a browser: goes to pages, presses buttons, takes screenshots, and records the events of everything
//! below it: frames, workers, windows that it opens.

use super::devtools::COMMAND_TIMEOUT;
use super::lost::Lost;
use super::process::{Browser, Installed};
use crate::observe::event::Event;
use crate::observe::observation::Observation;
use crate::observe::party::Site;
use crate::observe::recorder::Recorder;
use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PROBE: &str = include_str!("probe.js");
const SNAPSHOT: &str = include_str!("snapshot.js");

/// A page that is still at work is left after this time: some never come to rest.
const MAX_LOAD: Duration = Duration::from_secs(20);
/// A page that is not loaded, and without an event for this time, waits for what never answers.
const STALLED: Duration = Duration::from_secs(6);
/// A page without an event for this time is at rest.
const QUIET: Duration = Duration::from_millis(600);
/// A page may take this long to make room for the next one, or to end.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(5);
/// Events that came while a command ran are recorded for this time at most: a page may cause them without end.
const BACKLOG: Duration = Duration::from_secs(2);
/// So often may a page replace itself: by reloading, by redirections of its own.
const MAX_NAVIGATIONS: usize = 20;
/// So many windows may a page ask for.
const MAX_WINDOWS: usize = 10;
/// So large may the HTML of a page be, in bytes. Beyond it, reading the page takes longer than a command may.
const MAX_PAGE_BYTES: u64 = 50_000_000;
/// What is shown between two pages.
const BLANK: &str = "about:blank";

/// The size of the window that shows a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// 1280 by 800.
    Desktop,
    /// 390 by 844, as on a telephone.
    Phone,
}

impl Window {
    /// Its name in the name of a file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
        }
    }

    fn metrics(self) -> Value {
        let (width, height, mobile) = match self {
            Self::Desktop => (1280, 800, false),
            Self::Phone => (390, 844, true),
        };
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile })
    }
}

/// A page after it was loaded.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Its address, after redirections.
    pub url: String,
    /// The addresses of its links.
    pub links: Vec<String>,
    /// The addresses of its scripts.
    pub scripts: Vec<String>,
}

/// A tab in a browser of its own, which is closed with it.
pub struct Tab {
    browser: Browser,
    session: String,
    page: String,
    binding: String,
    started: Instant,
    /// The observations so far.
    pub recorder: Recorder,
    /// How long a page is watched after it has come to rest.
    watch: Duration,
    loaded: bool,
    shown: Shown,
}

/// What is known of the page that is shown.
#[derive(Default)]
struct Shown {
    /// Why it is given up, if it is.
    lost: Option<Lost>,
    /// The request of its HTML.
    request: String,
    /// How many bytes of HTML came.
    bytes: u64,
    /// How often a document was shown.
    navigations: usize,
    /// How often it, or a window of it, asked for another window: the browser opens few of them.
    asked_for_windows: usize,
    /// The windows that were opened.
    windows: Vec<String>,
}

impl Tab {
    /// Starts a browser, and opens a tab in it.
    pub fn open(installed: &Installed, site: &Site, watch: Duration) -> Result<Self> {
        let mut browser = installed.start()?;
        let connection = &mut browser.connection;
        let targets = connection.call(None, "Target.getTargets", &json!({}))?;
        let page = targets["targetInfos"].as_array().and_then(|targets| {
            let mut pages = targets.iter().filter(|target| target["type"] == "page");
            pages.next()?["targetId"].as_str().map(str::to_owned)
        });
        let page = page.context("the browser opened no page")?;
        let attach = json!({ "targetId": page, "flatten": true });
        let attached = connection.call(None, "Target.attachToTarget", &attach)?;
        let session = attached["sessionId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        // A name that no page uses itself.
        let binding = format!("_{}", page.to_lowercase());
        let mut tab = Self {
            recorder: Recorder::new(site.clone(), binding.clone(), page.clone()),
            page,
            browser,
            session,
            binding,
            started: Instant::now(),
            watch,
            loaded: false,
            shown: Shown::default(),
        };
        let session = tab.session.clone();
        tab.listen(&session)?;
        // Service workers, and windows that the page opens, are targets of the browser, not of the page.
        let found = json!({
            "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true,
            "filter": [{ "type": "service_worker" }, { "type": "shared_worker" }, { "type": "page" }, { "exclude": true }]
        });
        tab.browser
            .connection
            .call(None, "Target.setAutoAttach", &found)?;
        // A scan keeps no file of a site's.
        let deny = json!({ "behavior": "deny" });
        tab.browser
            .connection
            .call(None, "Browser.setDownloadBehavior", &deny)?;
        tab.window(Window::Desktop)?;
        Ok(tab)
    }

    /// Turns on the events of a page, frame or worker. Each target knows only some of these commands, so no response is
    /// awaited.
    fn listen(&mut self, session: &str) -> Result<()> {
        let probe = format!("{}({})", PROBE.trim(), json!(self.binding));
        let below = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        let commands = [
            ("Inspector.enable", json!({})),
            ("Network.enable", json!({})),
            ("Page.enable", json!({})),
            ("Runtime.enable", json!({})),
            ("DOMStorage.enable", json!({})),
            ("Debugger.enable", json!({})),
            ("Debugger.setSkipAllPauses", json!({ "skip": true })),
            ("Debugger.setAsyncCallStackDepth", json!({ "maxDepth": 4 })),
            ("Runtime.addBinding", json!({ "name": self.binding })),
            (
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": probe, "runImmediately": true }),
            ),
            ("Target.setAutoAttach", below),
            ("Runtime.runIfWaitingForDebugger", json!({})),
        ];
        for (method, params) in commands {
            self.browser
                .connection
                .send(Some(session), method, &params)?;
        }
        Ok(())
    }

    /// Goes to an address, and stays until the page is at rest. The page before it must have been left.
    pub fn visit(&mut self, url: &str) -> Result<Loaded> {
        url.clone_into(&mut self.recorder.page);
        self.recorder.after_gesture = false;
        self.loaded = false;
        self.shown = Shown::default();
        let answer = self.call("Page.navigate", &json!({ "url": url }))?;
        let loader = answer["loaderId"].as_str().unwrap_or_default();
        loader.clone_into(&mut self.shown.request);
        ensure!(
            answer["isDownload"] != true,
            "{url} is a download, not a page"
        );
        match answer["errorText"].as_str() {
            // A page that leads on while it is loaded is a page; an answer without content, or a download, is none.
            Some("net::ERR_ABORTED") => {
                self.rest()?;
                ensure!(
                    self.shown.navigations > 0,
                    "{url} is a download or has no content: no page is shown"
                );
            }
            Some("net::ERR_TOO_MANY_REDIRECTS") => {
                bail!("{url} cannot be loaded: its redirections lead in a circle")
            }
            Some(error) => bail!("{url} cannot be loaded: {error}"),
            None => self.rest()?,
        }
        self.snapshot()
    }

    /// Leaves the page that is shown, so that what it does at its end is its own, and closes the windows that it opened. Where
    /// the page is lost, or does not let itself be left, its process is ended and a new tab opened, in the same profile. Returns
    /// why it was not left, if that is not known yet.
    pub fn leave(&mut self) -> Result<Option<Lost>> {
        let known = self.shown.lost.is_some();
        if !known && self.show_blank().is_err() {
            self.shown.lost = Some(Lost::Staying);
        }
        for window in std::mem::take(&mut self.shown.windows) {
            let window = json!({ "targetId": window });
            let connection = &mut self.browser.connection;
            connection.send(None, "Target.closeTarget", &window)?;
        }
        let Some(lost) = self.shown.lost else {
            return Ok(None);
        };
        self.replace()?;
        Ok((!known).then_some(lost))
    }

    /// Shows the blank page, in the place of the one that is shown.
    fn show_blank(&mut self) -> Result<()> {
        let blank = json!({ "url": BLANK });
        let session = Some(self.session.as_str());
        let connection = &mut self.browser.connection;
        let answer = connection.call_within(LEAVE_TIMEOUT, session, "Page.navigate", &blank)?;
        let loader = answer["loaderId"].as_str().unwrap_or_default().to_owned();
        let began = Instant::now();
        // Without a loader, the blank page was shown already.
        if loader.is_empty() {
            return Ok(());
        }
        while !self.loaded || self.shown.request != loader {
            ensure!(began.elapsed() < LEAVE_TIMEOUT, Lost::Staying);
            self.pump()?;
        }
        Ok(())
    }

    /// Ends the process of the page, closes its tab, and opens another one.
    fn replace(&mut self) -> Result<()> {
        let connection = &mut self.browser.connection;
        connection.send(Some(&self.session), "Page.crash", &json!({}))?;
        let old = json!({ "targetId": self.page });
        let blank = json!({ "url": BLANK });
        let made = connection.call(None, "Target.createTarget", &blank)?;
        // Only now: with its last tab, the browser would close.
        connection.send(None, "Target.closeTarget", &old)?;
        let page = made["targetId"].as_str();
        page.context("the browser opened no page in the place of one that was lost")?
            .clone_into(&mut self.page);
        self.recorder.main_frame.clone_from(&self.page);
        self.session = String::new();
        let began = Instant::now();
        while self.session.is_empty() {
            ensure!(
                began.elapsed() < COMMAND_TIMEOUT,
                "the browser gave no access to a new page within {} s",
                COMMAND_TIMEOUT.as_secs()
            );
            self.pump()?;
        }
        self.shown = Shown::default();
        self.window(Window::Desktop)
    }

    /// Waits until the page is loaded and at rest, then watches it for the time given.
    pub fn rest(&mut self) -> Result<()> {
        self.wait(self.watch)
    }

    /// Waits until the page is at rest.
    pub fn settle(&mut self) -> Result<()> {
        self.wait(Duration::ZERO)
    }

    fn wait(&mut self, watch: Duration) -> Result<()> {
        let began = Instant::now();
        let mut active = Instant::now();
        let mut rested: Option<Instant> = None;
        while began.elapsed() < MAX_LOAD {
            if self.pump()? {
                active = Instant::now();
            }
            self.require_page()?;
            // What never answers, such as an image, keeps the event `load` back for ever: once is enough to find that out.
            self.loaded |= active.elapsed() > STALLED;
            if self.loaded && active.elapsed() > QUIET && rested.is_none() {
                rested = Some(Instant::now());
            }
            if rested.is_some_and(|rested| rested.elapsed() > watch) && active.elapsed() > QUIET {
                break;
            }
        }
        Ok(())
    }

    /// Handles one event, if there is one. Returns whether it shows that a page is at work.
    fn pump(&mut self) -> Result<bool> {
        let Some(event) = self.browser.connection.next_event()? else {
            return Ok(false);
        };
        self.handle(&event)
    }

    fn handle(&mut self, event: &Event) -> Result<bool> {
        let of_page = event.session.as_deref() == Some(&self.session);
        match event.method.as_str() {
            "Target.attachedToTarget" => self.attached(&event.params)?,
            "Page.windowOpen" => self.shown.asked_for_windows += 1,
            "Page.loadEventFired" if of_page => self.loaded = true,
            "Page.frameNavigated" if of_page => {
                let frame = &event.params["frame"];
                if frame["parentId"].is_null() {
                    self.shown.navigations += 1;
                    self.loaded = false;
                    let loader = frame["loaderId"].as_str().unwrap_or_default();
                    loader.clone_into(&mut self.shown.request);
                }
            }
            "Network.dataReceived"
                if of_page && event.params["requestId"] == *self.shown.request =>
            {
                self.shown.bytes += event.params["dataLength"].as_u64().unwrap_or_default();
            }
            _ => {}
        }
        if event.is_crash_of(Some(&self.session)) {
            self.lose(Lost::Crashed);
        } else if self.shown.navigations > MAX_NAVIGATIONS {
            self.lose(Lost::Reloading);
        } else if self.shown.asked_for_windows > MAX_WINDOWS {
            self.lose(Lost::OpeningWindows);
        } else if self.shown.bytes > MAX_PAGE_BYTES {
            self.lose(Lost::TooLarge);
        }
        let after = self.after_ms();
        Ok(self.recorder.record(event, after))
    }

    /// Listens to a target that was found: a frame, a worker, a window, or the tab that takes the place of a lost page.
    fn attached(&mut self, params: &Value) -> Result<()> {
        let session = params["sessionId"].as_str().unwrap_or_default();
        let target = params["targetInfo"]["targetId"]
            .as_str()
            .unwrap_or_default();
        if target == self.page {
            // The first page's own session was attached when the tab was opened.
            if !self.session.is_empty() {
                return Ok(());
            }
            session.clone_into(&mut self.session);
        } else if params["targetInfo"]["type"] == "page" {
            self.shown.windows.push(target.to_owned());
            // A page behind a window is not drawn, and a screenshot of it waits for ever.
            let page = Some(self.session.as_str());
            let connection = &mut self.browser.connection;
            connection.send(page, "Page.bringToFront", &json!({}))?;
        }
        self.listen(session)
    }

    /// Gives the page up. The first reason stands: the others follow from it.
    fn lose(&mut self, why: Lost) {
        self.shown.lost.get_or_insert(why);
    }

    /// An error if the page is lost: nothing is asked of it then.
    fn require_page(&self) -> Result<()> {
        self.shown.lost.map_or(Ok(()), |lost| Err(lost.into()))
    }

    fn after_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Records what the page and the browser keep now.
    pub fn snapshot(&mut self) -> Result<Loaded> {
        // The page may be leaving for another one by itself.
        let page = if let Ok(page) = self.evaluate(SNAPSHOT) {
            page
        } else {
            self.settle()?;
            let again = self.evaluate(SNAPSHOT);
            if again.is_err() && self.shown.navigations > 1 {
                self.lose(Lost::Reloading);
            }
            self.require_page()?;
            again?
        };

        let url = self.evaluate("location.href")?;
        let jar = self
            .browser
            .connection
            .call(None, "Storage.getCookies", &json!({}))?;
        // Events that came in the meantime are recorded first.
        let began = Instant::now();
        while began.elapsed() < BACKLOG && self.pump()? {}
        self.require_page()?;
        let after = self.after_ms();
        self.recorder.snapshot(&page, after);
        self.recorder
            .jar(&jar["cookies"], jiff::Timestamp::now(), after);
        let list = |field: &str| {
            let items = page[field].as_array().into_iter().flatten();
            items
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        Ok(Loaded {
            url: url.as_str().unwrap_or_default().to_owned(),
            links: list("links"),
            scripts: list("scripts"),
        })
    }

    /// Evaluates a JavaScript expression in the page, and awaits its promise if it is one.
    pub fn evaluate(&mut self, expression: &str) -> Result<Value> {
        let params = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true
        });
        let mut answer = self.call("Runtime.evaluate", &params)?;
        let wrong = &answer["exceptionDetails"];
        if wrong.is_object() {
            let said = wrong["exception"]["description"]
                .as_str()
                .or(wrong["text"].as_str());
            bail!(
                "{}",
                said.unwrap_or("the page threw an exception")
                    .lines()
                    .next()
                    .unwrap_or_default()
            );
        }
        Ok(answer["result"]["value"].take())
    }

    /// Clicks at a point of the window, in CSS pixels.
    pub fn press_at(&mut self, x: f64, y: f64) -> Result<()> {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let params = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &params)?;
        }
        Ok(())
    }

    /// Scrolls down a page, and presses Escape: what no law takes for a choice.
    pub fn gesture(&mut self) -> Result<()> {
        self.recorder.after_gesture = true;
        let wheel = json!({ "type": "mouseWheel", "x": 400, "y": 300, "deltaX": 0, "deltaY": 900 });
        self.call("Input.dispatchMouseEvent", &wheel)?;
        self.rest()?;
        for kind in ["keyDown", "keyUp"] {
            let params = json!({ "type": kind, "key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27 });
            self.call("Input.dispatchKeyEvent", &params)?;
        }
        self.rest()
    }

    /// Sets the size of the window.
    pub fn window(&mut self, window: Window) -> Result<()> {
        self.call("Emulation.setDeviceMetricsOverride", &window.metrics())?;
        Ok(())
    }

    /// A screenshot of the window, as PNG.
    pub fn screenshot(&mut self) -> Result<Vec<u8>> {
        let answer = self.call("Page.captureScreenshot", &json!({ "format": "png" }))?;
        Ok(STANDARD.decode(answer["data"].as_str().unwrap_or_default())?)
    }

    /// Asks the page for something. Here it is decided that a page is lost which does not answer.
    fn call(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.require_page()?;
        let connection = &mut self.browser.connection;
        let answer = connection.call(Some(&self.session), method, params);
        if let Some(lost) = answer.as_ref().err().and_then(|error| error.downcast_ref()) {
            self.lose(*lost);
        }
        answer
    }

    /// Closes the browser, and returns the observations.
    pub fn close(self) -> Vec<Observation> {
        self.recorder.into_observations()
    }
}
