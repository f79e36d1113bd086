//! What an owner publishes, and what was published.

use crate::example;
use crate::operation::{Method, Operation};
use crate::schemas::Schemas;
use consent_core::api::Role::{Auditor, Owner};
use consent_core::api::hosts::SiteHosts;
use consent_core::api::{
    Departure, EditionComparison, Publication, PublishedEditions, SecurityEvents, Sites,
};
use consent_core::problem::ProblemType::{
    ConfigurationNotKept, Contradiction, HostInUse, Malformed, PublicationFailed, UnknownEdition,
    UnknownHost,
};
use consent_core::{Sha256Digest, SiteConfig, SiteId};

const TAG: &str = "sites";
const BEFORE: &str = "The `next` of the answer before this one.";

fn operation(
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new(method, path, id, TAG, summary)
}

/// Answers a configuration, the file as its owner sent it.
fn configuration(operation: Operation) -> Operation {
    operation
        .token(&[Owner, Auditor])
        .of_site()
        .body(
            "application/json",
            Schemas::read::<SiteConfig>,
            200,
            "The configuration; its tag is its SHA-256",
        )
        .conditional()
}

/// What a publication reads after `?`, and answers.
fn publication(operation: Operation) -> Operation {
    operation
        .token(&[Owner])
        .query::<String>(
            "dry_run",
            "Publishes nothing: answers what publishing would answer. Its value does not matter.",
        )
        .query::<String>(
            "draft",
            "Publishes nothing: the answer says where the banner can be looked at for seven days. Its value does not matter.",
        )
        .json::<Publication>(201, "It is in force, and the notice is new")
        .json::<Publication>(200, "It was in force already, or nothing was to be published")
        .problems(&[Malformed, Contradiction, PublicationFailed])
        .stored()
}

#[expect(clippy::too_many_lines, reason = "a list, of a few lines each")]
pub fn operations() -> Vec<Operation> {
    vec![
        operation(
            Method::Get,
            "/v1/sites",
            "listSites",
            "Lists the sites that the token opens.",
        )
        .token(&[Owner, Auditor])
        .query::<SiteId>("after", "The `next` of the answer before this one.")
        .json::<Sites>(200, "The sites, in the order of their names, 40 at most")
        .problem(Malformed),
        publication(
            operation(
                Method::Put,
                "/v1/sites/{site}",
                "publishSite",
                "Publishes a configuration of a site.",
            )
            .reads::<SiteConfig>(example::configuration()),
        ),
        configuration(operation(
            Method::Get,
            "/v1/sites/{site}",
            "getSite",
            "Answers the configuration in force, byte for byte as it was sent.",
        ))
        .problem(ConfigurationNotKept),
        operation(
            Method::Delete,
            "/v1/sites/{site}",
            "leaveSite",
            "Says what leaving the server would do; with `confirm`, leaves it.",
        )
        .token(&[Owner])
        .of_site()
        .query::<String>(
            "confirm",
            "The `confirm` of the answer to the same request without it.",
        )
        .json::<Departure>(200, "Nothing has changed")
        .json::<Departure>(202, "The owner has left, and everything is erased later")
        .problems(&[Malformed, Contradiction]),
        operation(
            Method::Get,
            "/v1/sites/{site}/editions",
            "listEditions",
            "Lists the publications of a site.",
        )
        .token(&[Owner, Auditor])
        .of_site()
        .query::<u32>("before", BEFORE)
        .json::<PublishedEditions>(200, "The publications, newest first")
        .problem(Malformed),
        configuration(operation(
            Method::Get,
            "/v1/sites/{site}/editions/{edition}",
            "getEdition",
            "Answers a configuration that was published, byte for byte as it was sent.",
        ))
        .problem(UnknownEdition),
        publication(
            operation(
                Method::Post,
                "/v1/sites/{site}/editions/{edition}/publish",
                "publishEdition",
                "Publishes a configuration again that was published before.",
            )
            .of_site()
            .problem(UnknownEdition),
        ),
        operation(
            Method::Get,
            "/v1/sites/{site}/compare",
            "compareEditions",
            "Says what differs between two configurations, and whether it asks visitors again.",
        )
        .token(&[Owner, Auditor])
        .of_site()
        .query::<Sha256Digest>("a", "SHA-256 of the first configuration.")
        .required()
        .example(example::EDITION)
        .query::<Sha256Digest>(
            "b",
            "SHA-256 of the second one; the one in force where it is left out.",
        )
        .json::<EditionComparison>(200, "What differs")
        .problems(&[
            Malformed,
            Contradiction,
            UnknownEdition,
            ConfigurationNotKept,
        ]),
        operation(
            Method::Get,
            "/v1/sites/{site}/hosts",
            "listHosts",
            "Lists the hosts that a site has.",
        )
        .token(&[Owner])
        .json::<SiteHosts>(200, "The hosts; none where the site is not published"),
        operation(
            Method::Delete,
            "/v1/sites/{site}/hosts/{host}",
            "releaseHost",
            "Releases a host that the site does not use any more.",
        )
        .token(&[Owner])
        .stored()
        .empty(204, "It is nobody's now")
        .problems(&[UnknownHost, HostInUse]),
        operation(
            Method::Get,
            "/v1/sites/{site}/events",
            "listEvents",
            "Lists what was done with tokens, and tried, on a site.",
        )
        .token(&[Owner, Auditor])
        .of_site()
        .query::<u32>("before", BEFORE)
        .json::<SecurityEvents>(200, "The events, newest first")
        .problem(Malformed),
    ]
}
