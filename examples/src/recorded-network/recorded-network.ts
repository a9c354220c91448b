import {
  type MaybePromise,
  type NetworkAdapter,
  type NetworkAddress,
  NetworkError,
  type NetworkRequest,
  type NetworkResponse,
} from "vivarium";

/** One response, as a recording keeps it: JSON. */
export interface RecordedResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: NetworkResponse["headers"];
  /** Base64. */
  readonly body: string;
}

/** Responses by method and URL. */
export type Recording = Record<string, RecordedResponse>;

const keyOf = ({ method, url }: NetworkRequest): string => `${method} ${url}`;

/** Keeps what another network answers. */
export class RecordingNetwork implements NetworkAdapter {
  readonly name = "recording network";
  readonly recording: Recording = {};
  readonly #network: NetworkAdapter;

  constructor(network: NetworkAdapter) {
    this.#network = network;
  }

  lookup(hostname: string): MaybePromise<readonly NetworkAddress[]> {
    return this.#network.lookup?.(hostname) ?? [];
  }

  async fetch(request: NetworkRequest): Promise<NetworkResponse> {
    const response = await this.#network.fetch?.(request);
    if (response === undefined) throw new NetworkError("ENOTSUP", { reason: "there is nothing to record" });
    const { status, statusText, headers } = response;
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    const body = Buffer.concat(pieces);
    this.recording[keyOf(request)] = { status, statusText, headers, body: body.toString("base64") };
    return { ...response, body: inOnePiece(body) };
  }
}

/** Answers what was recorded, and nothing else: there is no network behind it. */
export class ReplayingNetwork implements NetworkAdapter {
  readonly name = "replaying network";
  readonly #recording: ReadonlyMap<string, RecordedResponse>;

  constructor(recording: Recording) {
    this.#recording = new Map(Object.entries(recording));
  }

  fetch(request: NetworkRequest): NetworkResponse {
    const recorded = this.#recording.get(keyOf(request));
    if (recorded === undefined) throw new NetworkError("ENETUNREACH", { reason: "no such request was recorded" });
    return { ...recorded, body: inOnePiece(Buffer.from(recorded.body, "base64")) };
  }
}

async function* inOnePiece(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.byteLength > 0) yield body;
}
