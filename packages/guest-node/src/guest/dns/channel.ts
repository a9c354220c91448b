import type { GuestNetwork } from "../network/guest-network.ts";
import { parseIp } from "../network/ip-address.ts";
import { ArrayPrototypePush, ObjectDefineProperty } from "../past-prototypes.ts";
import {
  ArrayIsArray,
  MathMax,
  SetPrototypeAdd,
  SetPrototypeDelete,
  SetPrototypeForEach,
  SetPrototypeGetSize,
  StringPrototypeEndsWith,
  StringPrototypeToLowerCase,
} from "../primordial.ts";
import { askDns, completeRequest, type DnsOutcome, type DnsRequest } from "./ask-dns.ts";
import type { DnsServer } from "./dns-exchange.ts";
import { reverseName } from "./reverse-name.ts";
import { hostServer, ServerQuestion } from "./server-question.ts";

const UV_EINVAL = -22;
const V4_BYTES = 4;
/** What Node answers who names servers while questions are under way. */
export const PENDING_QUESTIONS = -1000;
const DEFAULT_TIMEOUT_MS = 2000;
const LEAST_TIMEOUT_MS = 250;

interface Pending {
  readonly settle: (outcome: DnsOutcome) => void;
  question: ServerQuestion | undefined;
}

/** A resolver. Its questions are put by the host to the servers of the host, until its program names others. */
export class DnsChannel {
  readonly #network: GuestNetwork;
  readonly #timeoutMs: number;
  readonly #tries: number;
  readonly #maxTimeoutMs: number;
  readonly #pending: Set<Pending> = new Set();
  /** Absent: those of the host. */
  #servers: readonly DnsServer[] | undefined;
  #local: { readonly 4: string | undefined; readonly 6: string | undefined } = { 4: undefined, 6: undefined };

  /** @param timeoutMs 0 and less: that of c-ares, as of the others */
  constructor(network: GuestNetwork, timeoutMs: number, tries: number, maxTimeoutMs: number) {
    this.#network = network;
    this.#timeoutMs = timeoutMs <= 0 ? DEFAULT_TIMEOUT_MS : MathMax(timeoutMs, LEAST_TIMEOUT_MS);
    this.#tries = tries;
    this.#maxTimeoutMs = maxTimeoutMs;
  }

  /** Of each its address and its port. */
  getServers(): [string, number][] {
    const servers = this.#servers ?? [hostServer];
    const told: [string, number][] = [];
    for (let index = 0; index < servers.length; index++) {
      const { address, port } = servers[index] as DnsServer;
      ArrayPrototypePush(told, [address, port]);
    }
    return told;
  }

  /** Takes family, address and port of each. Answers 0, or why they were not taken. */
  setServers(given: readonly (readonly [number, string, number])[]): number {
    if (SetPrototypeGetSize(this.#pending) > 0) return PENDING_QUESTIONS;
    const servers: DnsServer[] = [];
    for (let index = 0; index < given.length; index++) {
      const server = given[index] as readonly [number, string, number];
      ArrayPrototypePush(servers, { address: server[1], port: server[2] });
    }
    this.#servers = servers;
    return 0;
  }

  /** One address of each family, at most. */
  setLocalAddress(first: string, second: string | undefined): void {
    const local: { 4: string | undefined; 6: string | undefined } = { 4: undefined, 6: undefined };
    this.#takeLocal(local, first);
    if (second !== undefined) this.#takeLocal(local, second);
    this.#local = local;
  }

  #takeLocal(local: { 4: string | undefined; 6: string | undefined }, address: string): void {
    const { errors } = this.#network.guest;
    const bytes = parseIp(address);
    if (bytes === undefined) throw errors.coded("TypeError", "ERR_INVALID_ARG_VALUE", "Invalid IP address.");
    const family = bytes.length === V4_BYTES ? 4 : 6;
    if (local[family] !== undefined) {
      throw errors.coded("TypeError", "ERR_INVALID_ARG_VALUE", `Cannot specify two IPv${family} addresses.`);
    }
    local[family] = address;
  }

  cancel(): void {
    SetPrototypeForEach(this.#pending, (pending) => {
      pending.question?.stop();
      this.#network.guest.loop.post(() => pending.settle({ error: "ECANCELLED", records: undefined }));
    });
  }

