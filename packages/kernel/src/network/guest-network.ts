import { isIP } from "node:net";
import {
  type ByteStream,
  type DnsAnswer,
  type DnsType,
  dnsTypes,
  type ListenRequest,
  type MaybePromise,
  type NetworkAdapter,
  type NetworkAddress,
  type NetworkListener,
  normalizeHost,
  type PermissionDecision,
  type SecureAnswer,
  type SocketAddress,
} from "@vivarium/core";
import type { HostStream } from "../streams/host-stream.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";
import { CheckedNetwork } from "./checked-network.ts";
import { GateConnection, type GatedRoute } from "./gate-connection.ts";
import { HostListener } from "./host-listener.ts";
import { isOwnAddress, type Loopback } from "./loopback.ts";
import { NameTable } from "./name-table.ts";
import { NetworkGate } from "./network-gate.ts";
import type { NetworkPermit } from "./network-permit.ts";
import { assumedSession, HandshakeError, secureStream } from "./secure-stream.ts";
import { type SecureWish, SecureWishes } from "./secure-wishes.ts";
import { SniffedStream } from "./sniffed-stream.ts";

export interface GuestNetworkOptions {
  /** Absent: there is no network but the guest's own listeners. */
  readonly adapter: NetworkAdapter | undefined;
  readonly permit: NetworkPermit;
  /** What it shares with the guests that it has started, or was started by. */
  readonly loopback: Loopback;
  readonly onDiagnostic: OnDiagnostic;
}

/** Where a guest wants to listen. */
export interface ListeningPlace extends ListenRequest {
  /** Of `::`: what comes over IPv4 is not for it. */
  readonly onlyV6: boolean;
}

const LAST_PORT = 65_535;
/** TLS within TLS, as through a proxy. */
const MOST_LAYERS = 4;

/** The network of one guest: what it may reach, by names and addresses, and what it listens on. */
export class GuestNetwork {
  readonly #network: CheckedNetwork;
  readonly #permit: NetworkPermit;
  readonly #names: NameTable = new NameTable();
  readonly #gate: NetworkGate;
  readonly #loopback: Loopback;
  readonly #listeners: Set<HostListener> = new Set();
  readonly #wishes: SecureWishes = new SecureWishes();
  /** How often TLS has been made of a stream. */
  readonly #layers: WeakMap<HostStream, number> = new WeakMap();
  readonly #end: AbortController = new AbortController();
  readonly #hasAdapter: boolean;

  constructor({ adapter, permit, loopback, onDiagnostic }: GuestNetworkOptions) {
    this.#hasAdapter = adapter !== undefined;
    this.#network = new CheckedNetwork(adapter ?? {}, onDiagnostic);
    this.#permit = permit;
    this.#loopback = loopback;
    this.#gate = new NetworkGate({ network: this.#network, permit, onDiagnostic });
  }

  get adapterName(): string {
    return this.#network.name;
  }

  /** Addresses of a name. One to connect to there is always, where some request of HTTP might be allowed. */
  async lookup(hostname: string, family: number, forConnect: boolean): Promise<readonly string[]> {
    const host = normalizeHost(hostname);
    if (host === undefined) throw new CallFailure("EAI_NONAME");
    if (isIP(host) !== 0) return familyOf([{ address: host, family: isIP(host) === 6 ? 6 : 4 }], family);
    const decision = await this.#permit.ask({ op: "dns", hostname: host });
    if (decision.allow && this.#network.has("lookup")) return await this.#resolve(host, family);
    // Who may know the addresses, of a network that cannot look them up, is told one that leads there all the same.
    const isPlaced = (forConnect || decision.allow) && this.#mayBeGated(host);
    if (!isPlaced) throw this.#refusal(decision, "lookup");
    const placeholder = this.#names.placeholderFor(host);
    return [family === 6 ? `::ffff:${placeholder}` : placeholder];
  }

  async #resolve(host: string, family: number): Promise<readonly string[]> {
    const found = await this.#network.lookup(host);
    const addresses = familyOf(found, family);
    if (addresses.length === 0) throw new CallFailure("EAI_NONAME");
    this.#names.learn(host, addresses);
    return addresses;
  }

