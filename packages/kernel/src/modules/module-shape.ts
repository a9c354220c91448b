import { types } from "node:util";
import {
  encodeInert,
  type HostFunctionDefinition,
  type HostModule,
  type ListedMember,
  type ModuleMember,
  VivariumError,
} from "@vivarium/core";

/** A function of a module. */
export interface ShapedFunction {
  readonly path: string;
  readonly definition: HostFunctionDefinition;
}

/** A module of the host as guests are told of it. */
export interface ModuleShape {
  /** By their numbers. */
  readonly functions: readonly ShapedFunction[];
  /** `ModuleListing`, in the inert codec. */
  readonly listing: Uint8Array;
}

/** Bytes of the constants of a module. */
const MOST_BYTES = 64 * 1024 * 1024;

const shapes = new WeakMap<HostModule, ModuleShape>();

/**
 * The shape of a module, made when it is first given to a guest: what its constants are then, they are for all guests.
 *
 * @throws VivariumError `ERR_INVALID_MODULE` for a constant that is no data
 */
export function shapeOf(name: string, module: HostModule): ModuleShape {
  const known = shapes.get(module);
  if (known !== undefined) return known;
  const functions: ShapedFunction[] = [];
  const members = module.members.map((member) => listed(member, name, functions));
  const shape = { functions, listing: encoded(members, name) };
  shapes.set(module, shape);
  return shape;
}

function listed(member: ModuleMember, path: string, functions: ShapedFunction[]): ListedMember {
  switch (member.kind) {
    case "constant":
      encoded(member.value, `${path}.${member.name}`);
      return [member.name, "constant", member.value];
    case "function": {
      const { definition } = member;
      functions.push({ path: member.path, definition });
      return [member.name, definition.mode, functions.length - 1, definition.takesFunctions];
    }
    case "namespace":
      return [
        member.name,
        "namespace",
        member.members.map((inner) => listed(inner, `${path}.${member.name}`, functions)),
      ];
    default:
      return member satisfies never;
  }
}

function encoded(value: unknown, name: string): Uint8Array {
  const result = encodeInert(value, { predicates: types, limitBytes: MOST_BYTES, name, leavesStacks: true });
  if (result.kind === "encoded") return result.bytes;
  throw new VivariumError("ERR_INVALID_MODULE", { problem: `its constants are no data: ${result.message}` });
}
