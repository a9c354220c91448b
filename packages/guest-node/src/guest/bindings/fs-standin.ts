import type { Binding, Guest } from "../guest.ts";
import { bytesOf } from "../bytes.ts";
export function fsStandin(guest: Guest): Binding {
  const c = guest.calls;
  const thrown = (r: unknown, syscall: string, path?: string) => { if (typeof r === "number" && r < 0) throw guest.errors.uvException(r, { syscall, path }); return r; };
  const enc = (s: string) => guest.native.encoding.encodeUtf8String(s) as Uint8Array;
  class FSReqCallback {}
  return {
    __proto__: null, FSReqCallback, kUsePromises: Symbol("p"), statValues: new Float64Array(36), bigintStatValues: new BigInt64Array(36), kFsStatsFieldsNumber: 18,
    writeString: (fd: number, s: string) => thrown(c.syncWithInput("fs.write", enc(s), fd, -1), "write"),
    writeBuffer: (fd: number, b: Uint8Array, o: number, l: number) => thrown(c.syncWithInput("fs.write", bytesOf(b).subarray(o, o + l), fd, -1), "write"),
    internalModuleStat: (a: string, b: string) => { const r = c.sync("fs.moduleStat", typeof a === "string" ? a : b) as number; return r === 2 ? -2 : r; },
    existsSync: (a: string) => c.sync("fs.moduleStat", a) !== 2,
    getFormatOfExtensionlessFile: () => 0,
    lstat: (p: string) => { if (c.sync("fs.moduleStat", p) === 2) return undefined; const v = new Float64Array(36); v[1] = c.sync("fs.moduleStat", p) === 1 ? 0o40755 : 0o100644; return v; },
    readFileUtf8: (p: string, f: number) => { const n = thrown(c.sync("fs.readFile", p, f), "open", p) as number; return guest.native.encoding.decodeUTF8(c.payload(n), true, false); },
    open: (p: string) => thrown(c.sync("fs.moduleStat", p) === 0 ? 3 : -2, "open", p),
  };
}
