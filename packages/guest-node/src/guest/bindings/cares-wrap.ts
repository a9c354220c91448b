import type { Binding } from "../guest.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { unimplementedFunction } from "../unimplemented.ts";

/** Node's `dns` makes a resolver when it loads; there is nothing behind it, and each question fails by name. */
export function caresWrapBinding(): Binding {
  class ChannelWrap {
    getServers(): [] {
      return [];
    }
  }
  for (let index = 0; index < RESOLVER_METHODS.length; index++) {
    const name = RESOLVER_METHODS[index] as string;
    ObjectDefineProperty(ChannelWrap.prototype, name, {
      value: unimplementedFunction("cares_wrap", `ChannelWrap.${name}`),
      writable: true,
      configurable: true,
    });
  }
  return {
    __proto__: null,
    ChannelWrap,
    GetAddrInfoReqWrap: class GetAddrInfoReqWrap {},
    GetNameInfoReqWrap: class GetNameInfoReqWrap {},
    QueryReqWrap: class QueryReqWrap {},
  };
}

const RESOLVER_METHODS = [
  "cancel",
  "getHostByAddr",
  "queryA",
  "queryAaaa",
  "queryAny",
  "queryCaa",
  "queryCname",
  "queryMx",
  "queryNaptr",
  "queryNs",
  "queryPtr",
  "querySoa",
  "querySrv",
  "queryTlsa",
  "queryTxt",
  "setLocalAddress",
  "setServers",
] as const;
