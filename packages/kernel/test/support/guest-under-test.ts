import {
  ANSWER_PARTS,
  type Diagnostic,
  errnoCodeOf,
  type FileSystem,
  type GuestProfile,
  type Limits,
  type Permissions,
  type StdinSource,
  type StdioListener,
  type SystemCallName,
  type SystemCallScalar,
  WINDOW_BYTES,
} from "@vivarium/core";
import { GuestCalls, HostCalls, Library } from "../../src/index.ts";

export interface GuestUnderTestOptions {
  readonly profile?: GuestProfile;
  readonly filesystem?: FileSystem;
  readonly permissions?: Permissions;
  readonly cwd?: string;
  readonly stdin?: StdinSource;
  readonly onStdio?: StdioListener;
  readonly limits?: Partial<Limits>;
}

const limits: Limits = {
  memoryLimit: 64,
  processOverheadLimit: 256,
  cpuTimeLimitMs: 5_000,
  wallTimeLimitMs: 5_000,
  outputLimitBytes: 1_000_000,
  resultLimitBytes: 1_000_000,
  openFilesLimit: 64,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 10_000,
  timersLimit: 10_000,
  threadsLimit: 16,
};

const library = new Library({ sources: { path: "exports.sep = '/';" } });

/** A guest's calls into an inline cell's kernel, without the guest: what a hostile program can do with them. */
export class GuestUnderTest {
  readonly diagnostics: Diagnostic[] = [];
  readonly host: HostCalls;
  readonly calls: GuestCalls;
  readonly window: Uint8Array = new Uint8Array(WINDOW_BYTES);
  #lastRequest = 0;

  constructor(options: GuestUnderTestOptions = {}) {
    const onDiagnostic = (diagnostic: Diagnostic): void => {
      this.diagnostics.push(diagnostic);
    };
    const { profile = "node", filesystem, permissions = {}, cwd = "/", stdin = "", onStdio } = options;
    const run = { ...limits, ...options.limits };
    this.host = new HostCalls({
      systemDriver: {
        permissions,
        processConfig: {},
        osConfig: {},
        ...(filesystem === undefined ? {} : { filesystem }),
      },
      execution: {
        profile,
        argv: [],
        env: {},
        cwd,
        filePath: "/main.js",
        limits: run,
        stdin,
        ...(onStdio === undefined ? {} : { onStdio }),
      },
      onDiagnostic,
    });
    this.calls = new GuestCalls({ window: this.window, library, isolate: () => undefined, onDiagnostic });
    this.calls.begin({ host: this.host.inlinePort(), limits: run });
  }

  /** A synchronous call: its result, or the name of its errno. */
  call(name: SystemCallName, ...args: readonly SystemCallScalar[]): string | number | undefined {
    return named(this.calls.calls[name](0, 0, ...args));
  }

  /** A synchronous call with bytes. */
  callWith(name: SystemCallName, input: string, ...args: readonly SystemCallScalar[]): string | number | undefined {
    return named(this.calls.calls[name](0, new TextEncoder().encode(input), ...args));
  }

  /** An asynchronous call, driven to its delivery. */
  async later(name: SystemCallName, ...args: readonly SystemCallScalar[]): Promise<string | number | undefined> {
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    this.calls.calls[name](request, 0, ...args);
    for (;;) {
      for (let done = this.calls.takeDelivery(); done.length > 0; done = this.calls.takeDelivery()) {
        for (let part = 0; part < done.length; part += ANSWER_PARTS) {
          if (done[part] === request) return named(done[part + 1]);
        }
      }
      await new Promise<void>((resolve) => {
        this.calls.queue.onCompletion(resolve);
      });
    }
  }

  /** The payload of the call just made, as text. */
  text(length: string | number | undefined): string {
    if (typeof length !== "number") return `no payload: ${length}`;
    const long = this.calls.fetchPayload();
    return new TextDecoder().decode(long ?? this.window.slice(0, length));
  }

  /** Reads a whole file: its text, or the name of the errno. */
  read(path: string): string {
    const length = this.call("fs.readFile", path, 0);
    return typeof length === "number" ? this.text(length) : `${length}`;
  }

  reason(): string | undefined {
    return this.calls.failureReason();
  }
}

function named(result: string | number | undefined): string | number | undefined {
  return typeof result === "number" && result < 0 ? (errnoCodeOf(result) ?? result) : result;
}
