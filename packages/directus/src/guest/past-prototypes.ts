/** What the language does by a look at a prototype, done without one: an extension may have put there what it likes. */

const { defineProperty, hasOwn, keys, getOwnPropertyDescriptor } = Object;
const { isPrototypeOf: isAbove } = Object.prototype;
const { apply } = Reflect;
const { then } = Promise.prototype;

/** Gives an object a property of its own, past every setter that it inherits. */
export function setOwn(target: object, key: string, value: unknown, enumerable = true): void {
  const descriptor = { __proto__: null, value, writable: true, enumerable, configurable: true };
  defineProperty(target, key, descriptor as PropertyDescriptor);
}

/** Gives an object all properties that another has of its own. */
export function setAllOwn(target: object, source: Readonly<Record<string, unknown>>): void {
  const names = keys(source);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    setOwn(target, name, source[name]);
  }
}

/** The value of a property that an object has of its own. @throws TypeError for a getter, which is not called */
export function ownValue(object: object, name: string): unknown {
  const property = getOwnPropertyDescriptor(object, name);
  if (property === undefined) return undefined;
  if (!hasOwn(property, "value")) throw new TypeError("Property is getter");
  return property.value;
}

/** What `instanceof` says of a class whose prototype this is, without asking the class. */
export function inherits(value: unknown, prototype: object): boolean {
  return apply(isAbove, prototype, [value]);
}

/** A promise and what settles it. */
interface Pending<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

function pending<Value>(): Pending<Value> {
  let resolve: ((value: Value) => void) | undefined;
  let reject: ((error: unknown) => void) | undefined;
  const promise = new Promise<Value>((fulfill, refuse) => {
    resolve = fulfill;
    reject = refuse;
  });
  return { promise, resolve, reject } as Pending<Value>;
}

/** A promise of what `begin` resolves it with; it rejects with what that throws. */
export function promised<Value>(
  begin: (resolve: (value: Value) => void, reject: (error: unknown) => void) => void,
): Promise<Value> {
  const { promise, resolve, reject } = pending<Value>();
  try {
    begin(resolve, reject);
  } catch (error) {
    reject(error);
  }
  return promise;
}

/** `then` of a promise of ours, without a look at its `constructor`. What `fulfilled` throws is `rejected`'s, too. */
export function follow<Value>(
  promise: Promise<Value>,
  fulfilled: (value: Value) => void,
  rejected: (error: unknown) => void,
): void {
  setOwn(promise, "constructor", undefined, false);
  const tried = (value: Value): void => {
    try {
      fulfilled(value);
    } catch (error) {
      rejected(error);
    }
  };
  apply(then, promise, [tried, rejected]);
}
