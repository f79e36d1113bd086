//! The list of a site's logs: all are of one server and of that site, and no known log is left out.

use crate::report::Check;
use crate::report::finding::{Finding, Findings};
use consent_core::api::SiteLogs;
use consent_core::log_origin::Log;
use consent_core::{LogOrigin, ServerName, SiteId};
use std::collections::HashSet;

/// The server of a list of logs: the first part of the anchor's origin.
pub fn server(logs: &SiteLogs) -> Option<ServerName> {
    server_of_anchor(&logs.anchor.origin)
}

/// The server whose anchor has this origin.
pub fn server_of_anchor(anchor: &LogOrigin) -> Option<ServerName> {
    let server: ServerName = anchor.as_str().strip_suffix("/anchor")?.parse().ok()?;
    (server.anchor() == *anchor).then_some(server)
}

/// Whether an origin is that of a log of a site on a server.
pub fn is_of(server: &ServerName, site: &SiteId, origin: &str) -> bool {
    matches!(server.log_of(origin), Some(Log::Site(log)) if log.site == *site)
}

/// Checks a list of logs. `known` are the origins of logs seen before, of any site.
pub fn check<'a>(
    logs: &SiteLogs,
    site: &SiteId,
    place: &str,
    known: impl Iterator<Item = &'a str>,
) -> Findings {
    let mut findings = Findings::default();
    let wrong = |what: String| Finding::new(Check::Listing, place, what);
    if logs.site != *site {
        let finding = wrong("this is the list of another site".to_owned());
        findings.push(finding.expected(site, &logs.site));
    }
    let Some(server) = server(logs) else {
        let finding = wrong("this cannot be the origin of an anchor".to_owned());
        findings.push(finding.expected("SERVER/anchor", &logs.anchor.origin));
        return findings;
    };
    let mut listed = HashSet::new();
    for log in &logs.logs {
        let origin = log.origin.as_str();
        if !is_of(&server, site, origin) {
            let finding = wrong("a log of another site or server is listed".to_owned());
            findings.push(finding.expected(format!("{server}/{site}/QUARTER/SHARD"), origin));
        }
        if !listed.insert(origin) {
            findings.push(wrong(format!("{origin} is listed twice")));
        }
    }
    for origin in known.filter(|origin| is_of(&server, site, origin)) {
        if !listed.contains(origin) {
            let finding = wrong("a log that was seen before is no longer listed".to_owned());
            findings.push(finding.expected(origin, "not listed"));
        }
    }
    findings
}
