//! One tab of a browser: goes to pages, presses, takes pictures, and listens to everything below it: frames,
//! workers, windows that it opens.

use crate::browser::devtools::Event;
use crate::browser::process::{Browser, Installed};
use crate::observe::observation::Observation;
use crate::observe::party::Site;
use crate::observe::recorder::Recorder;
use crate::visit::crawl::Pace;
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PROBE: &str = include_str!("probe.js");
const SNAPSHOT: &str = include_str!("snapshot.js");

/// A page at work is left after this long: some never rest.
const LONGEST_LOAD: Duration = Duration::from_secs(20);
/// A page that asks for nothing this long is at rest.
const REST: Duration = Duration::from_millis(600);

/// A window that a page is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// 1280 by 800.
    Desktop,
    /// 390 by 844, as a telephone has it.
    Phone,
}

impl Window {
    /// In the name of a file.
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

/// A page as it is now.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Its address, after redirections.
    pub url: String,
    /// Where its links lead.
    pub links: Vec<String>,
    /// Where its scripts come from.
    pub tags: Vec<String>,
}

/// The tab.
pub struct Tab {
    browser: Browser,
    session: String,
    page: String,
    binding: String,
    started: Instant,
    /// What has been seen in it.
    pub recorder: Recorder,
    /// How long a page that has come to rest is watched on.
    watch: Duration,
    loaded: bool,
}

impl Tab {
    /// Opens one in a browser of its own.
    pub fn open(installed: &Installed, site: &Site, watch: Duration) -> Result<Self> {
        let mut browser = installed.start()?;
        let line = &mut browser.connection;
        let targets = line.call(None, "Target.getTargets", &json!({}))?;
        let page = targets["targetInfos"].as_array().and_then(|targets| {
            let mut pages = targets.iter().filter(|target| target["type"] == "page");
            pages.next()?["targetId"].as_str().map(str::to_owned)
        });
        let page = page.context("the browser has no page")?;
        let attach = json!({ "targetId": page, "flatten": true });
        let attached = line.call(None, "Target.attachToTarget", &attach)?;
        let session = attached["sessionId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        // A name that no page expects.
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
        };
        let session = tab.session.clone();
        tab.listen(&session)?;
        // Service workers, and windows that the page opens, are the browser's, not the page's.
        let found = json!({
            "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true,
            "filter": [{ "type": "service_worker" }, { "type": "shared_worker" }, { "type": "page" }, { "exclude": true }]
        });
        tab.browser
            .connection
            .call(None, "Target.setAutoAttach", &found)?;
        tab.window(Window::Desktop)?;
        Ok(tab)
    }

    /// Turns on what is heard of a page, frame or worker; each has only some of it.
    fn listen(&mut self, session: &str) -> Result<()> {
        let probe = format!("{}({})", PROBE.trim(), json!(self.binding));
        let below = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        let commands = [
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
                .tell(Some(session), method, &params)?;
        }
        Ok(())
    }

    /// Goes to an address when it is time, and stays until the page is at rest.
    pub fn visit(&mut self, url: &str, pace: &mut Pace) -> Result<Loaded> {
        pace.wait();
        url.clone_into(&mut self.recorder.page);
        self.recorder.after_gesture = false;
        self.loaded = false;
        let answer = self.call("Page.navigate", &json!({ "url": url }))?;
        if let Some(error) = answer["errorText"]
            .as_str()
            .filter(|error| *error != "net::ERR_ABORTED")
        {
            bail!("{url} cannot be loaded: {error}");
        }
        self.rest()?;
        self.look()
    }

    /// Waits until the page has loaded, asks for nothing more, and has been watched on.
    pub fn rest(&mut self) -> Result<()> {
        self.wait(self.watch)
    }

    /// Waits until the page asks for nothing more: nothing was done that it could answer to.
    pub fn settle(&mut self) -> Result<()> {
        self.wait(Duration::ZERO)
    }

    fn wait(&mut self, watch: Duration) -> Result<()> {
        let began = Instant::now();
        let mut active = Instant::now();
        let mut rested: Option<Instant> = None;
        while began.elapsed() < LONGEST_LOAD {
            if self.pump()? {
                active = Instant::now();
            }
            if self.loaded && active.elapsed() > REST && rested.is_none() {
                rested = Some(Instant::now());
            }
            if rested.is_some_and(|rested| rested.elapsed() > watch) && active.elapsed() > REST {
                break;
            }
        }
        Ok(())
    }

    /// Hears one event. Whether a page was at work.
    fn pump(&mut self) -> Result<bool> {
        let Some(event) = self.browser.connection.next_event()? else {
            return Ok(false);
        };
        self.hear(&event)
    }

    fn hear(&mut self, event: &Event) -> Result<bool> {
        let of_page = event.session.as_deref() == Some(&self.session);
        match event.method.as_str() {
            // The page itself is heard already.
            "Target.attachedToTarget" if event.params["targetInfo"]["targetId"] != *self.page => {
                let session = event.params["sessionId"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                self.listen(&session)?;
            }
            "Page.loadEventFired" if of_page => self.loaded = true,
            "Page.javascriptDialogOpening" => {
                let session = event.session.as_deref();
                // Refused, but for leaving the page, which is ours to do.
                let leaving = event.params["type"] == "beforeunload";
                let answer = json!({ "accept": leaving });
                let line = &mut self.browser.connection;
                line.tell(session, "Page.handleJavaScriptDialog", &answer)?;
            }
            _ => {}
        }
        let after = self.after_ms();
        Ok(self.recorder.take(event, after))
    }

    fn after_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// What the page and the browser keep now.
    pub fn look(&mut self) -> Result<Loaded> {
        // A page can be about to go to another by itself.
        let page = if let Ok(page) = self.evaluate(SNAPSHOT) {
            page
        } else {
            self.settle()?;
            self.evaluate(SNAPSHOT)?
        };
        let url = self.evaluate("location.href")?;
        let jar = self
            .browser
            .connection
            .call(None, "Storage.getCookies", &json!({}))?;
        // What came while this was asked has its place before it.
        while self.pump()? {}
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
            tags: list("tags"),
        })
    }

    /// The value of a JavaScript expression, or of its promise, in the page.
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
                said.unwrap_or("the page has thrown")
                    .lines()
                    .next()
                    .unwrap_or_default()
            );
        }
        Ok(answer["result"]["value"].take())
    }

    /// Presses where a point of the window is.
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

    /// Sets the size of what is seen.
    pub fn window(&mut self, window: Window) -> Result<()> {
        self.call("Emulation.setDeviceMetricsOverride", &window.metrics())?;
        Ok(())
    }

    /// A picture of what is seen, as PNG.
    pub fn picture(&mut self) -> Result<Vec<u8>> {
        let answer = self.call("Page.captureScreenshot", &json!({ "format": "png" }))?;
        Ok(STANDARD.decode(answer["data"].as_str().unwrap_or_default())?)
    }

    fn call(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.browser
            .connection
            .call(Some(&self.session), method, params)
    }

    /// Closes the browser; what it has seen.
    pub fn close(self) -> Vec<Observation> {
        self.recorder.into_observations()
    }
}
