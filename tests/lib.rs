//! Nothing but tests: see `api/` and `browser/`.
