import { normalizeHost } from "@vivarium/core";

/** Where a connection goes, as far as the gate knows it. */
export interface GateDestination {
  /** Names by which the guest knows the other end, or its address; the first is what it is called where the URL says nothing else. */
  readonly hostnames: readonly string[];
  readonly port: number;
  /** Absent of a connection in the clear. */
  readonly secure?: { readonly servername: string | undefined };
}

/** The first lines of a request. */
export interface GateHead {
  /** The target of the request line. */
  readonly target: string;
  /** The values of all headers `Host`. */
  readonly hosts: readonly string[];
  /** Whether a WebSocket is asked for. */
  readonly isSocket: boolean;
}

/** What a request is for. Where its parts contradict each other, `hostname` and `port` are what they are not in the URL. */
export interface GateTarget {
  readonly url: URL;
  readonly hostname: string;
  readonly port: number;
  /** The same by where the connection goes, when the header says something else: what is sent goes there. */
  readonly elsewhere: URL | undefined;
  /** What is asked for there: the host that the header names, at the port that the connection goes to. */
  readonly sent: URL;
}

/** Why a request is none that the gate lets through. */
export class GateRefusal extends Error {}

const defaultPorts = { "http:": 80, "https:": 443 } as const;

/** @throws {GateRefusal} */
export function readGateTarget(head: GateHead, destination: GateDestination): GateTarget {
  const scheme = destination.secure === undefined ? "http:" : "https:";
  const url = urlOf(head, scheme);
  if (url.username !== "" || url.password !== "") throw new GateRefusal("a URL with a user name");
  const host = normalizeHost(url.hostname);
  if (host === undefined) throw new GateRefusal("no host");
  const port = url.port === "" ? defaultPorts[scheme] : Number(url.port);
  const stranger = strangerTo(host, destination);
  const hostname = stranger ?? host;
  const isElsewhere = stranger !== undefined || port !== destination.port;
  const elsewhere = isElsewhere ? movedTo(url, hostname, destination.port) : undefined;
  return { url, hostname, port: destination.port, elsewhere, sent: movedTo(url, host, destination.port) };
}

/** @throws {GateRefusal} */
function movedTo(url: URL, hostname: string, port: number): URL {
  const origin = `${url.protocol}//${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  if (!URL.canParse(origin)) throw new GateRefusal("no host");
  const moved = new URL(url);
  moved.host = new URL(origin).host;
  moved.port = String(port);
  return moved;
}

/** A name of the connection's that is not the one of the URL. */
function strangerTo(host: string, { hostnames, secure }: GateDestination): string | undefined {
  const names = hostnames.map((name) => normalizeHost(name));
  const servername = secure?.servername;
  if (!names.includes(host)) return hostnames[0] ?? "";
  return servername === undefined || servername === "" || normalizeHost(servername) === host ? undefined : servername;
}

function urlOf({ target, hosts }: GateHead, scheme: "http:" | "https:"): URL {
  const [host, another] = hosts;
  if (host === undefined || another !== undefined) throw new GateRefusal("not exactly one Host");
  const isAbsolute = !target.startsWith("/");
  const text = isAbsolute ? target : `${scheme}//${host}${target}`;
  if (!/^[!-~\u0080-\uffff]+$/.test(host) || /[\s/\\@?#]/.test(host)) throw new GateRefusal("a Host that is none");
  if (!URL.canParse(text)) throw new GateRefusal("a target that is no URL");
  const url = new URL(text);
  url.hash = "";
  // To a proxy: what it is asked for would be out of sight. Where it is the server itself, RFC 9112, 3.2.2, has it so.
  if (url.protocol !== scheme || (isAbsolute && url.host !== new URL(`${scheme}//${host}`).host))
    throw new GateRefusal("a target that is another server's");
  return url;
}
