/** Longest name that DNS allows. */
const LONGEST_HOST = 253;

/**
 * The one spelling of a host: lower case, without brackets or a final dot, IPv4 and IPv6 addresses in their short form
 * (`0x7f.1` → `127.0.0.1`), IPv4 addresses mapped into IPv6 as what they are reached by (`::ffff:7f00:1` → `127.0.0.1`),
 * so that a rule cannot be passed by spelling. `undefined` for what is no host.
 */
export function normalizeHost(host: string): string | undefined {
  if (host === "" || host.length > LONGEST_HOST || /[\s/\\@?#%]/.test(host)) return undefined;
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const address = bare.includes(":") ? `[${bare}]` : bare;
  if (!URL.canParse(`http://${address}/`)) return undefined;
  const { hostname } = new URL(`http://${address}/`);
  if (hostname.startsWith("[")) return unmap(hostname.slice(1, -1));
  const name = hostname.replace(/\.$/, "");
  return /^[\w-]+(?:\.[\w-]+)*$/.test(name) ? name : undefined;
}

/** An address of `::ffff:0:0/96` (RFC 4291, section 2.5.5.2) goes out as IPv4. */
function unmap(address: string): string {
  const parts = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (parts === null) return address;
  const [high, low] = [Number.parseInt(parts[1] ?? "", 16), Number.parseInt(parts[2] ?? "", 16)];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}