  /**
   * A connection to a guest that has the same loopback, and where it comes from. Nobody is asked, as of connections within
   * one guest: who listens there was.
   */
  connectWithin(
    address: string,
    port: number,
  ): { readonly bytes: ByteStream; readonly local: SocketAddress } | undefined {
    const listener = this.#loopback.find(address, port);
    if (listener === undefined) return undefined;
    const local = this.#loopback.nextClient(address);
    return { bytes: listener.join(local, this.#loopback.room), local };
  }

  /** A connection over TCP, or one for HTTP alone. */
  async connect(given: string, port: number): Promise<ByteStream> {
    const address = isIP(given) === 0 ? undefined : normalizeHost(given);
    if (address === undefined || port < 1 || port > LAST_PORT) throw new CallFailure("EINVAL");
    const placed = this.#names.hostOf(address);
    const route: GatedRoute =
      placed === undefined
        ? { hostnames: [...this.#names.namesOf(address), address], port, address }
        : { hostnames: [placed], port, address: undefined };
    const decision = await this.#mayConnect(route);
    if (decision?.allow === true && route.address !== undefined) return await this.#connectTo(route, route.address);
    if (!route.hostnames.some((name) => this.#mayBeGated(name, port)))
      throw this.#refusal(decision ?? { allow: this.#permit.mayAllowHttp(address, port) }, "connect", address);
    return this.#gate.open(route);
  }

  /** Nobody is asked about connections that cannot be made, or over which nothing but HTTP may go. */
  async #mayConnect({ hostnames, port, address }: GatedRoute): Promise<PermissionDecision | undefined> {
    if (address === undefined || !this.#network.has("connect")) return undefined;
    if (hostnames.some((name) => this.#permit.judgesUrls(name, port))) return undefined;
    let decision: PermissionDecision | undefined;
    for (const hostname of hostnames.length > 1 ? hostnames.slice(0, -1) : hostnames) {
      decision = await this.#permit.ask({ op: "connect", hostname, port, address });
      if (decision.allow) return decision;
    }
    return decision;
  }

  async #connectTo(route: GatedRoute, address: string): Promise<ByteStream> {
    const [hostname = address] = route.hostnames;
    const { port } = route;
    const isNamed = this.#permit.names({ op: "connect", hostname, port, address }, address);
    const family = isIP(address) === 6 ? 6 : 4;
    const signal = this.#end.signal;
    const raw = await this.#network.connect({ hostname, address, family, port, isNamed, signal });
    return this.#permit.allowsEverything ? raw : new SniffedStream(raw, () => this.#gate.open(route));
  }

  /** A connection to a Unix socket of the host. */
  async connectPath(path: string): Promise<ByteStream> {
    const decision = await this.#permit.ask({ op: "unix", path });
    if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
    return await this.#network.connectPath(path, this.#end.signal);
  }

  /**
   * Makes TLS of a stream. TLS ends in the host: what the guest writes from here on is plain.
   * @param received how many bytes the guest took as plain: what it was given beyond them would pass for what came over TLS
   */
  async secure(stream: HostStream, received: number, text: string): Promise<SecureAnswer> {
    const layers = this.#layers.get(stream) ?? 0;
    if (layers >= MOST_LAYERS) throw new CallFailure("EALREADY", "it is within TLS already");
    const wish = this.#wishes.take(text);
    let isKept = false;
    try {
      const answer = await this.#secureWith(stream, received, wish);
      isKept = !("error" in answer);
      if (isKept) this.#layers.set(stream, layers + 1);
      return answer;
    } finally {
      if (isKept) stream.onClose(wish.release);
      else wish.release();
    }
  }

  async #secureWith(stream: HostStream, received: number, wish: SecureWish): Promise<SecureAnswer> {
    const { source } = stream;
    try {
      if (!(source instanceof GateConnection)) return await this.#secureRaw(stream, source, received, wish);
      assertNothingSlippedIn(stream, received);
      source.becomeSecure(wish.options);
      return assumedSession(wish.options, source.destination.hostnames[0] ?? "");
    } catch (error) {
      if (error instanceof HandshakeError) return { error: { code: error.code, message: error.message } };
      throw error;
    }
  }

  async #secureRaw(stream: HostStream, source: ByteStream, received: number, wish: SecureWish): Promise<SecureAnswer> {
    const answers: SecureAnswer[] = [];
    await stream.change(async (plain) => {
      assertNothingSlippedIn(stream, received);
      const gate = source instanceof SniffedStream ? source.takeGate() : undefined;
      // HTTP/2 cannot be looked into: who is not allowed everything goes on without.
      const { alpn = [] } = wish.options;
      const offered = gate === undefined ? alpn : alpn.filter((name) => name !== "h2");
      const { stream: secured, session } = await secureStream(plain, wish, offered);
      answers.push(session);
      if (gate === undefined) return secured;
      return new SniffedStream(secured, () => {
        const connection = gate();
        if (connection instanceof GateConnection) connection.becomeSecure(wish.options);
        return connection;
      });
    });
    const [answer] = answers;
    if (answer === undefined) throw new CallFailure("EPROTO");
    return answer;
  }

  async query(type: string, name: string): Promise<DnsAnswer> {
    if (!isDnsType(type)) throw new CallFailure("EINVAL");
    const host = normalizeHost(name);
    if (host === undefined) return { error: "EBADNAME" };
    const decision = await this.#permit.ask({ op: "dns", hostname: host });
    if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
    if (!this.#hasAdapter) throw new CallFailure("ENETUNREACH", "there is no network");
    try {
      return { records: await this.#network.resolve({ type, name: host, signal: this.#end.signal }) };
    } catch (error) {
      const { code } = Object(error) as { readonly code?: unknown };
      if (typeof code === "string" && dnsErrors.has(code)) return { error: code };
      throw this.#network.failure("resolve", error);
    }
  }

  /** Whether the guest may listen there. @throws {CallFailure} `EINVAL` */
  mayListen(address: string, port: number): MaybePromise<PermissionDecision> {
    if (isIP(address) === 0 || port < 0 || port > LAST_PORT) throw new CallFailure("EINVAL");
    return this.#permit.ask({ op: "listen", hostname: address, ...(port > 0 && { port }) });
  }

  /**
   * Begins to listen. No port of the host's machine is opened but by an adapter that has `listen`.
   * @throws {CallFailure} `EADDRINUSE`, `EADDRNOTAVAIL`; `EMFILE` when its relatives and it have too many listeners
   */
  listen(place: ListeningPlace): MaybePromise<HostListener> {
    const { address, port, backlog } = place;
    this.#loopback.assertRoom();
    if (port > 0 && this.#loopback.isTaken(place)) throw new CallFailure("EADDRINUSE");
    if (!this.#network.has("listen") && !isOwnAddress(address)) {
      throw new CallFailure("EADDRNOTAVAIL", "a guest has no addresses but its own loopback's");
    }
    if (!this.#network.has("listen")) return this.#listenAt({ ...place, port: port || this.#loopback.freePort() });
    return this.#network
      .listen({ address, port, backlog })
      .then((real) => this.#listenAt({ ...place, port: real.local.port }, real));
  }

  #listenAt(place: ListeningPlace, real?: NetworkListener): HostListener {
    const { address, port, backlog, onlyV6 } = place;
    if (this.#end.signal.aborted || this.#loopback.isTaken(place)) {
      real?.close();
      throw new CallFailure(this.#end.signal.aborted ? "ECANCELED" : "EADDRINUSE");
    }
    const listener: HostListener = new HostListener({
      local: { address, family: isIP(address) === 6 ? 6 : 4, port },
      backlog,
      onlyV6,
      onClose: () => {
        this.#listeners.delete(listener);
        this.#loopback.remove(listener);
      },
      ...(real && { real }),
    });
    this.#listeners.add(listener);
    this.#loopback.add(listener);
    return listener;
  }

  /** What the guest listens on at a port; where none is said, what it has listened on first. */
  listenerAt(port?: number): HostListener | undefined {
    for (const listener of this.#listeners) if (port === undefined || listener.local.port === port) return listener;
    return undefined;
  }

  /** The run is over: its streams are closed by their table. */
  dispose(): void {
    this.#end.abort();
  }

  #mayBeGated(hostname: string, port?: number): boolean {
    return this.#network.has("fetch") && this.#permit.mayAllowHttp(hostname, port);
  }

  #refusal(decision: PermissionDecision, method: "lookup" | "connect", address?: string): CallFailure {
    if (!decision.allow) return new CallFailure("EACCES", decision.reason);
    // Without a network its own loopback is there all the same, and whoever listens there would have been found.
    if (!this.#hasAdapter && address !== undefined && isOwnAddress(address)) return new CallFailure("ECONNREFUSED");
    return this.#hasAdapter
      ? new CallFailure("ENOTSUP", `the network has no ${method}()`)
      : new CallFailure("ENETUNREACH", "there is no network");
  }
}

function familyOf(addresses: readonly NetworkAddress[], family: number): string[] {
  return addresses.filter((entry) => family === 0 || entry.family === family).map(({ address }) => address);
}

function isDnsType(type: string): type is DnsType {
  return dnsTypes.some((known) => known === type);
}

/** Codes of errors of `dns` (https://nodejs.org/api/dns.html#error-codes). */
const dnsErrors: ReadonlySet<string> = new Set([
  "ENODATA",
  "EFORMERR",
  "ESERVFAIL",
  "ENOTFOUND",
  "ENOTIMP",
  "EREFUSED",
  "EBADQUERY",
  "EBADNAME",
  "EBADFAMILY",
  "EBADRESP",
  "ECONNREFUSED",
  "ETIMEOUT",
  "ECANCELLED",
]);

/** Somebody on the way may have sent in plain what the guest would take for its peer's (as in CVE-2011-0411). */
function assertNothingSlippedIn(stream: HostStream, received: number): void {
  if (stream.given === received) return;
  throw new HandshakeError("EPROTO", "something was received in plain after which TLS was to begin");
}
