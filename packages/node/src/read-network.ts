import { type NetworkAdapter, VivariumError } from "@vivarium/core";
import { readNetworkAdapter } from "./driver-shape.ts";
import { createDefaultNetworkAdapter } from "./network/default-network-adapter.ts";
import { flag, readOptions } from "./option-rule.ts";

/**
 * The network of a driver: the embedder's, or the host's own.
 * @throws {VivariumError} `ERR_INVALID_DRIVER`, `ERR_INVALID_OPTION`
 */
export function readNetwork(given: ReadonlyMap<string, unknown>): NetworkAdapter | undefined {
  const adapter = readNetworkAdapter(given.get("networkAdapter"));
  const useDefaultNetwork = given.get("useDefaultNetwork");
  readOptions({ useDefaultNetwork }, "createNodeDriver(options)", { useDefaultNetwork: flag });
  const loopbackExemptPorts = given.get("loopbackExemptPorts");
  if (useDefaultNetwork !== true) {
    if (loopbackExemptPorts === undefined) return adapter;
    throw invalid("loopbackExemptPorts", "useDefaultNetwork: true beside it", useDefaultNetwork);
  }
  if (adapter !== undefined) throw invalid("useDefaultNetwork", "no networkAdapter beside it", true);
  return createDefaultNetworkAdapter({ loopbackExemptPorts: loopbackExemptPorts as readonly number[] | undefined });
}

function invalid(option: string, wanted: string, actual: unknown): VivariumError {
  return new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual });
}
