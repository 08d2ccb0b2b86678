//! The network address that a request came from: that of the socket, or, where the socket is a proxy's that the settings name, what that proxy says.
//! `X-Forwarded-For` from anybody else is a claim, and ignored.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use http::HeaderMap;

/// An address, or all that begin alike: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: u128,
    bits: u32,
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl Network {
    /// The addresses by which a machine reaches itself.
    pub fn own_machine() -> Vec<Self> {
        let networks = [(IpAddr::from([127, 0, 0, 0]), 96 + 8), (IpAddr::from(1_u128.to_be_bytes()), 128)];
        networks.map(|(address, bits)| Self { base: number(address), bits }).to_vec()
    }

    pub fn holds(&self, address: IpAddr) -> bool {
        let beyond = 128 - self.bits;
        beyond == 128 || (number(address) ^ self.base) >> beyond == 0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Ipv6Addr::from_bits(self.base).to_canonical();
        let offset = if address.is_ipv4() { 96 } else { 0 };
        write!(f, "{address}/{}", self.bits - offset)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write an address or a network, such as 10.0.0.5 or 10.0.0.0/8".to_owned();
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let (offset, most) = if address.is_ipv4() { (96, 32) } else { (0, 128) };
        let bits = bits.unwrap_or(most);
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { base: number(address), bits: offset + bits })
    }
}

/// The last address on the way that is no trusted proxy's.
pub fn address(socket: Option<IpAddr>, headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let mut address = socket?.to_canonical();
    let is_proxy = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    // Each proxy appends whom it was asked by; what stands further left was written by whoever is further away.
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let mut hops = lines.iter().flat_map(|line| line.split(',')).rev();
    while is_proxy(address) {
        match hops.next().map(|hop| hop.trim().parse::<IpAddr>()) {
            Some(Ok(next)) => address = next.to_canonical(),
            Some(Err(_)) | None => break,
        }
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn seen(socket: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        address(Some(socket.parse().unwrap()), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn the_header_counts_only_from_a_proxy_that_the_settings_name() {
        assert_eq!(seen("198.51.100.7", &["203.0.113.9"], &[]), "198.51.100.7");
        assert_eq!(seen("198.51.100.7", &["203.0.113.9"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(seen("10.1.2.3", &["203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("::ffff:10.1.2.3", &["203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(
            seen("10.1.2.3", &["1.1.1.1, 203.0.113.9, 10.9.9.9"], &["10.0.0.0/8"]),
            "203.0.113.9",
            "the claim left of it"
        );
        assert_eq!(
            seen("10.1.2.3", &["1.1.1.1", "203.0.113.9"], &["10.1.2.3"]),
            "203.0.113.9",
            "several lines are one"
        );
        assert_eq!(seen("10.1.2.3", &["unknown"], &["10.0.0.0/8"]), "10.1.2.3");
        assert_eq!(seen("10.1.2.3", &[], &["10.0.0.0/8"]), "10.1.2.3");
        assert_eq!(seen("2001:db8::5", &["2001:db8:1::9"], &["2001:db8::/64"]), "2001:db8:1::9");
    }

    #[test]
    fn networks_are_checked_when_they_are_set() {
        for wrong in ["", "ten", "10.0.0.0/33", "::/129", "10.0.0.0/x", "10.0.0"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        let all: Network = "::/0".parse().unwrap();
        assert!(all.holds("192.0.2.1".parse().unwrap()));
    }
}
