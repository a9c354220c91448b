import type { CallOptions } from "./call-options.ts";

/** A function of any kind. */
type AnyFunction = (...args: never[]) => unknown;

/** Objects of the language with functions of their own: data, when they are exported. Errors have none that count. */
type BuiltIn =
  | readonly unknown[]
  | Date
  | RegExp
  | Promise<unknown>
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<WeakKey, unknown>
  | WeakSet<WeakKey>
  | WeakRef<WeakKey>
  | ArrayBufferLike
  | ArrayBufferView;

/** How many names a call can have at most, with one of them used up: what is exported may hold itself. */
interface Fewer {
  readonly 4: 3;
  readonly 3: 2;
  readonly 2: 1;
}

/**
 * The names under which functions of a program can be called: of its exports, and, with dots between, of objects that they
 * are in, four names at most. What may be missing is among them, what objects like a `Date` can do is not. Any string
 * where the exports are not known.
 */
export type CallName<Exports> = unknown extends Exports ? string : NamesIn<Exports, 4>;

type NamesIn<Holder, Depth> = {
  [Key in keyof Holder & string]-?: NamesOf<Key, NonNullable<Holder[Key]>, Depth>;
}[keyof Holder & string];

type NamesOf<Key extends string, Member, Depth> = Member extends AnyFunction
  ? Key
  : Member extends BuiltIn
    ? never
    : Member extends object
      ? Depth extends keyof Fewer
        ? `${Key}.${NamesIn<Member, Fewer[Depth]>}`
        : never
      : never;

/** That name, or, so that an error tells them, those that there are. */
export type CheckedName<Exports, Name extends string> = unknown extends Exports
  ? string
  : Name extends CallName<Exports>
    ? Name
    : CallName<Exports>;

/** The function of that name. */
export type CallTarget<Exports, Name extends string> = Name extends `${infer Key}.${infer Rest}`
  ? Key extends keyof Exports
    ? CallTarget<NonNullable<Exports[Key]>, Rest>
    : never
  : Name extends keyof Exports
    ? Extract<Exports[Name], AnyFunction>
    : never;

/** What the function of that name takes. Of overloads TypeScript tells the last alone, of a generic function its constraints. */
export type CallArguments<Exports, Name extends string> = unknown extends Exports
  ? readonly unknown[]
  : CallTarget<Exports, Name> extends (...args: infer Args) => unknown
    ? Readonly<Args>
    : never;

/** What stands behind the name in a call. */
export type CallRest<Exports, Name extends string> = RestOfCall<CallArguments<Exports, Name>>;

/** The arguments of a call, which may be left out where the function can do without any, and its options. */
export type RestOfCall<Args extends readonly unknown[]> = readonly [] extends Args
  ? [args?: Args, options?: CallOptions]
  : [args: Args, options?: CallOptions];

/** What a call of it comes to: what it returns, awaited. Of overloads and generic functions as {@link CallArguments}. */
export type CallResult<Exports, Name extends string> = unknown extends Exports
  ? unknown
  : CallTarget<Exports, Name> extends (...args: never[]) => infer Result
    ? Awaited<Result>
    : never;
