import type { GuestNetwork } from "../network/guest-network.ts";
import { parseIp } from "../network/ip-address.ts";
import { ArrayPrototypePush, StringPrototypeSplit } from "../past-prototypes.ts";
import { ArrayIsArray, StringPrototypeEndsWith, StringPrototypeToLowerCase } from "../primordial.ts";
import { askDns, completeRequest, type DnsRequest } from "./ask-dns.ts";
import { reverseName } from "./reverse-name.ts";
import { services } from "./services.table.ts";

const V4 = 4;
const V6 = 6;
const V4_BYTES = 4;
const IPV4_FIRST = 1;
const IPV6_FIRST = 2;
const UV_EAI_NONAME = -3008;
const UV_EINVAL = -22;
const UV_EACCES = -13;
const UV_ENETUNREACH = -101;
const UV_EAI_AGAIN = -3001;

type LookUp = (request: DnsRequest, hostname: string, family: number, hints: number, order: number) => number;

/** `getaddrinfo`: the addresses of a name. */
export function lookUp(network: GuestNetwork): LookUp {
  const { guest, listeners } = network;
  return (request, hostname, family, _hints, order) => {
    const wrap = guest.wraps.adopt(request, "GETADDRINFOREQWRAP");
    const done = (error: number | null, addresses: readonly string[]): void => {
      const found = inOrder(addresses, family, order);
      const failed = error ?? (found.length === 0 ? UV_EAI_NONAME : null);
      completeRequest(guest, wrap, request, failed, failed === null ? found : undefined);
    };
    const isConnecting = network.isConnecting();
    const isOwnName = isLocalhost(hostname);
    if (isOwnName && !isConnecting) {
      guest.loop.post(() => done(null, ownAddresses));
      return 0;
    }
    const answered = (result: unknown): void => {
      const addresses = typeof result === "string" ? StringPrototypeSplit(result, "\0") : undefined;
      if (result === UV_EACCES && listeners.isEmpty) done(UV_EACCES, []);
      else if (isOwnName) {
        // A connection to a server of this guest is no business of the host's; any other is, by the name that was asked for.
        for (let index = 0; index < (addresses?.length ?? 0); index++) listeners.addAlias(addresses?.[index] as string);
        done(null, addresses ?? ownAddresses);
      } else done(addresses === undefined ? Number(result) : null, addresses ?? []);
    };
    const asked = family === V4 || family === V6 ? family : 0;
    guest.calls.request("net.lookup", [hostname, asked, isConnecting], answered, { resource: "GetAddrInfoReqWrap" });
    return 0;
  };
}

/** `getnameinfo`: what an address and a port are called. */
export function lookUpService(network: GuestNetwork): (request: DnsRequest, address: string, port: number) => number {
  const { guest } = network;
  return (request, address, port) => {
    const name = reverseName(address);
    if (name === undefined) return UV_EINVAL;
    const wrap = guest.wraps.adopt(request, "GETNAMEINFOREQWRAP");
    const service = services[`${port}`] ?? `${port}`;
    if (address === "127.0.0.1" || address === "::1") {
      guest.loop.post(() => completeRequest(guest, wrap, request, null, "localhost", service));
      return 0;
    }
    askDns(guest, "PTR", name, ({ error, records }) => {
      const found = ArrayIsArray(records) ? records[0] : undefined;
      if (typeof found === "string") completeRequest(guest, wrap, request, null, found, service);
      else completeRequest(guest, wrap, request, nameFailure(error), undefined, undefined);
    });
    return 0;
  };
}

/** Without a network nobody knows, and may do so later. */
function nameFailure(error: number | string | null): number {
  if (typeof error !== "number") return UV_EAI_NONAME;
  return error === UV_ENETUNREACH ? UV_EAI_AGAIN : error;
}

const ownAddresses: readonly string[] = ["127.0.0.1", "::1"];

function isLocalhost(hostname: string): boolean {
  const name = StringPrototypeToLowerCase(hostname);
  return name === "localhost" || StringPrototypeEndsWith(name, ".localhost");
}

function inOrder(addresses: readonly string[], family: number, order: number): string[] {
  const v4: string[] = [];
  const v6: string[] = [];
  const verbatim: string[] = [];
  for (let index = 0; index < addresses.length; index++) {
    const address = addresses[index] as string;
    const isV4 = parseIp(address)?.length === V4_BYTES;
    if (address === "" || (family === V4 && !isV4) || (family === V6 && isV4)) continue;
    ArrayPrototypePush(isV4 ? v4 : v6, address);
    ArrayPrototypePush(verbatim, address);
  }
  if (order === IPV4_FIRST) return appended(v4, v6);
  return order === IPV6_FIRST ? appended(v6, v4) : verbatim;
}

function appended(first: string[], second: readonly string[]): string[] {
  for (let index = 0; index < second.length; index++) ArrayPrototypePush(first, second[index] as string);
  return first;
}
