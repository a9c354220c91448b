import type { GuestConfig, GuestProfile, Limits } from "@vivarium/core";
import { WireError } from "./protocol.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** What a guest boots: Node's library, which `web` guests have taken from them when their program comes, or nothing. */
export type GuestBase = "node" | "bare";

/** What guests have in common that can stand for one another until a program comes: their base and memory limit (MiB). */
export type GuestKind = `${GuestBase} ${number}`;

const bases: readonly GuestBase[] = ["node", "bare"];

/** What guests of a profile boot. */
export function baseOf(profile: GuestProfile): GuestBase {
  return profile === "bare" ? "bare" : "node";
}

/** The kind of the guest that a program needs. */
export function kindOf(program: { readonly config: GuestConfig; readonly limits: Limits }): GuestKind {
  return guestKind(baseOf(program.config.profile), program.limits.memoryLimit);
}

/** @param memoryLimit in MiB */
export function guestKind(base: GuestBase, memoryLimit: number): GuestKind {
  return `${base} ${memoryLimit}`;
}

export function readKind(kind: GuestKind): { readonly base: GuestBase; readonly memoryLimit: number } {
  const [base, memoryLimit] = kind.split(" ");
  return { base: base === "bare" ? "bare" : "node", memoryLimit: Number(memoryLimit) };
}

export function writeGuestKind(writer: WireWriter, kind: GuestKind): WireWriter {
  const { base, memoryLimit } = readKind(kind);
  return writer.u8(bases.indexOf(base)).f64(memoryLimit);
}

/** @throws {WireError} for a base that there is not, or a limit that is no amount */
export function readGuestKind(reader: WireReader): GuestKind {
  const base = bases[reader.u8()];
  const memoryLimit = reader.f64();
  if (base === undefined) throw new WireError("A guest is of an unknown kind");
  if (!Number.isFinite(memoryLimit) || memoryLimit <= 0) throw new WireError("A memory limit is no amount");
  return guestKind(base, memoryLimit);
}
