//! The parsers of this crate that the fuzz targets call (feature `fuzz`). Nothing else uses them from outside.

pub use crate::http::query::Query;
pub use crate::site::handover::{HandOver, Way};
pub use crate::site::query::{ConsentQuery, Paging};
pub use crate::storage::secret_key::SecretKey;
