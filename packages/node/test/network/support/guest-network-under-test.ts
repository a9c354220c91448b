import {
  type Diagnostic,
  defaultLimits,
  errnoCodeOf,
  type Limits,
  type NetworkAccessRequest,
  type NetworkAdapter,
  type PermissionCheck,
  type SystemCallScalar,
} from "@vivarium/core";
import { type HostCallName, HostCalls } from "@vivarium/kernel";

export interface GuestNetworkUnderTestOptions {
  readonly network?: NetworkAdapter;
  readonly check?: PermissionCheck<NetworkAccessRequest>;
  readonly limits?: Partial<Limits>;
}

/** A call that has failed, as its guest is told. */
export class Refused extends Error {
  readonly code: string;
  readonly reason: string | undefined;

  constructor(code: string, reason: string | undefined) {
    super(reason === undefined ? code : `${code}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

/** The network of a guest, without the guest: what its library, or a hostile cell, can do with it. */
export class GuestNetworkUnderTest implements AsyncDisposable {
  readonly diagnostics: Diagnostic[] = [];
  readonly asked: NetworkAccessRequest[] = [];
  readonly host: HostCalls;

  constructor({ network, check, limits }: GuestNetworkUnderTestOptions) {
    this.host = new HostCalls({
      systemDriver: {
        ...(network && { network }),
        permissions: check === undefined ? {} : { network: this.#listening(check) },
        processConfig: {},
        osConfig: {},
      },
      execution: {
        profile: "node",
        argv: [],
        env: {},
        cwd: "/",
        filePath: "/main.js",
        limits: { ...defaultLimits, ...limits },
        stdin: "",
      },
      onDiagnostic: (diagnostic) => this.diagnostics.push(diagnostic),
    });
  }

  /** Policies stay what they are. */
  #listening(check: PermissionCheck<NetworkAccessRequest>): PermissionCheck<NetworkAccessRequest> {
    return new Proxy(check, {
      apply: (target, self, args: [NetworkAccessRequest]) => {
        this.asked.push(args[0]);
        return Reflect.apply(target, self, args) as ReturnType<typeof check>;
      },
    });
  }

  async call(name: HostCallName, ...args: readonly SystemCallScalar[]): Promise<string | number> {
    return await this.callWith(name, new Uint8Array(0), ...args);
  }

  async callWith(
    name: HostCallName,
    input: Uint8Array,
    ...args: readonly SystemCallScalar[]
  ): Promise<string | number> {
    const { result = 0, reason, payload } = await this.host.serve(name, args, input);
    if (typeof result === "number" && result < 0) throw new Refused(errnoCodeOf(result) ?? `${result}`, reason);
    return payload === undefined ? result : Buffer.from(payload).toString("latin1");
  }

  async connect(hostname: string, port: number): Promise<GuestSocket> {
    const addresses = String(await this.call("net.lookup", hostname, 0, true)).split("\0");
    return await this.connectTo(addresses[0] ?? "", port);
  }

  async connectTo(address: string, port: number): Promise<GuestSocket> {
    return new GuestSocket(this, Number(await this.call("net.connect", address, port, "")));
  }

  /** Sends a text to a host, and answers all that comes back until its end. */
  async exchange(hostname: string, port: number, text: string): Promise<string> {
    const socket = await this.connect(hostname, port);
    await socket.write(text);
    return await socket.readAll();
  }

  /** One request, as a library would send it, whose connection ends with its response. */
  async get(url: string, headers: readonly string[] = []): Promise<string> {
    const { hostname, port, pathname, search, host, protocol } = new URL(url);
    const socket = await this.connect(hostname, Number(port) || (protocol === "https:" ? 443 : 80));
    if (protocol === "https:") await socket.secure({ servername: hostname });
    const lines = [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...headers];
    await socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    return await socket.readAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.dispose();
  }
}

/** A byte stream of a guest. */
export class GuestSocket {
  readonly number: number;
  readonly #guest: GuestNetworkUnderTest;
  #received = 0;

  constructor(guest: GuestNetworkUnderTest, number: number) {
    this.#guest = guest;
    this.number = number;
  }

  async write(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    await this.#guest.callWith("stream.write", bytes, this.number);
  }

  /** What there is, as Latin-1; empty at the end. */
  async read(): Promise<string> {
    const answer = await this.#guest.call("stream.read", this.number, 65_536);
    if (typeof answer !== "string") return "";
    this.#received += answer.length;
    return answer;
  }

  async readAll(): Promise<string> {
    let all = "";
    for (;;) {
      const piece = await this.read();
      if (piece === "") return all;
      all += piece;
    }
  }

  /** Reads until what has come ends with this. */
  async readUntil(end: string): Promise<string> {
    let all = "";
    while (!all.endsWith(end)) {
      const piece = await this.read();
      if (piece === "") return `${all}<end>`;
      all += piece;
    }
    return all;
  }

  /** @param received what the guest has taken as plain, in bytes */
  async secure(options: object, received: number = this.#received): Promise<Record<string, unknown>> {
    const text = JSON.stringify(options);
    return JSON.parse(String(await this.#guest.call("net.secure", this.number, received, text)));
  }

  async shutdown(): Promise<void> {
    await this.#guest.call("stream.shutdown", this.number);
  }

  async close(): Promise<void> {
    await this.#guest.call("stream.close", this.number);
  }
}

/** The code of what a promise fails with, and its reason. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `no failure: ${JSON.stringify(await promise)}`;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}
