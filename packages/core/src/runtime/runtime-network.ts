import type { RuntimeDriver } from "../contracts/runtime-driver.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import { type GuestRequestInit, readGuestRequest } from "./guest-request-init.ts";

export interface RuntimeNetworkParts {
  readonly driver: RuntimeDriver;
  readonly driverName: string;
  readonly isDisposed: () => boolean;
}

/** How the host reaches servers of its guests. `runtime.network` is one. */
export class RuntimeNetwork {
  readonly #parts: RuntimeNetworkParts;

  /** A runtime makes its own. */
  constructor(parts: RuntimeNetworkParts) {
    this.#parts = parts;
  }

  /**
   * Asks a server of a guest over HTTP or HTTPS, as `fetch()` does: of a guest that stays, or of a run under way. Nothing of it touches
   * the host's network. The port of the URL says which one (of several guests that listen on it, the one that began first); the
   * name of the host is what the server reads as `Host`.
   *
   * It is one exchange: a redirect is answered as it came, and so is a body that the server has compressed. A body ends
   * with an error beyond `resultLimitBytes`. What a guest that stays computes meanwhile is done for the request, as for a
   * call of it.
   *
   * @param input an `http:` or `https:` URL, or a request for one
   * @param init as of `fetch()`, and what the request may take; `tls`: whose certificates to trust
   * @throws TypeError (by rejection) as `fetch()`: "fetch failed", whose `cause` has a `code`; `ECONNREFUSED` where no guest
   *   listens on that port, `ETIMEDOUT` where it takes more than it may,
   *   of a certificate that is not trusted OpenSSL's (`DEPTH_ZERO_SELF_SIGNED_CERT`)
   * @throws VivariumError (by rejection) `ERR_DISPOSED`; `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`; `ERR_UNSUPPORTED_CAPABILITY` where guests of this runtime driver cannot
   *   be reached
   */
  async fetch(input: string | URL | Request, init?: GuestRequestInit): Promise<Response> {
    const { driver, driverName, isDisposed } = this.#parts;
    if (isDisposed()) throw new VivariumError("ERR_DISPOSED", { what: "the runtime" });
    if (driver.fetch !== undefined) {
      const { request, bounds } = readGuestRequest(input, init);
      return await driver.fetch(request, bounds);
    }
    const capability = "servers in guests";
    throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", { driver: driverName, capability });
  }
}
