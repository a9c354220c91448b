import type { NativeUtil } from "../native/native-helper.ts";
import { ObjectDefineProperty } from "./past-prototypes.ts";
import {
  ObjectSetPrototypeOf,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectOwnKeys,
} from "./primordial.ts";

/** Answers in a function's stead: for what it was called on, or for `new.target` where it constructs. */
export type Answer = (receiver: never, ...args: never[]) => unknown;

type Replace = Pick<NativeUtil, "replace">;

/** Puts a function in the stead of another, where and as that one is. */
export function replaceMethod(util: Replace, holder: object, name: string, answer: Answer): void {
  const { value } = ReflectGetOwnPropertyDescriptor(holder, name) as { value: Function };
  ObjectDefineProperty(holder, name, { value: util.replace(value, answer) });
}

/** Puts a constructor in the stead of another, where that one is. */
export function replaceConstructor(util: Replace, holder: object, name: string, answer: Answer): void {
  const { value } = ReflectGetOwnPropertyDescriptor(holder, name) as { value: Function };
  ObjectDefineProperty(holder, name, { value: standInFor(util, value, answer) });
}

/** A constructor with all that another has, and with its prototype: no instance leads back to that one. */
export function standInFor(util: Replace, original: Function, answer: Answer): Function {
  const standIn = util.replace(original, answer);
  ObjectSetPrototypeOf(standIn, ReflectGetPrototypeOf(original));
  const keys = ReflectOwnKeys(original);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    if (key === "length" || key === "name") continue;
    ObjectDefineProperty(standIn, key, ReflectGetOwnPropertyDescriptor(original, key) as PropertyDescriptor);
  }
  ObjectDefineProperty(original.prototype as object, "constructor", { value: standIn });
  return standIn;
}
