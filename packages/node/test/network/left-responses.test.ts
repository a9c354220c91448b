import type { NetworkResponse } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";
import { serveHttp } from "./support/local-server.ts";

const TIMES = 30;

/** Timers that keep this process. */
const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

describe("A response that nobody reads", () => {
  it.each([
    ["is returned", async ({ body }: NetworkResponse) => void (await body[Symbol.asyncIterator]().return?.())],
    ["is called off", async (_response: NetworkResponse, request: AbortController) => request.abort()],
  ])("keeps neither its connection nor a timer, once it %s", async (_how, leave) => {
    let cutOff = 0;
    await using server = await serveHttp((_request, response) => {
      response.on("close", () => {
        cutOff += 1;
      });
      response.write("x".repeat(100_000));
    });
    await using network = createDefaultNetworkAdapter();
    const before = timers();
    for (let time = 0; time < TIMES; time += 1) {
      const request = new AbortController();
      const response = await network.fetch?.({
        url: `http://127.0.0.1:${server.port}/`,
        method: "GET",
        headers: [],
        addresses: [{ address: "127.0.0.1", family: 4, isNamed: true }],
        signal: request.signal,
        guest: network,
      });
      await leave(response as NetworkResponse, request);
    }
    await expect.poll(() => cutOff).toBe(TIMES);
    expect(timers() - before).toBeLessThan(TIMES / 2);
  });
});
