import type { PolicyData } from "@vivarium/core";
import { WireError } from "../channel/protocol.ts";
import type { WireReader } from "../channel/wire-reader.ts";
import type { WireWriter } from "../channel/wire-writer.ts";

/** What a cell serves of a guest's filesystem by itself. */
export type CellReplica =
  /** Nothing: every call goes to the host. */
  | { readonly kind: "none" }
  /** A filesystem with nothing in it. */
  | { readonly kind: "empty"; readonly policy: PolicyData | undefined }
  /** The replica that it has, which is up to date. */
  | { readonly kind: "keep"; readonly policy: PolicyData | undefined }
  /** A new one, made of `state`. */
  | { readonly kind: "load"; readonly policy: PolicyData | undefined; readonly state: Uint8Array };

const NONE = 0;
const KEEP = 1;
const LOAD = 2;
const EMPTY = 3;

export function writeCellReplica(writer: WireWriter, replica: CellReplica): void {
  if (replica.kind === "none") {
    writer.u8(NONE);
    return;
  }
  writer.u8({ keep: KEEP, load: LOAD, empty: EMPTY }[replica.kind]);
  writer.string(replica.policy === undefined ? "" : JSON.stringify(replica.policy));
  if (replica.kind === "load") writer.bytes(replica.state);
}

export function readCellReplica(reader: WireReader): CellReplica {
  const kind = reader.u8();
  if (kind === NONE) return { kind: "none" };
  const rules = reader.string();
  const policy = rules === "" ? undefined : (JSON.parse(rules) as PolicyData);
  if (kind === KEEP) return { kind: "keep", policy };
  if (kind === EMPTY) return { kind: "empty", policy };
  if (kind !== LOAD) throw new WireError("A replica is of an unknown kind");
  return { kind: "load", policy, state: reader.bytes() };
}
