//! How the scan names itself to servers: in the browser's user agent, and to `robots.txt`.

/// What `robots.txt` calls the scan.
pub const AGENT: &str = "TemoinScan";

/// The scan's name and version, for a user agent.
pub fn user_agent() -> String {
    format!("{AGENT}/{}", env!("CARGO_PKG_VERSION"))
}
