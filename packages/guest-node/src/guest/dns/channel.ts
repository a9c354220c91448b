import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, ObjectDefineProperty } from "../past-prototypes.ts";
import { ArrayIsArray, SetPrototypeAdd, SetPrototypeDelete, SetPrototypeForEach } from "../primordial.ts";
import { unimplemented } from "../unimplemented.ts";
import { askDns, completeRequest, type DnsOutcome, type DnsRequest } from "./ask-dns.ts";
import { reverseName } from "./reverse-name.ts";

const UV_EINVAL = -22;
/** What c-ares answers a list of servers that it cannot use. */
const ARES_ENOTIMP = 5;

interface Pending {
  readonly settle: (outcome: DnsOutcome) => void;
}

/** A resolver. Its questions are put by the host, to the servers of the host. */
export class DnsChannel {
  readonly #guest: Guest;
  readonly #pending: Set<Pending> = new Set();

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  getServers(): [] {
    return [];
  }

  setServers(servers: readonly unknown[]): number {
    return servers.length === 0 ? 0 : ARES_ENOTIMP;
  }

  setLocalAddress(): never {
    throw unimplemented("cares_wrap", "ChannelWrap.setLocalAddress");
  }

  cancel(): void {
    SetPrototypeForEach(this.#pending, (pending) => {
      this.#guest.loop.post(() => pending.settle({ error: "ECANCELLED", records: undefined }));
    });
  }

  /** The names of an address. */
  getHostByAddr(request: DnsRequest, address: string): number {
    const name = reverseName(address);
    return name === undefined ? UV_EINVAL : this.ask(request, "PTR", name);
  }

  /** Asks for records of a type. */
  ask(request: DnsRequest, type: string, name: string): number {
    const guest = this.#guest;
    const wrap = guest.wraps.adopt(request, "QUERYWRAP");
    const pending: Pending = {
      settle: ({ error, records }) => {
        if (!SetPrototypeDelete(this.#pending, pending)) return;
        if (error !== null) completeRequest(guest, wrap, request, error);
        else if (hasTtl(type))
          completeRequest(guest, wrap, request, null, fieldOf(records, "address"), fieldOf(records, "ttl"));
        else completeRequest(guest, wrap, request, null, records);
      },
    };
    SetPrototypeAdd(this.#pending, pending);
    askDns(guest, type, name, pending.settle);
    return 0;
  }
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
