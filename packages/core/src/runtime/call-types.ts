/** A function of any kind. */
type AnyFunction = (...args: never[]) => unknown;

/**
 * The names under which functions of a program can be called: of its exports, and, with dots between, of objects that they
 * are in. Any string where the exports are not known.
 */
export type CallName<Exports> = unknown extends Exports ? string : NamesIn<Exports>;

type NamesIn<Holder> = {
  [Key in keyof Holder & string]: Holder[Key] extends AnyFunction
    ? Key
    : Holder[Key] extends readonly unknown[]
      ? never
      : Holder[Key] extends object
        ? `${Key}.${NamesIn<Holder[Key]>}`
        : never;
}[keyof Holder & string];

/** The function of that name. */
export type CallTarget<Exports, Name extends string> = Name extends `${infer Key}.${infer Rest}`
  ? Key extends keyof Exports
    ? CallTarget<Exports[Key], Rest>
    : never
  : Name extends keyof Exports
    ? Exports[Name]
    : never;

/** What the function of that name takes. */
export type CallArguments<Exports, Name extends string> = unknown extends Exports
  ? readonly unknown[]
  : CallTarget<Exports, Name> extends (...args: infer Args) => unknown
    ? Readonly<Args>
    : never;

/** What a call of it comes to: what it returns, awaited. */
export type CallResult<Exports, Name extends string> = unknown extends Exports
  ? unknown
  : CallTarget<Exports, Name> extends (...args: never[]) => infer Result
    ? Awaited<Result>
    : never;
