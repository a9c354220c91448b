import { isIP } from "node:net";
import type { ByteStream, NetworkAddress, SecureOptions } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CheckedNetwork } from "./checked-network.ts";
import { GateEnd } from "./gate-end.ts";
import type { GateDestination } from "./gate-target.ts";
import { turnOf } from "./gate-turns.ts";

/** Where a connection goes that ends in the gate. */
export interface GatedRoute {
  /** Names by which the guest knows the other end, and its address where it has one. Never empty. */
  readonly hostnames: readonly string[];
  readonly port: number;
  /** Undefined where the first of the names is not looked up yet. */
  readonly address: string | undefined;
}

/** How long a connection may be silent before its first request, in milliseconds. */
const SILENCE_MS = 5_000;

/** What serving one request takes of the host's thread, about, in milliseconds. */
const EXCHANGE_MS = 0.25;

/** Requests of one connection that may be sent before the first is answered. */
const MOST_REQUESTS = 32;

/** A connection of a guest that ends in the gate: for HTTP alone. */
export class GateConnection implements ByteStream {
  readonly host: GateEnd;
  readonly #route: GatedRoute;
  readonly #silence: NodeJS.Timeout;
  #addresses: Promise<readonly NetworkAddress[]> | undefined;
  #secure: SecureOptions | undefined;
  /** Requests that are not answered, and when the last of them will be. */
  #requests = 0;
  #last: Promise<void> = Promise.resolve();

  /** @param begin called with the first bytes */
  constructor(route: GatedRoute, begin: (connection: GateConnection) => Promise<void>) {
    this.#route = route;
    this.host = new GateEnd(() => {
      clearTimeout(this.#silence);
      return begin(this);
    });
    this.#silence = setTimeout(() => {
      this.host.fail(new CallFailure("EACCES", "nothing but HTTP may be sent there, and no request has come"));
    }, SILENCE_MS);
    this.#silence.unref();
    this.host.once("close", () => clearTimeout(this.#silence));
  }

  /** What the guest wants of TLS; undefined of a connection in the clear. */
  get secure(): SecureOptions | undefined {
    return this.#secure;
  }

  get destination(): GateDestination {
    const { hostnames, port } = this.#route;
    const secure = this.#secure;
    return { hostnames, port, ...(secure && { secure: { servername: secure.servername } }) };
  }

  /**
   * From here on the guest writes what is to go over TLS.
   * @throws {CallFailure} `EALREADY` for a connection that is secure: what has been asked about is not changed
   */
  becomeSecure(options: SecureOptions): void {
    if (this.#secure !== undefined) throw new CallFailure("EALREADY");
    this.#secure = options;
  }

  /**
   * Serves one request after the other, as they came: a guest that sends many at once has one under way.
   * @returns whether it may be served: a few may wait
   */
  inTurn(serve: () => Promise<void>): boolean {
    if (this.#requests >= MOST_REQUESTS) return false;
    this.#requests += 1;
    this.#last = this.#last.then(async () => {
      await turnOf(EXCHANGE_MS);
      if (!this.host.destroyed) await serve();
      this.#requests -= 1;
    });
    return true;
  }

  /** The addresses to connect to, looked up once; undefined where nobody can look up. */
  async addresses(network: CheckedNetwork): Promise<readonly NetworkAddress[] | undefined> {
    const { address, hostnames } = this.#route;
    const [hostname = ""] = hostnames;
    const known = address ?? (isIP(hostname) === 0 ? undefined : hostname);
    if (known !== undefined) return [{ address: known, family: isIP(known) === 6 ? 6 : 4 }];
    if (!network.has("lookup")) return undefined;
    this.#addresses ??= network.lookup(hostname);
    const addresses = await this.#addresses;
    if (addresses.length === 0) throw new CallFailure("EAI_NONAME");
    return addresses;
  }

  read(): ReturnType<ByteStream["read"]> {
    return this.host.guest.read();
  }

  write(bytes: Uint8Array): ReturnType<ByteStream["write"]> {
    return this.host.guest.write(bytes);
  }

  end(): ReturnType<ByteStream["end"]> {
    return this.host.guest.end();
  }

  destroy(): void {
    this.host.destroy();
  }
}