  /** The names of an address. */
  getHostByAddr(request: DnsRequest, address: string): number {
    const name = reverseName(address);
    if (name === undefined) return UV_EINVAL;
    if (!isLoopback(address)) return this.ask(request, "PTR", name);
    const { guest } = this.#network;
    const wrap = guest.wraps.adopt(request, "QUERYWRAP");
    guest.loop.post(() => completeRequest(guest, wrap, request, null, ["localhost"]));
    return 0;
  }

  /** Asks for records of a type. */
  ask(request: DnsRequest, type: string, name: string): number {
    const { guest } = this.#network;
    const wrap = guest.wraps.adopt(request, "QUERYWRAP");
    const pending: Pending = {
      question: undefined,
      settle: ({ error, records }) => {
        if (!SetPrototypeDelete(this.#pending, pending)) return;
        if (error !== null) completeRequest(guest, wrap, request, error);
        else if (hasTtl(type))
          completeRequest(guest, wrap, request, null, fieldOf(records, "address"), fieldOf(records, "ttl"));
        else completeRequest(guest, wrap, request, null, records);
      },
    };
    SetPrototypeAdd(this.#pending, pending);
    this.#put(pending, type, name);
    return 0;
  }

  #put(pending: Pending, type: string, name: string): void {
    const { guest } = this.#network;
    const servers = this.#servers;
    if (isOnion(name)) guest.loop.post(() => pending.settle({ error: "ENOTFOUND", records: undefined }));
    else if (servers === undefined) askDns(guest, type, name, pending.settle);
    else {
      const asking = {
        servers,
        timeoutMs: this.#timeoutMs,
        maxTimeoutMs: this.#maxTimeoutMs,
        tries: this.#tries,
        local: this.#local,
      };
      pending.question = new ServerQuestion(this.#network, asking, pending.settle);
      pending.question.ask(type, name);
    }
  }
}

const isLoopback = (address: string): boolean => address === "127.0.0.1" || address === "::1";

/** Names of Tor are nobody's business but Tor's (RFC 7686). */
function isOnion(name: string): boolean {
  const lower = StringPrototypeToLowerCase(name);
  return StringPrototypeEndsWith(lower, ".onion") || StringPrototypeEndsWith(lower, ".onion.");
}

function hasTtl(type: string): boolean {
  return type === "A" || type === "AAAA";
}

function fieldOf(records: unknown, field: "address" | "ttl"): unknown[] {
  const values: unknown[] = [];
  if (!ArrayIsArray(records)) return values;
  for (let index = 0; index < records.length; index++) {
    const record = records[index] as { readonly address?: unknown; readonly ttl?: unknown } | null;
    ArrayPrototypePush(values, record?.[field]);
  }
  return values;
}

/** The methods of `ChannelWrap.prototype` by the type that each asks for. */
const QUERIES = {
  __proto__: null,
  A: "queryA",
  AAAA: "queryAaaa",
  ANY: "queryAny",
  CAA: "queryCaa",
  CNAME: "queryCname",
  MX: "queryMx",
  NAPTR: "queryNaptr",
  NS: "queryNs",
  PTR: "queryPtr",
  SOA: "querySoa",
  SRV: "querySrv",
  TLSA: "queryTlsa",
  TXT: "queryTxt",
} as const;

for (const type in QUERIES) {
  ObjectDefineProperty(DnsChannel.prototype, QUERIES[type as Exclude<keyof typeof QUERIES, "__proto__">], {
    value: function query(this: DnsChannel, request: DnsRequest, name: string): number {
      return this.ask(request, type, name);
    },
    writable: true,
    configurable: true,
  });
}
