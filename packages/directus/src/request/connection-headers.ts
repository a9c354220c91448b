/**
 * Headers that are about the connection, and where a message begins and ends on it: neither a request of an extension nor an
 * answer says them, or one message could be taken for two. In lower case.
 */
export const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
