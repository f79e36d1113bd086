//! Makes a publication from a site's configuration, and serves what was published: notices, their
//! parts, declarations, and the files of the widget and of the console. What is in force, and the proofs, belong to `site`.

pub mod assets;
pub mod classifications;
pub mod compose;
pub mod console;
pub mod declaration;
pub mod departure;
pub mod editions;
#[cfg(test)]
pub mod faults;
pub mod hosts;
pub mod loader_script;
pub mod preview;
pub mod publish;
pub mod published;
pub mod sequence;
pub mod sites;
mod turn;
pub mod wording;
