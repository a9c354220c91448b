/**
 * Ranges of addresses (CIDR) that are no public hosts' (IANA's special-purpose registries, RFC 6890), or that lead to
 * such behind another's translation. A request to one of these is one to the inside of somebody's network.
 */
export const privateRanges: readonly string[] = [
  // This host, private networks (RFC 1918), shared address space of carriers, loopback, link-local (metadata of clouds).
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  // Protocol assignments, documentation, 6to4's relays, benchmarks.
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  // Azure's platform, which is not link-local.
  "168.63.129.16/32",
  // Multicast, reserved, broadcast.
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Unspecified, loopback, and IPv4 in IPv6: compatible, translated. What is mapped is judged as the IPv4 that it is.
  "::/96",
  "::ffff:0:0:0/96",
  // Translation to IPv4 (NAT64), well-known and local.
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  // Discard, Teredo and other assignments, documentation, 6to4, segment routing.
  "100::/64",
  "100:0:0:1::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  // Unique local, link-local, once site-local, multicast.
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];
