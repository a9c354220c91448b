import type { NetworkAdapter } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { type NetworkAdapterUnderTest, openNetworkAdapter, type Reachable } from "./network-adapter-bench.ts";
import type { NetworkAdapterCapabilities, NetworkAdapterCapability } from "./network-adapter-case.ts";
import { networkAdapterCases } from "./network-adapter-cases.ts";

/** Methods whose absence is a gap that is declared. */
const methods = ["lookup", "connect", "listen"] as const;

/**
 * Defines a vitest suite that holds a network adapter to its contract, with servers on loopback: one exchange of HTTP, bodies
 * both ways, errors' codes, and what the adapter can beyond that.
 *
 * @param name Of the adapter; the name of the suite.
 * @param create Makes one, for each case, that reaches this server. Anything with `Symbol.asyncDispose` is disposed of.
 * @param capabilities What it can do. Everything is expected of it that is not declared `false`; the cases that need more are
 *   skipped, visibly. Declaring a gap that is none, or none where there is one, fails.
 */
export function describeNetworkAdapter(
  name: string,
  create: (server: Reachable) => NetworkAdapter | NetworkAdapterUnderTest,
  capabilities: Partial<NetworkAdapterCapabilities> = {},
): void {
  const has = (capability: NetworkAdapterCapability): boolean => capabilities[capability] ?? true;
  describe(`${name} as a network adapter`, () => {
    it.each(methods)("declares %s as it is", async (method) => {
      await using bench = await openNetworkAdapter(create);
      expect(typeof bench.adapter[method] === "function", `it has ${method}`).toBe(has(method));
    });
    for (const one of networkAdapterCases) {
      it.skipIf(!(one.needs ?? []).every(has))(one.name, async () => {
        await using bench = await openNetworkAdapter(create);
        await one.run(bench);
      });
    }
  });
}
