/** An object of Node's `crypto` binding. */
export type NativeObject = object & Readonly<Record<string, unknown>>;

/** A job of it: work that is done at once, or on a thread of the pool. */
export interface NativeJob {
  ondone?: (error: unknown, result: unknown) => void;
  run(): readonly [error: unknown, result: unknown] | undefined;
}

/** Node's own `crypto` binding: functions, classes and numbers, by their names. */
export type NativeCrypto = Readonly<Record<string, unknown>>;

interface Internals {
  internalBinding(name: string): NativeCrypto;
}

let found: NativeCrypto | undefined;
let internals: Internals | undefined;

/**
 * The binding of this process or thread, or `undefined` where it was not started with `--expose-internals`. Node's library
 * in the guest is written for this binding of the same Node: nothing else answers its every question in the same way.
 */
export function nativeCrypto(): NativeCrypto | undefined {
  internals ??= withoutWarning(readInternals);
  found ??= internals?.internalBinding("crypto");
  return found;
}

/** Another binding of this process. Only where {@link nativeCrypto} is there. */
export function nativeBinding(name: string): NativeCrypto {
  const binding = internals?.internalBinding(name);
  if (binding === undefined) throw new Error(`This process does not give its ${name}`);
  return binding;
}

function readInternals(): Internals | undefined {
  const found: object | undefined = process.getBuiltinModule("internal/test/binding");
  return found !== undefined && hasBindings(found) ? found : undefined;
}

function hasBindings(found: object): found is Internals {
  return "internalBinding" in found;
}

/** Node says that this is for its own tests, in the embedder's name. */
function withoutWarning<Result>(action: () => Result): Result {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return action();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Forgets what OpenSSL has queued of errors for this thread. Some operations leave theirs there, and then the next private key
 * that is read fails with them, whoever's it is.
 */
export function forgetErrors(native: NativeCrypto): void {
  // Of all that empties the queue when it returns, this does the least: it asks for a provider that is not there.
  (native["testFipsCrypto"] as () => boolean)();
}

/** A number of the binding. */
export function nativeNumber(native: NativeCrypto, name: string): number {
  const value = native[name];
  if (typeof value !== "number") throw new Error(`Node's crypto binding has no ${name}`);
  return value;
}
