import { defaultLimits } from "@vivarium/core";
import { HostCalls } from "@vivarium/kernel";
import type { Pool } from "undici";
import { describe, expect, it } from "vitest";
import { ServerPools } from "../../src/servers/server-pools.ts";

/** A guest that listens, without the guest: what its library would do with it. */
class ListeningGuest implements AsyncDisposable {
  readonly host: HostCalls = new HostCalls({
    systemDriver: { permissions: { network: () => true }, processConfig: {}, osConfig: {} },
    execution: {
      profile: "node",
      argv: [],
      env: {},
      cwd: "/",
      filePath: "/main.js",
      limits: defaultLimits,
      stdin: "",
    },
    onDiagnostic: () => undefined,
  });
  readonly pools: ServerPools = new ServerPools(this.host);
  accepted = 0;

  /** Answers each connection's first bytes so, or nobody. */
  async listen(answer?: string): Promise<Pool> {
    const listener = await this.#call("net.listen", ["127.0.0.1", 3000, 511, false]);
    void this.#acceptAll(listener, answer);
    return this.pools.at(3000) as Pool;
  }

  async #acceptAll(listener: number, answer: string | undefined): Promise<void> {
    for (;;) {
      const stream = await this.#call("net.accept", [listener]);
      if (stream < 0) return;
      this.accepted += 1;
      await this.#call("stream.read", [stream, 65_536]);
      if (answer !== undefined) void this.#call("stream.write", [stream], Buffer.from(answer));
    }
  }

  async #call(
    name: Parameters<HostCalls["serve"]>[0],
    args: readonly (string | number | boolean)[],
    input: Uint8Array = new Uint8Array(0),
  ): Promise<number> {
    return Number((await this.host.serve(name, args, input)).result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pools.destroy();
    await this.host.dispose();
  }
}

const ask = { method: "GET", path: "/" } as const;

describe("what the host has of one server of a guest", () => {
  it("is so many connections: more requests wait", async () => {
    await using guest = new ListeningGuest();
    const pool = await guest.listen();
    const over = new AbortController();
    const asked = Array.from({ length: 80 }, () => pool.request({ ...ask, signal: over.signal }));
    const ends = Promise.allSettled(asked);
    await expect.poll(() => guest.accepted).toBe(64);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(guest.accepted).toBe(64);
    over.abort();
    expect((await ends).every(({ status }) => status === "rejected")).toBe(true);
  });

  it("is so much of the headers of one response", async () => {
    const answer = (bytes: number): string =>
      `HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-A: ${"x".repeat(bytes)}\r\n\r\n`;
    await using modest = new ListeningGuest();
    expect((await (await modest.listen(answer(60 * 1024))).request(ask)).statusCode).toBe(200);
    await using boasting = new ListeningGuest();
    const request = (await boasting.listen(answer(65 * 1024))).request(ask);
    await expect(request).rejects.toMatchObject({ code: "UND_ERR_HEADERS_OVERFLOW" });
  });
});
