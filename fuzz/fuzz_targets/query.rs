//! The query of `GET /v1/sites/SITE/consents`: whatever is refused has its reason; what is read is bounded, its values go to the
//! database as parameters, never as text, and its cursor is written back as it was read.

#![no_main]

use edge_api::fuzz::{ConsentQuery, Paging, Query};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parameters = Query::parse(text);
    match ConsentQuery::parse(&parameters, Paging::Pages) {
        Err(errors) => {
            assert!(!errors.is_empty());
            assert!(errors.iter().all(|error| !error.message.is_empty()));
        }
        Ok(query) => {
            assert!((1..=1000).contains(&query.limit));
            let (clause, values) = query.condition();
            assert_eq!(clause.matches('?').count(), values.len(), "{clause}");
            // What is quoted in it is ours, whatever was asked.
            let constants = ["'$.jurisdiction'", "'~'", "''"];
            let rest = constants.iter().fold(clause.clone(), |rest, one| rest.replace(one, ""));
            assert!(!rest.contains(['\'', '"', ';']), "{clause}");
            let cursor = format!("cursor={}", query.start);
            let again = ConsentQuery::parse(&Query::parse(&cursor), Paging::Pages).expect("our own is read");
            assert_eq!(again.start, query.start);
        }
    }
});
