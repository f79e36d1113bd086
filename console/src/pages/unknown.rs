//! What an address finds that is no page.

use crate::parts::frame::heading;
use crate::words::general;
use leptos::prelude::*;

/// The page.
pub fn page() -> AnyView {
    let lead = Some(general::UNKNOWN_PAGE_LEAD.t().to_owned());
    view! {
        {heading(general::UNKNOWN_PAGE.t(), lead, None)}
        <p>
            <a class="button" href="#/">
                {general::BACK_TO_SITES.t()}
            </a>
        </p>
    }
    .into_any()
}
