import { lateBundleId } from "@vivarium/core";
import type { LibraryFunction } from "./library-compiler.ts";
import { dictionary } from "./past-prototypes.ts";

/**
 * Parts of our side that few programs need, each a bundle of its own: what its entry in `late/` exports. Programs have run
 * when one is compiled, so not even its modules' own statements may use an intrinsic but those that the first bundle has
 * captured, and hands over.
 */
export interface LateBundles {
  readonly "child-processes": typeof import("./late/child-processes.ts");
  readonly collections: typeof import("./late/collections.ts");
  readonly "cjs-lexer": typeof import("./late/cjs-lexer.ts");
  readonly crypto: typeof import("./late/crypto.ts");
  readonly "given-sockets": typeof import("./late/given-sockets.ts");
  readonly "http-parser": typeof import("./late/http-parser.ts");
  readonly http2: typeof import("./late/http2.ts");
  readonly sqlite: typeof import("./late/sqlite.ts");
  readonly tls: typeof import("./late/tls.ts");
  readonly udp: typeof import("./late/udp.ts");
  readonly "url-pattern": typeof import("./late/url-pattern.ts");
  readonly wasi: typeof import("./late/wasi.ts");
  readonly zlib: typeof import("./late/zlib.ts");
}

/** Answers what a late bundle exports; it is made when it is first asked for. */
export type TakeLate = <Name extends keyof LateBundles>(name: Name) => LateBundles[Name];

/** @param share makes what late bundles are given of the first: captured globals, and exports of its modules */
export function createLateBundles(compile: (id: string) => LibraryFunction, share: () => object): TakeLate {
  const taken = dictionary<unknown>();
  return <Name extends keyof LateBundles>(name: Name) => {
    taken[name] ??= compile(lateBundleId(name))(share());
    return taken[name] as LateBundles[Name];
  };
}
