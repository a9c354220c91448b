/** Number of components in Node's `url` binding. */
export const URL_COMPONENTS = 9;

const OMITTED = 0xffff_ffff;

/** Scheme types of the parser that Node uses (`ada::scheme::type`). */
const schemeTypes: ReadonlyMap<string, number> = new Map([
  ["http:", 0],
  ["https:", 2],
  ["ws:", 3],
  ["ftp:", 4],
  ["wss:", 5],
  ["file:", 6],
]);
const NOT_SPECIAL = 1;

/**
 * Where the parts of a serialised URL begin and end, as `ada::url_aggregator` tells it: protocol_end, username_end,
 * host_start, host_end, port, pathname_start, search_start, hash_start, scheme_type.
 * In a serialised URL (https://url.spec.whatwg.org/#url-serializing) `@`, `?` and `#` are encoded wherever they are not
 * delimiters, so that a scan finds them.
 */
export function urlComponents(href: string): Float64Array {
  const protocolEnd = href.indexOf(":") + 1;
  const hashStart = href.indexOf("#", protocolEnd);
  const beforeHash = hashStart === -1 ? href.length : hashStart;
  const question = href.indexOf("?", protocolEnd);
  const searchStart = question === -1 || question > beforeHash ? -1 : question;
  const pathEnd = searchStart === -1 ? beforeHash : searchStart;

  const parts = new Float64Array(URL_COMPONENTS);
  parts[0] = protocolEnd;
  if (href.startsWith("//", protocolEnd)) authorityComponents(href, protocolEnd + 2, pathEnd, parts);
  else {
    // A path that begins with two slashes is serialised behind `/.` when there is no host.
    const pathnameStart = href.startsWith("/.//", protocolEnd) ? protocolEnd + 2 : protocolEnd;
    parts.set([protocolEnd, protocolEnd, protocolEnd, OMITTED, pathnameStart], 1);
  }
  parts[6] = searchStart === -1 ? OMITTED : searchStart;
  parts[7] = hashStart === -1 ? OMITTED : hashStart;
  parts[8] = schemeTypes.get(href.slice(0, protocolEnd)) ?? NOT_SPECIAL;
  return parts;
}

function authorityComponents(href: string, start: number, pathEnd: number, parts: Float64Array): void {
  const slash = href.indexOf("/", start);
  const end = slash === -1 || slash > pathEnd ? pathEnd : slash;
  const at = href.lastIndexOf("@", end - 1);
  const hostStart = Math.max(at, start);
  const colon = href.indexOf(":", start);
  const usernameEnd = hostStart === start || colon === -1 || colon > hostStart ? hostStart : colon;
  const bracket = href.lastIndexOf("]", end - 1);
  const portColon = href.lastIndexOf(":", end - 1);
  const hasPort = portColon > hostStart && portColon > bracket;
  const hostEnd = hasPort ? portColon : end;
  parts.set([usernameEnd, hostStart, hostEnd, hasPort ? Number(href.slice(portColon + 1, end)) : OMITTED, end], 1);
}
