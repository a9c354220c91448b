/** Longest name that DNS allows. */
const LONGEST_HOST = 253;

/**
 * The one spelling of a host: lower case, without brackets or a final dot, IPv4 and IPv6 addresses in their short form
 * (`0x7f.1` → `127.0.0.1`), so that a rule cannot be passed by spelling. `undefined` for what is no host.
 */
export function normalizeHost(host: string): string | undefined {
  if (host === "" || host.length > LONGEST_HOST || /[\s/\\@?#%]/.test(host)) return undefined;
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const address = bare.includes(":") ? `[${bare}]` : bare;
  if (!URL.canParse(`http://${address}/`)) return undefined;
  const { hostname } = new URL(`http://${address}/`);
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  const name = hostname.replace(/\.$/, "");
  return /^[\w-]+(?:\.[\w-]+)*$/.test(name) ? name : undefined;
}
