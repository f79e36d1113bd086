//! Trees whole, small and large: against the RFC's own definitions, and against other people's
//! implementations.

mod consistency;
mod definition;
mod edge;
mod forged;
mod inclusion;
mod large;
mod oracles;
