//! The proposals on the page.

use crate::report::Report;
use maud::{Markup, html};

/// The section with the lines that the configuration lacks.
pub fn proposals(report: &Report) -> Markup {
    html! {
        @if !report.proposals.is_empty() {
            section #proposals {
                h2 { "Lines to add to the configuration" }
                p {
                    "Each is a member of " code { "services" } ", as the scan saw it and, where the catalogue of services \
                     has it, as the catalogue says. Complete what only you know, and check the fields that are named. A service with an unknown purpose is proposed as marketing: correct it if that is wrong."
                }
                @for proposal in &report.proposals {
                    article.proposal {
                        header {
                            h3 { (proposal.service.name) }
                            span.chip {
                                @if proposal.replaces { "in the place of " (proposal.service.id) }
                                @else { "check: " (proposal.to_check.join(", ")) }
                            }
                        }
                        pre tabindex="0" { (serde_json::to_string_pretty(&proposal.service).unwrap_or_default()) }
                        @if let Some(catalogue) = &proposal.catalogue {
                            p { (catalogue.purpose_reason) @if let Some(note) = &catalogue.note { " " (note) } }
                        }
                        @if !proposal.left_out.is_empty() {
                            p { "A configuration cannot name: " code { (proposal.left_out.join(", ")) } }
                        }
                    }
                }
            }
        }
    }
}
