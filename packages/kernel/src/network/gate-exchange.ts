import type { IncomingMessage } from "node:http";
import {
  type CheckedAddress,
  type NetworkAccessRequest,
  type NetworkRequest,
  type NetworkResponse,
  normalizeHost,
} from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CheckedNetwork } from "./checked-network.ts";
import type { GateBody } from "./gate-body.ts";
import type { GateConnection } from "./gate-connection.ts";
import { endToEnd, pairsOf, valuesOf } from "./gate-headers.ts";
import { GateRefusal, type GateTarget, readGateTarget } from "./gate-target.ts";
import type { NetworkPermit } from "./network-permit.ts";

export interface ExchangeOptions {
  readonly network: CheckedNetwork;
  readonly permit: NetworkPermit;
  readonly connection: GateConnection;
  readonly message: IncomingMessage;
  /** Whether a WebSocket is asked for. */
  readonly isSocket: boolean;
  /** What it carries, if it carries anything. */
  readonly body: GateBody | undefined;
  readonly signal: AbortSignal;
}

/**
 * One request of a guest: read, asked about, and made.
 * @throws {CallFailure} what its connection ends with
 */
export async function exchange(options: ExchangeOptions): Promise<NetworkResponse> {
  const { network, permit, connection, message, isSocket, body, signal } = options;
  const { method = "GET" } = message;
  const headers = pairsOf(message.rawHeaders);
  // What the guest says of TLS later is not what was asked about.
  const { secure } = connection;
  const target = targetOf(options, valuesOf(headers, "host"));
  const accessTo = (url: URL, hostname: string): NetworkAccessRequest => ({
    op: valuesOf(headers, "sec-fetch-mode").length > 0 ? "fetch" : "http",
    url: isSocket ? url.href.replace(/^http/, "ws") : url.href,
    method,
    hostname,
    port: target.port,
  });
  const access = accessTo(target.url, target.hostname);
  await demand(permit, access);
  // A check that looks at the URL alone, or at the host alone, is to hear of both: who gets the request, and who is named.
  if (target.elsewhere !== undefined) {
    await demand(permit, accessTo(target.elsewhere, target.hostname));
    await demand(permit, accessTo(target.sent, hostOf(target.sent)));
  }
  const addresses = await connection.addresses(network);
  const request: NetworkRequest = {
    url: target.sent.href,
    method,
    headers: endToEnd(headers),
    guest: permit.guest,
    signal,
    ...(addresses && { addresses: addresses.map((address) => checked(permit, access, address)) }),
    ...(isSocket ? { upgrade: "websocket" } : {}),
    ...(body && { body }),
    ...(secure && { secure }),
  };
  return await network.fetch(request);
}

function hostOf(url: URL): string {
  return normalizeHost(url.hostname) ?? "";
}

async function demand(permit: NetworkPermit, access: NetworkAccessRequest): Promise<void> {
  const decision = await permit.ask(access);
  if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
}

function checked(
  permit: NetworkPermit,
  access: NetworkAccessRequest,
  { address, family }: Omit<CheckedAddress, "isNamed">,
): CheckedAddress {
  return { address, family, isNamed: permit.names(access, address) };
}

function targetOf({ connection, message, isSocket }: ExchangeOptions, hosts: readonly string[]): GateTarget {
  try {
    return readGateTarget({ target: message.url ?? "", hosts, isSocket }, connection.destination);
  } catch (error) {
    if (error instanceof GateRefusal) throw new CallFailure("EACCES", error.message);
    throw error;
  }
}

/** Whether a request carries something. */
export function hasBody(message: IncomingMessage): boolean {
  const headers = pairsOf(message.rawHeaders);
  if (valuesOf(headers, "transfer-encoding").length > 0) return true;
  return valuesOf(headers, "content-length").some((length) => Number(length) > 0);
}
