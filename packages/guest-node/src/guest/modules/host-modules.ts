import type { ListedMember, MemberListing, ModuleListing, SourceListing } from "@vivarium/core";
import type { GuestCore } from "../guest.ts";
import { decodeFromHost } from "../host-values.ts";
import { setOwn } from "../past-prototypes.ts";
import { ArrayIsArray, ArrayPrototypeIndexOf, MapPrototypeGet, MapPrototypeSet } from "../primordial.ts";
import { callFailure } from "./call-failure.ts";
import { HandedFunctions } from "./handed-functions.ts";
import { createHostFunction } from "./host-function.ts";
import { createIterationMaker, type RegistryMaker } from "./host-iteration.ts";
import { HostLink } from "./host-link.ts";
import { ReturnedIterables } from "./returned-iterables.ts";

/** A module that the host has given: what it exports, or the code that says so. */
export type OpenedModule =
  | { readonly kind: "exports"; readonly exports: object }
  | { readonly kind: "source"; readonly listing: SourceListing };

/** What a guest has of its host, and the host of it. */
export class HostModules {
  readonly handed: HandedFunctions = new HandedFunctions();
  readonly returned: ReturnedIterables;
  readonly #guest: GuestCore;
  readonly #link: HostLink;
  readonly #opened: Map<number, OpenedModule> = new Map();
  /** Source modules, by their paths. */
  readonly #sources: Map<string, SourceListing> = new Map();
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

  /** What a name means for the program. */
  numberOf(name: string): number | undefined {
    const number = ArrayPrototypeIndexOf(this.#names, name);
    return number < 0 ? undefined : number;
  }

  /** The source module of that path, where it is one that imports. */
  sourceAt(path: string): SourceListing | undefined {
    return MapPrototypeGet(this.#sources, path);
  }

  /** A module, asked of the host when it is first wanted. */
  open(number: number, name: string): OpenedModule {
    const known = MapPrototypeGet(this.#opened, number);
    if (known !== undefined) return known;
    const opened = this.#made(this.#list(number, name), number, name);
    MapPrototypeSet(this.#opened, number, opened);
    if (opened.kind === "source") MapPrototypeSet(this.#sources, opened.listing.filePath, opened.listing);
    return opened;
  }

  #made(listing: ModuleListing, module: number, name: string): OpenedModule {
    if (!isMemberListing(listing)) return { kind: "source", listing };
    return { kind: "exports", exports: this.#object(listing, { module, name, path: "" }) };
  }

  #list(number: number, name: string): ModuleListing {
    const { calls } = this.#guest;
    const length = calls.sync("module.open", number);
    if (typeof length !== "number" || length < 0) throw callFailure(`import of ${name}`, length, calls.reason());
    return decodeFromHost(this.#guest, calls.payload(length)) as ModuleListing;
  }

  #object(members: MemberListing, place: MemberPlace): object {
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

function isMemberListing(listing: ModuleListing): listing is MemberListing {
  return ArrayIsArray(listing);
}

/** Where members of a module are. */
interface MemberPlace {
  /** The module's number and name. */
  readonly module: number;
  readonly name: string;
  /** Of the object in it that they are in. */
  readonly path: string;
}
