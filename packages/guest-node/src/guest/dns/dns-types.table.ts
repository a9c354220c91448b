/** The types of records that a program may ask for, by their names (RFC 1035 and later). */
export const dnsTypes: Readonly<Record<string, number>> = {
  __proto__: null as never,
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  TLSA: 52,
  ANY: 255,
  CAA: 257,
};

/** What a server's answer says instead of records, as `dns` calls it: by its number. */
export const refusals: readonly string[] = ["", "EFORMERR", "ESERVFAIL", "ENOTFOUND", "ENOTIMP", "EREFUSED"];
