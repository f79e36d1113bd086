//! The list of a site's logs: all of one server and of that site, none of those known before left out.

use crate::report::Check;
use crate::report::finding::{Finding, Tally};
use consent_core::log_origin::Log;
use consent_core::receipt::SiteLogs;
use consent_core::{LogOrigin, ServerName, SiteId};
use std::collections::HashSet;

/// The server of the logs of a list: what its anchor's name begins with.
pub fn server(logs: &SiteLogs) -> Option<ServerName> {
    server_of_anchor(&logs.anchor.origin)
}

/// The server whose anchor this is.
pub fn server_of_anchor(anchor: &LogOrigin) -> Option<ServerName> {
    let server: ServerName = anchor.as_str().strip_suffix("/anchor")?.parse().ok()?;
    (server.anchor() == *anchor).then_some(server)
}

/// Whether a log is one of a site, on a server.
pub fn is_of(server: &ServerName, site: &SiteId, origin: &str) -> bool {
    matches!(server.log_of(origin), Some(Log::Site(log)) if log.site == *site)
}

/// Checks a list. `known` are logs seen before, of any site.
pub fn check<'a>(
    logs: &SiteLogs,
    site: &SiteId,
    place: &str,
    known: impl Iterator<Item = &'a str>,
) -> Tally {
    let mut tally = Tally::default();
    let wrong = |what: String| Finding::new(Check::Listing, place, what);
    if logs.site != *site {
        let finding = wrong("this is the list of another site".to_owned());
        tally.push(finding.expected(site, &logs.site));
    }
    let Some(server) = server(logs) else {
        let finding = wrong("the anchor has not the name of one".to_owned());
        tally.push(finding.expected("SERVER/anchor", &logs.anchor.origin));
        return tally;
    };
    let mut listed = HashSet::new();
    for log in &logs.logs {
        let origin = log.origin.as_str();
        if !is_of(&server, site, origin) {
            let finding = wrong("a log is listed that is not the site's".to_owned());
            tally.push(finding.expected(format!("{server}/{site}/QUARTER/SHARD"), origin));
        }
        if !listed.insert(origin) {
            tally.push(wrong(format!("{origin} is listed twice")));
        }
    }
    for origin in known.filter(|origin| is_of(&server, site, origin)) {
        if !listed.contains(origin) {
            let finding = wrong("a log that was there before is not listed any more".to_owned());
            tally.push(finding.expected(origin, "not listed"));
        }
    }
    tally
}
