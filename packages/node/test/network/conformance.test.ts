import { describeNetworkAdapter, networkAdapterCases, openNetworkAdapter } from "@vivarium/conformance";
import type { NetworkAdapter, NetworkRequest, NetworkResponse } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";

describeNetworkAdapter("createDefaultNetworkAdapter()", () => {
  const adapter = createDefaultNetworkAdapter({ listen: true });
  return { adapter, [Symbol.asyncDispose]: () => adapter[Symbol.asyncDispose]() };
});

type Fetch = (request: NetworkRequest) => Promise<NetworkResponse>;
type Breaks = (right: Required<NetworkAdapter>, fetch: Fetch) => Partial<NetworkAdapter>;

/** What an author gets wrong, and the case that notices. */
const wrongs: Readonly<Record<string, Breaks>> = {
  "answers status, phrase, headers and content as they came": (_right, fetch) => ({
    fetch: async (request) => {
      const response = await fetch(request);
      return { ...response, headers: [...new Map(response.headers)] };
    },
  }),
  "follows no redirect": (_right, fetch) => ({
    fetch: async (request) => {
      const { status, ...answer } = await fetch(request);
      return status === 302 ? fetch({ ...request, url: new URL("/answer", request.url).href }) : { status, ...answer };
    },
  }),
  "sends method, target, headers and bytes as they are given": (_right, fetch) => ({
    fetch: (request) => fetch({ ...request, url: decodeURI(request.url).replace(" b", "b") }),
  }),
  "sends a body that comes in pieces": (_right, fetch) => ({
    fetch: async ({ body, ...request }) => {
      for await (const first of (body ?? []) as AsyncIterable<Uint8Array>) return fetch({ ...request, body: first });
      return fetch(request);
    },
  }),
  "fails as the body does that it sends": (_right, fetch) => ({
    fetch: ({ body: _lost, ...request }) => fetch(request),
  }),
  "gives packed content as it is, or unpacked and without the header that says so": (_right, fetch) => ({
    fetch: async (request) => {
      const response = await fetch(request);
      return { ...response, headers: response.headers.filter(([name]) => name !== "content-encoding") };
    },
  }),
  "fails with a code where a response ends before its length": (_right, fetch) => ({
    fetch: async (request) => {
      const { body, ...answer } = await fetch(request);
      const lenient = async function* (): AsyncGenerator<Uint8Array> {
        try {
          yield* body;
        } catch {}
      };
      return { ...answer, body: lenient() };
    },
  }),
  "gives up an exchange that nobody waits for, before it is answered": (_right, fetch) => ({
    fetch: (request) =>
      Promise.race([
        fetch({ ...request, signal: new AbortController().signal }),
        new Promise<never>((_resolve, reject) => {
          request.signal.addEventListener("abort", () => reject(Object.assign(new Error(), { code: "ECANCELED" })));
        }),
      ]),
  }),
  "connects to the very address, carries bytes both ways, and ends one side after the other": (right) => ({
    connect: async (request) => {
      const stream = await right.connect(request);
      return {
        read: () => stream.read(),
        write: (bytes) => stream.write(bytes),
        end: () => stream.destroy(),
        destroy: () => stream.destroy(),
      };
    },
  }),
  "holds a writer back when the other end does not read": (right) => ({
    connect: async (request) => {
      const stream = await right.connect(request);
      return {
        read: () => stream.read(),
        // Nobody hears of the writes that the end of the stream gives up.
        write: (bytes) => void Promise.resolve(stream.write(bytes)).catch(() => undefined),
        end: () => stream.end(),
        destroy: () => stream.destroy(),
      };
    },
  }),
  "fails with ECONNREFUSED where nobody listens": (right) => ({
    connect: (request) =>
      Promise.resolve(right.connect(request)).catch(() => {
        throw new Error("it did not work");
      }),
  }),
};

describe("The suite", () => {
  it.each(Object.entries(wrongs))(
    "notices an adapter for which this is not so: %s",
    async (name, breaks) => {
      await using network = createDefaultNetworkAdapter({ listen: true });
      const right = network as Required<NetworkAdapter>;
      const fetch: Fetch = async (request) => right.fetch(request);
      await using bench = await openNetworkAdapter(() => ({ ...right, ...breaks(right, fetch) }));
      const noticing = networkAdapterCases.find((one) => one.name === name);
      if (noticing === undefined) return expect.unreachable("a case of that name");
      await expect(noticing.run(bench)).rejects.toThrow();
      return undefined;
    },
    10_000,
  );
});
