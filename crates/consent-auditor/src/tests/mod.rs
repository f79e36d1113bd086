//! Each kind of byte corrupted, each kind of lie told: the right check says so.

mod commands;
mod corrupted;
mod dossier;
mod exported;
mod forged;
mod honest;
mod receipts;
pub mod sample;
mod server;
