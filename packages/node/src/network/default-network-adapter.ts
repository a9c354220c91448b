import { connect } from "node:net";
import {
  type ByteStream,
  type ConnectRequest,
  type ListenRequest,
  type NetworkAdapter,
  NetworkError,
  VivariumError,
} from "@vivarium/core";
import { arrayOf, flag, integer, type OptionRules, readOptions, texts } from "../option-rule.ts";
import { AddressGuard, isRange } from "./address-guard.ts";
import { boundedSocket, type ConnectionBounds } from "./bounded-socket.ts";
import { type DefaultNetworkOptions, defaultNetworkSettings, type NetworkSettings } from "./default-network-options.ts";
import { type DialContext, dial } from "./dial.ts";
import { HttpClient } from "./http-client.ts";
import { listenOnHost } from "./listen-on-host.ts";
import { NameResolver } from "./resolve-names.ts";
import { SocketCount } from "./socket-count.ts";
import { toldError } from "./told-error.ts";

/** The host's own network; disposing of it ends its connections. */
export interface DefaultNetworkAdapter extends NetworkAdapter, AsyncDisposable {}

/**
 * The host's own network for guests, within bounds. What guests may use of it, their check decides (`permissions.network`).
 * Beyond that private addresses are refused, in every spelling and after names are resolved, unless a policy names them:
 * see {@link DefaultNetworkOptions.allowAddresses}. Variables for proxies are not heeded.
 *
 * @throws VivariumError `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`
 */
export function createDefaultNetworkAdapter(options: DefaultNetworkOptions = {}): DefaultNetworkAdapter {
  const settings = readSettings(options);
  const context: DialContext = {
    guard: new AddressGuard(settings),
    sockets: new SocketCount(settings.maxSockets),
    timeoutMs: settings.connectTimeoutMs,
  };
  const http = new HttpClient(context, settings);
  const names = new NameResolver(settings.dnsServers);
  return {
    name: "default network",
    fetch: (request) => http.fetch(request),
    lookup: (hostname) => names.lookup(hostname),
    resolve: (question) => names.resolve(question),
    connect: (request) => connectTo(request, context, settings),
    ...(settings.unixSockets && { connectPath: (path, signal) => connectToPath(path, signal, context, settings) }),
    ...(settings.listen && { listen: (request: ListenRequest) => listenOnHost(request) }),
    [Symbol.asyncDispose]: () => http.destroy(),
  };
}

async function connectTo(request: ConnectRequest, context: DialContext, bounds: ConnectionBounds): Promise<ByteStream> {
  try {
    const socket = await dial({ addresses: [request], port: request.port, signal: request.signal }, context);
    return boundedSocket(socket, bounds);
  } catch (error) {
    throw toldError(error);
  }
}

async function connectToPath(
  path: string,
  signal: AbortSignal,
  { sockets, timeoutMs }: DialContext,
  bounds: ConnectionBounds,
): Promise<ByteStream> {
  const socket = sockets.open(() => connect({ path }));
  const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(new NetworkError(signal.aborted ? "ECANCELED" : "ETIMEDOUT"));
  late.addEventListener("abort", abort, { once: true });
  socket.once("connect", resolve);
  socket.once("error", reject);
  try {
    await promise;
    return boundedSocket(socket, bounds);
  } catch (error) {
    socket.destroy();
    throw toldError(error);
  } finally {
    late.removeEventListener("abort", abort);
  }
}

const isPort = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
const ports = arrayOf("ports from 1 to 65535", "a port from 1 to 65535", isPort);

const ranges = arrayOf(
  "ranges of addresses",
  'a range of addresses such as "10.0.0.0/8" or "10.0.0.1/32"',
  (value) => typeof value === "string" && isRange(value),
);

const amount = {
  wanted: "an integer of at least 1, or Infinity",
  read: (value: unknown): unknown =>
    value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) >= 1) ? value : undefined,
};

const rules: { readonly [Name in keyof Required<DefaultNetworkOptions>]: OptionRules[string] } = {
  loopbackExemptPorts: ports,
  allowAddresses: ranges,
  dnsServers: texts,
  connectTimeoutMs: integer(1),
  idleTimeoutMs: integer(1),
  timeLimitMs: integer(1),
  maxResponseBytes: amount,
  maxDecompressedBytes: amount,
  maxConnectionBytes: amount,
  connectionIdleTimeoutMs: amount,
  connectionTimeLimitMs: amount,
  maxSockets: integer(1),
  unixSockets: flag,
  listen: flag,
};

function readSettings(options: DefaultNetworkOptions): NetworkSettings {
  const settings = {
    ...defaultNetworkSettings,
    ...readOptions(options, "createDefaultNetworkAdapter(options)", rules),
  };
  try {
    new NameResolver(settings.dnsServers);
  } catch {
    const [actual] = settings.dnsServers;
    const wanted = "addresses of servers, each perhaps with a port (`192.0.2.1:53`)";
    throw new VivariumError("ERR_INVALID_OPTION", { option: "dnsServers", wanted, actual });
  }
  return settings;
}
