import { withoutPrototype } from "../primordial.ts";

/**
 * Whose objects say themselves how they are cloned or transferred: every "module:constructor" that Node's library
 * names. An object's own clone method is within a program's reach, and what it names is required from the library.
 */
export const travellers: Readonly<Record<string, true>> = withoutPrototype({
  "internal/abort_controller:ClonedAbortSignal": true,
  "internal/blob:Blob": true,
  "internal/blocklist:InternalBlockList": true,
  "internal/crypto/x509:InternalX509Certificate": true,
  "internal/file:TransferableFile": true,
  "internal/fs/promises:FileHandle": true,
  "internal/histogram:ClonedHistogram": true,
  "internal/histogram:ClonedRecordableHistogram": true,
  "internal/socketaddress:InternalSocketAddress": true,
  "internal/webstreams/readablestream:TransferredReadableStream": true,
  "internal/webstreams/transformstream:TransferredTransformStream": true,
  "internal/webstreams/writablestream:TransferredWritableStream": true,
  "internal/worker/clone_dom_exception:DOMException": true,
  "net:Server": true,
  "net:Socket": true,
});

/** Found only where a program was started to test Node itself. */
export const TEST_TRAVELLER = "internal/test/transfer:F";
