//! What the findings are made from.

use super::inventory::Thing;
use super::published::Published;
use crate::observe::observation::Phase;
use crate::visit::consent_dialog::Layer;
use crate::visit::visitor::Visit;

/// What the findings are made from.
pub struct Evidence<'a> {
    /// Everything that was observed, each thing once.
    pub things: &'a [Thing],
    /// The first layer of the first page.
    pub layer: &'a Layer,
    /// Whether the dialog was gone after scrolling and Escape.
    pub gone_after_gesture: bool,
    /// The visits, made or not.
    pub visits: &'a [Visit],
    /// The published configuration, if it is known.
    pub published: Option<&'a Published>,
}

impl Evidence<'_> {
    /// Whether the visit with this choice was made.
    pub fn was_visited(&self, phase: Phase) -> bool {
        self.visits
            .iter()
            .any(|visit| visit.phase == phase && visit.not_made.is_none())
    }
}
