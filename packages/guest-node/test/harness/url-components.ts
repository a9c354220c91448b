const OMITTED = 0xffffffff;
const SCHEMES: Readonly<Record<string, number>> = {
  "http:": 0,
  "https:": 2,
  "ws:": 3,
  "ftp:": 4,
  "wss:": 5,
  "file:": 6,
};

/** The nine numbers that describe a parsed URL to Node's `URL`. */
export function urlComponents(url: URL): readonly number[] {
  const { href, protocol } = url;
  const protocolEnd = protocol.length;
  const hasAuthority = href.startsWith("//", protocolEnd);
  let usernameEnd = protocolEnd;
  let hostStart = protocolEnd;
  let hostEnd = protocolEnd;
  let pathStart = protocolEnd;
  let port = OMITTED;
  if (hasAuthority) {
    const start = protocolEnd + 2;
    const credentials = url.username !== "" || url.password !== "";
    usernameEnd = start + url.username.length;
    hostStart = usernameEnd + (url.password === "" ? 0 : 1 + url.password.length);
    hostEnd = hostStart + (credentials ? 1 : 0) + url.hostname.length;
    if (url.port !== "") port = Number(url.port);
    pathStart = hostEnd + (url.port === "" ? 0 : 1 + url.port.length);
  }
  const hash = href.indexOf("#", pathStart);
  const query = href.indexOf("?", pathStart);
  const hasQuery = query >= 0 && (hash < 0 || query < hash);
  return [
    protocolEnd,
    usernameEnd,
    hostStart,
    hostEnd,
    port,
    pathStart,
    hasQuery ? query : OMITTED,
    hash < 0 ? OMITTED : hash,
    SCHEMES[protocol] ?? 1,
  ];
}
