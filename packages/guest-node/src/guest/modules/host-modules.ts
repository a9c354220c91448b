import type { ListedMember, ModuleListing } from "@vivarium/core";
import type { GuestCore } from "../guest.ts";
import { decodeFromHost } from "../host-values.ts";
import { setOwn } from "../past-prototypes.ts";
import { ArrayPrototypeIndexOf, MapPrototypeGet, MapPrototypeSet } from "../primordial.ts";
import { callFailure } from "./call-failure.ts";
import { HandedFunctions } from "./handed-functions.ts";
import { createHostFunction } from "./host-function.ts";
import { createIterationMaker, type RegistryMaker } from "./host-iteration.ts";
import { HostLink } from "./host-link.ts";
import { ReturnedIterables } from "./returned-iterables.ts";

/** What a guest has of its host, and the host of it. */
export class HostModules {
  readonly handed: HandedFunctions = new HandedFunctions();
  readonly returned: ReturnedIterables;
  readonly #guest: GuestCore;
  readonly #link: HostLink;
  readonly #opened: Map<string, object> = new Map();
  #names: readonly string[] = [];

  constructor(guest: GuestCore, registry: RegistryMaker) {
    this.#guest = guest;
    this.returned = new ReturnedIterables(guest);
    this.#link = new HostLink(guest, this.handed, createIterationMaker(guest, registry));
  }

  /** The guest is told which there are, in the order of their numbers. */
  begin(names: readonly string[]): void {
    this.#names = names;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** The exports of a module of the host, made when they are first asked for; `undefined` when there is none of that name. */
  open(name: string): object | undefined {
    const opened = MapPrototypeGet(this.#opened, name);
    if (opened !== undefined) return opened;
    const number = ArrayPrototypeIndexOf(this.#names, name);
    if (number < 0) return undefined;
    const exports = this.#object(this.#list(name), { module: number, name, path: "" });
    MapPrototypeSet(this.#opened, name, exports);
    return exports;
  }

  #list(name: string): ModuleListing {
    const { calls } = this.#guest;
    const length = calls.sync("module.open", name);
    if (typeof length !== "number" || length < 0) throw callFailure(`import of ${name}`, length, calls.reason());
    return decodeFromHost(this.#guest, calls.payload(length)) as ModuleListing;
  }

  #object(members: ModuleListing, place: MemberPlace): object {
    const target = {};
    for (let index = 0; index < members.length; index++) {
      const member = members[index];
      if (member !== undefined) setOwn(target, member[0], this.#member(member, place));
    }
    return target;
  }

  #member(member: ListedMember, { module, name, path }: MemberPlace): unknown {
    const whole = path === "" ? member[0] : `${path}.${member[0]}`;
    if (member[1] === "constant") return member[2];
    if (member[1] === "namespace") return this.#object(member[2], { module, name, path: whole });
    const label = `${whole}() of ${name}`;
    const place = { module, number: member[2], name: member[0], label, takesFunctions: member[3] };
    return createHostFunction(this.#link, place, member[1]);
  }
}

/** Where members of a module are. */
interface MemberPlace {
  /** The module's number and name. */
  readonly module: number;
  readonly name: string;
  /** Of the object in it that they are in. */
  readonly path: string;
}
