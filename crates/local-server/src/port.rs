//! Ports that one server has for itself, also while it is stopped.

use anyhow::{Context as _, Result, bail, ensure};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::ops::Range;

/// Where free ports are looked for: below those that systems give to whoever asks for any (from 32768 on Linux, from
/// 49152 elsewhere), so that neither a connection nor another program's server takes one by chance.
const RANGE: Range<u16> = 20_000..30_000;

/// A TCP port of 127.0.0.1.
///
/// workerd binds the port by itself, so another server could choose it before that, or take it between a kill and a
/// restart; both would then believe that they answer there. The UDP port of the same number is therefore held for as long
/// as this value lives: of all local servers, in all processes, one holds it.
pub struct Port {
    number: u16,
    _held: UdpSocket,
}

impl Port {
    /// A port that nobody listens on and no other local server has.
    pub fn free() -> Result<Self> {
        // Servers that start at the same time begin their search in different places.
        let mut start = [0; 2];
        getrandom::fill(&mut start).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
        let start = RANGE.start + u16::from_le_bytes(start) % (RANGE.end - RANGE.start);
        for number in (start..RANGE.end).chain(RANGE.start..start) {
            if let Ok(port) = Self::hold(number) {
                return Ok(port);
            }
        }
        bail!("no port from {} to {} is free", RANGE.start, RANGE.end - 1)
    }

    /// This port.
    ///
    /// # Errors
    ///
    /// Somebody listens on it, or another local server has it.
    pub fn hold(number: u16) -> Result<Self> {
        let in_use = || {
            format!(
                "port {number} is in use; stop what listens there (another demo?) and try again"
            )
        };
        let held = UdpSocket::bind((Ipv4Addr::LOCALHOST, number)).with_context(in_use)?;
        ensure!(
            TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok(),
            in_use()
        );
        Ok(Self {
            number,
            _held: held,
        })
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_held_until_its_value_is_dropped() {
        let port = Port::free().unwrap();
        let number = port.number();
        assert!(Port::hold(number).is_err());
        drop(port);
        assert_eq!(Port::hold(number).unwrap().number(), number);
    }

    #[test]
    fn a_port_on_which_somebody_listens_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let number = listener.local_addr().unwrap().port();
        let Err(error) = Port::hold(number) else {
            panic!("{number} is taken")
        };
        assert!(error.to_string().contains("is in use"), "{error}");
    }

    #[test]
    fn servers_that_start_together_have_ports_of_their_own() {
        let ports: Vec<_> = (0..200).map(|_| Port::free().unwrap()).collect();
        let numbers: std::collections::BTreeSet<_> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), ports.len());
    }
}
