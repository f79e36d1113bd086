//! The API as its users meet it: each test starts the real server in workerd, with an empty
//! database, and asserts on whole answers. One module for each route.

mod alarms;
mod archive;
mod assets;
mod classifications;
mod compare;
mod consents_get;
mod consents_post;
mod declarations;
mod drafts;
mod durability;
mod edge;
mod editions;
mod events;
mod evidence;
mod handovers;
mod independent;
mod limits;
mod loader;
mod logs;
mod notices;
mod parts;
mod receipts;
mod retention;
mod rotation;
mod shards;
mod sites_get;
mod sites_put;
mod stats;
mod stops;
mod stored_databases;
mod support;
mod tenants;
mod tickets;
mod tokens;
mod types;
