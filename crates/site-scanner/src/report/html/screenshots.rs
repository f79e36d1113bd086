//! The screenshots on the page.

use crate::visit::visitor::Screenshot;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

/// The section with the screenshots, by what they show.
pub fn gallery(screenshots: &[Screenshot]) -> Markup {
    let mut by_title: Vec<(&str, Vec<&Screenshot>)> = Vec::new();
    for screenshot in screenshots {
        match by_title
            .iter_mut()
            .find(|(title, _)| *title == screenshot.title)
        {
            Some((_, list)) => list.push(screenshot),
            None => by_title.push((&screenshot.title, vec![screenshot])),
        }
    }
    html! {
        @if !by_title.is_empty() {
            section #pictures {
                h2 { "What a visitor sees" }
                div.gallery {
                    @for (title, screenshots) in by_title {
                        figure {
                            figcaption { (title) }
                            div {
                                @for screenshot in screenshots.iter().rev() {
                                    @let source = format!("data:image/png;base64,{}", STANDARD.encode(&screenshot.bytes));
                                    img.(screenshot.window.file_name()) src=(source) loading="lazy"
                                        alt={ (title) ", " (screenshot.window.file_name()) };
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
