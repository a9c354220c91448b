import type { RuntimeDriver } from "../contracts/runtime-driver.ts";
import { VivariumError } from "../errors/vivarium-error.ts";

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
   * Asks a server of a guest over HTTP, as `fetch()` does: of a guest that stays, or of a run under way. Nothing of it touches
   * the host's network. The port of the URL says which one (of several guests that listen on it, the one that began first); the
   * name of the host is what the server reads as `Host`.
   *
   * It is one exchange: a redirect is answered as it came, and so is a body that the server has compressed. A body ends
   * with an error beyond `resultLimitBytes`. What the server computes is its guest's own time between calls.
   *
   * @param input an `http:` URL, or a request for one
   * @throws TypeError (by rejection) as `fetch()`: "fetch failed", whose `cause` has a `code`; `ECONNREFUSED` where no guest
   *   listens on that port
   * @throws VivariumError (by rejection) `ERR_DISPOSED`; `ERR_UNSUPPORTED_CAPABILITY` where guests of this runtime driver cannot
   *   be reached
   */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const { driver, driverName, isDisposed } = this.#parts;
    if (isDisposed()) throw new VivariumError("ERR_DISPOSED", { what: "the runtime" });
    if (driver.fetch !== undefined) return await driver.fetch(new Request(input, init));
    const capability = "servers in guests";
    throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", { driver: driverName, capability });
  }
}
