import type { Guest } from "../guest.ts";
import { withoutPrototype } from "../past-prototypes.ts";

/** A constructor among the exports of one of the library's modules. */
export interface Traveller {
  readonly module: string;
  readonly name: string;
}

/**
 * Whose objects say themselves how they are cloned or transferred: every "module:constructor" that Node's library
 * names. An object's own clone method is within a program's reach, and what it names is required from the library.
 */
export const travellers: Readonly<Record<string, Traveller>> = withoutPrototype({
  "internal/abort_controller:ClonedAbortSignal": { module: "internal/abort_controller", name: "ClonedAbortSignal" },
  "internal/blob:Blob": { module: "internal/blob", name: "Blob" },
  "internal/blocklist:InternalBlockList": { module: "internal/blocklist", name: "InternalBlockList" },
  "internal/crypto/x509:InternalX509Certificate": { module: "internal/crypto/x509", name: "InternalX509Certificate" },
  "internal/file:TransferableFile": { module: "internal/file", name: "TransferableFile" },
  "internal/fs/promises:FileHandle": { module: "internal/fs/promises", name: "FileHandle" },
  "internal/histogram:ClonedHistogram": { module: "internal/histogram", name: "ClonedHistogram" },
  "internal/histogram:ClonedRecordableHistogram": { module: "internal/histogram", name: "ClonedRecordableHistogram" },
  "internal/socketaddress:InternalSocketAddress": { module: "internal/socketaddress", name: "InternalSocketAddress" },
  "internal/webstreams/readablestream:TransferredReadableStream": {
    module: "internal/webstreams/readablestream",
    name: "TransferredReadableStream",
  },
  "internal/webstreams/transformstream:TransferredTransformStream": {
    module: "internal/webstreams/transformstream",
    name: "TransferredTransformStream",
  },
  "internal/webstreams/writablestream:TransferredWritableStream": {
    module: "internal/webstreams/writablestream",
    name: "TransferredWritableStream",
  },
  "internal/worker/clone_dom_exception:DOMException": {
    module: "internal/worker/clone_dom_exception",
    name: "DOMException",
  },
  "net:Server": { module: "net", name: "Server" },
  "net:Socket": { module: "net", name: "Socket" },
});

/** Found only where a program was started to test Node itself. */
export const testTravellers: Readonly<Record<string, Traveller>> = withoutPrototype({
  "internal/test/transfer:F": { module: "internal/test/transfer", name: "F" },
});

/** The one of this name ("module:constructor"), if there is one. */
export function findTraveller(guest: Guest, name: string): Traveller | undefined {
  return travellers[name] ?? (guest.options()["--expose-internals"] === true ? testTravellers[name] : undefined);
}
