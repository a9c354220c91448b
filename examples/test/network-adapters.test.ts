import { describeNetworkAdapter } from "@vivarium/conformance";
import { createDefaultNetworkAdapter } from "vivarium";
import { GatewayNetwork } from "../src/gateway-network/gateway-network.ts";
import { RecordingNetwork } from "../src/recorded-network/recorded-network.ts";

describeNetworkAdapter(
  "the gateway",
  ({ origin, address }) => {
    const network = createDefaultNetworkAdapter();
    const adapter = new GatewayNetwork({ "some.service": { origin, address, headers: {} } }, network);
    return { adapter, origin: "https://some.service", [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() };
  },
  { upgrade: false, lookup: false, connect: false, listen: false },
);

describeNetworkAdapter(
  "the recording network",
  () => {
    const network = createDefaultNetworkAdapter();
    return { adapter: new RecordingNetwork(network), [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() };
  },
  { upgrade: false, connect: false, listen: false, streams: false },
);
