/** Headers that are about one connection (RFC 9110, section 7.6.1), or that the next sender makes by itself. */
const ofConnection: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

type Header = readonly [name: string, value: string];

/** Headers as Node has read them: name, value, name, value. */
export function pairsOf(raw: readonly string[]): Header[] {
  const pairs: Header[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  return pairs;
}

/** What of a message's headers goes on to its end: those about the connection, and those it names itself, do not. */
export function endToEnd(headers: readonly Header[]): Header[] {
  const named = new Set<string>();
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== "connection") continue;
    for (const token of value.split(",")) named.add(token.trim().toLowerCase());
  }
  return headers.filter(([name]) => {
    const key = name.toLowerCase();
    return !ofConnection.has(key) && (!named.has(key) || key === "content-length");
  });
}

/** The values of all headers of a name. */
export function valuesOf(headers: readonly Header[], wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}
