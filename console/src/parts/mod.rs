//! What pages are made of: the frame around them, what stands in while something loads, fields, buttons. No page, and no
//! request of a page's own.

pub mod changes;
pub mod chart;
pub mod confirm;
pub mod copy;
pub mod fact;
pub mod field;
pub mod frame;
pub mod states;
