//! The server's clock. No other clock dates a proof.

use consent_core::calendar::Timestamp;
use worker::Date;

/// The server's time.
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds are well within 53 bits"
    )]
    Timestamp::from_clock(Date::now().as_millis() as f64)
}
