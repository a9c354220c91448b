/**
 * What the payload of a module's system call begins with. A value is its encoding in the inert codec, which begins with
 * `INERT_VERSION`; the others are one of these bytes, and an encoding behind it.
 */
export const moduleAnswers = {
  /** {@link HostErrorData}: the function has failed, or was not called. */
  error: 0x81,
  /** The number of a promise: what it settles to is had by `module.await`. */
  promise: 0x82,
  /** The number of an async iterable: its values are had by `module.next`. */
  iterable: 0x83,
  /** An iteration is over, with this value. */
  done: 0x84,
} as const;

/** An error of a host function, as the guest gets it. */
export interface HostErrorData {
  readonly name: string;
  readonly message: string;
  readonly code: string | number | undefined;
  /** What else the guest is told, as properties of the error. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A member of a module, as the guest is told of it. */
export type ListedMember =
  | readonly [name: string, kind: "constant", value: unknown]
  | readonly [name: string, kind: "sync" | "async" | "either", number: number, takesFunctions: boolean]
  | readonly [name: string, kind: "namespace", members: readonly ListedMember[]];

/** The members of a module of functions and constants. */
export type MemberListing = readonly ListedMember[];

/** A module of source code, as the guest is told of it. */
export interface SourceListing {
  readonly source: string;
  /** What its stacks call it, and what it is as an importer: no other module of the guest is called so. */
  readonly filePath: string;
  /** Numbers of the modules that it can import, by the names that it imports them by. */
  readonly imports: ReadonlyMap<string, number>;
}

/** What a module is made of. */
export type ModuleListing = MemberListing | SourceListing;
