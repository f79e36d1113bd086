//! One record: what it says, and the check of its inclusion proof.

use super::{check, filters, record};
use crate::address::{Address, Query, Section};
use crate::api::{Api, Failure, load};
use crate::browser::dates;
use crate::parts::frame::heading;
use crate::parts::states::{empty, loaded};
use crate::words::proofs as words;
use consent_core::api::ConsentPage;
use consent_core::proof::disclosed::DisclosedRecord;
use consent_core::{ReceiptId, SiteId, Timestamp};
use leptos::prelude::*;

/// The page. The parameter `at` is the record's time: records are found by it.
pub fn page(api: Api, site: &SiteId, receipt: &ReceiptId, query: &Query) -> AnyView {
    let at = query.get("at").and_then(|at| at.parse().ok());
    let found = load(find(api, site.clone(), receipt.clone(), at));
    let mut back = Address::site(site, Section::Proofs);
    back.query = filters::of(query);
    let title = at.map_or_else(
        || words::RECORD.t().to_owned(),
        |at| format!("{} · {}", words::RECORD.t(), dates::moment(at)),
    );
    let actions = view! {
        <a class="button" href=back.href()>
            {words::BACK.t()}
        </a>
    };
    let site = site.clone();
    view! {
        {heading(title, None, Some(actions.into_any()))}
        {loaded(
            found,
            move |found| match found {
                Some(found) => {
                    view! {
                        {record::show(&site, &found)}
                        {check::section(api, found)}
                    }
                        .into_any()
                }
                None => empty(words::NOT_THERE, words::NOT_THERE_LEAD),
            },
        )}
    }
    .into_any()
}

/// Finds a record among those of its very millisecond.
async fn find(
    api: Api,
    site: SiteId,
    receipt: ReceiptId,
    at: Option<Timestamp>,
) -> Result<Option<DisclosedRecord>, Failure> {
    let Some(at) = at else {
        return Ok(None);
    };
    let until = Timestamp::from_millis(at.as_millis() + 1).unwrap_or(Timestamp::MAX);
    let mut asked = Query::default();
    asked.push("from", &at.to_string());
    asked.push("to", &until.to_string());
    asked.push("limit", "1000");
    loop {
        let page: ConsentPage = api
            .get(&format!("/v1/sites/{site}/consents?{asked}"))
            .await?;
        let found = page
            .records
            .into_iter()
            .find(|found| found.record.receipt == receipt);
        match page.next {
            Some(next) if found.is_none() => {
                asked = asked.without("cursor");
                asked.push("cursor", &next);
            }
            _ => return Ok(found),
        }
    }
}
