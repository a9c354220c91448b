import type { FileSystem } from "@vivarium/core";

/** A filesystem with every verb, for callers that have resolved all links: `ELOOP` tells of one that is there. */
export type ResolvedFiles = Required<Omit<FileSystem, "resolved">>;
