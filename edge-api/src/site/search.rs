//! What an auditor looks for, in all of a site's objects.
//!
//! An object looks at a bounded number of entries for one request ([`super::proofs`]). A search that finds little, or a count,
//! is made of many such requests, one after another: between two of them, the object keeps whatever consents have come.

use crate::directory;
use crate::http::auth::Permission;
use crate::http::error::ApiError;
use crate::http::query::Query;
use crate::http::response::{self, Cors};
use crate::site::client;
use crate::site::query::{BAD_CURSOR, ConsentQuery, Cursor, EXPORT_PARAMETERS, Paging, cursor};
use crate::storage::secret_key::random_bytes;
use consent_core::SiteId;
use consent_core::api::{ConsentCount, ConsentPage};
use consent_core::field::FieldError;
use consent_core::ident::Salt;
use consent_core::log_origin::Shards;
use consent_core::proof::read::{DisclosedRead, LONGEST_QUERY_BYTES, ReadRequest, ReadText};
use worker::{Env, Request, Response};

/// Requests to objects for one answer, at most: a platform may allow a thousand, and a client waits some seconds.
const MOST_PARTS: usize = 200;

/// `GET /v1/sites/SITE/consents`: a page is full, or is the last one, or comes after all that one answer may look at.
pub async fn page(
    env: &Env,
    site: &SiteId,
    permission: &Permission,
    request: &Request,
) -> Result<Response, ApiError> {
    let (text, asked, shards) = read(env, site, request, Paging::Pages).await?;
    let mut page = ConsentPage::default();
    let mut start = asked.start;
    let limit = usize::from(asked.limit);
    for _ in 0..MOST_PARTS {
        let left = limit.saturating_sub(page.records.len() + page.erased.len());
        require(shards, start)?;
        let query = part(&text, start, Some(left));
        let found = client::consents(env, site, start.shard, query).await?;
        page.records.extend(found.records);
        page.erased.extend(found.erased);
        page.next = found.next;
        match &page.next {
            Some(next) if page.records.len() + page.erased.len() < limit => {
                start = read_back(next)?;
            }
            _ => break,
        }
    }
    let found = (page.records.len() as u64, page.erased.len() as u64);
    keep_read(env, site, permission, ReadRequest::Page, text, Some(found)).await?;
    response::json(&page, 200, Cors::None)
}

/// `GET /v1/sites/SITE/consents/count`
pub async fn count(
    env: &Env,
    site: &SiteId,
    permission: &Permission,
    request: &Request,
) -> Result<Response, ApiError> {
    let (text, asked, shards) = read(env, site, request, Paging::Count).await?;
    let mut count = ConsentCount::default();
    let mut start = asked.start;
    for _ in 0..MOST_PARTS {
        require(shards, start)?;
        let query = part(&text, start, None);
        let found = client::count(env, site, start.shard, query).await?;
        count.records += found.records;
        count.erased += found.erased;
        count.next = found.next;
        match &count.next {
            Some(next) => start = read_back(next)?,
            None => break,
        }
    }
    let found = (count.records, count.erased);
    keep_read(env, site, permission, ReadRequest::Count, text, Some(found)).await?;
    response::json(&count, 200, Cors::None)
}

/// Keeps that somebody reads records, and which: nothing is answered that was not kept before. `found` is how many records, and how
/// many that were erased, if that is known.
pub async fn keep_read(
    env: &Env,
    site: &SiteId,
    permission: &Permission,
    request: ReadRequest,
    query: String,
    found: Option<(u64, u64)>,
) -> Result<(), ApiError> {
    let read = ReadText {
        site: site.clone(),
        grants: permission.grants(),
        request,
        query,
        records: found.map(|(records, _)| records),
        erased: found.map(|(_, erased)| erased),
    };
    let salt = Salt::from_bytes(random_bytes()?);
    client::keep_read(env, site, DisclosedRead { read, salt }).await
}

/// Every reading of records begins here, whether of a page, a count or an export: the query of the address as it is, what
/// it asks for, and the objects that are asked.
pub async fn read(
    env: &Env,
    site: &SiteId,
    request: &Request,
    paging: Paging,
) -> Result<(String, ConsentQuery, Shards), ApiError> {
    let text = request.url()?.query().unwrap_or_default().to_owned();
    if text.len() > LONGEST_QUERY_BYTES {
        let why = format!("is longer than {LONGEST_QUERY_BYTES} bytes: give each filter once");
        return Err(ApiError::Malformed(vec![FieldError::new("query", why)]));
    }
    let asked = ConsentQuery::parse(&Query::parse(&text), paging).map_err(ApiError::Malformed)?;
    Ok((text, asked, directory::client::shards(env, site).await?))
}

/// The query of one part: the filters that were given, from a place on.
pub fn part(text: &str, start: Cursor, limit: Option<usize>) -> String {
    let filters = url::form_urlencoded::parse(text.as_bytes());
    let filters = filters.filter(|(name, _)| {
        !matches!(&**name, "cursor" | "limit") && !EXPORT_PARAMETERS.contains(&&**name)
    });
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filters);
    query.append_pair("cursor", &start.to_string());
    if let Some(limit) = limit {
        query.append_pair("limit", &limit.to_string());
    }
    query.finish()
}

fn require(shards: Shards, start: Cursor) -> Result<(), ApiError> {
    if shards.contains(start.shard) {
        Ok(())
    } else {
        let error = FieldError::new("cursor", BAD_CURSOR);
        Err(ApiError::Malformed(vec![error]))
    }
}

/// A cursor that an object gave.
pub fn read_back(text: &str) -> Result<Cursor, ApiError> {
    cursor(text).map_err(ApiError::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::store::LogNumber;
    use consent_core::log_origin::Shard;

    #[test]
    fn a_part_has_the_filters_as_they_were_and_its_own_place() {
        let start = Cursor {
            shard: Shard::FIRST,
            log: LogNumber(2),
            place: 16_384,
        };
        let text = "from=2026-11-22T10:00:00%2B01:00&cursor=p1-2&service=caf%C3%A9&limit=9";
        assert_eq!(
            part(text, start, Some(7)),
            "from=2026-11-22T10%3A00%3A00%2B01%3A00&service=caf%C3%A9&cursor=p2-16384&limit=7"
        );
        assert_eq!(part("", start, None), "cursor=p2-16384");
    }
}
