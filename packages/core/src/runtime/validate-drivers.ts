import type { FileSystem } from "../contracts/file-system.ts";
import { DEFAULT_PROFILE, type GuestProfile, guestProfiles } from "../contracts/guest-profile.ts";
import type { RuntimeDriver, RuntimeDriverFactory } from "../contracts/runtime-driver.ts";
import type { SystemDriver } from "../contracts/system-driver.ts";
import { describeValue } from "../errors/describe-value.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import { describeNoCheck } from "../permissions/describe-no-check.ts";

/** The methods without which there is no filesystem. */
const fileSystemMethods: readonly (keyof FileSystem)[] = [
  "readFile",
  "writeFile",
  "readDirWithTypes",
  "mkdir",
  "stat",
  "removeFile",
  "removeDir",
  "rename",
];
const domains: readonly string[] = ["fs", "network", "childProcess", "env", "module"];

/** @throws VivariumError `ERR_INVALID_DRIVER`, `ERR_INVALID_PERMISSION` */
export function readSystemDriver(value: unknown): SystemDriver {
  const driver = expectMade(value, "systemDriver", "a system driver, such as createNodeDriver() makes", "permissions");
  readPermissions(Reflect.get(driver, "permissions"));
  for (const part of ["processConfig", "osConfig"])
    expectObject(Reflect.get(driver, part), `systemDriver.${part}`, "an object");
  expectMethods(driver, "filesystem", fileSystemMethods);
  expectMethods(driver, "network", []);
  expectMethods(driver, "commands", ["run"]);
  return driver as SystemDriver;
}

/** @throws VivariumError `ERR_INVALID_DRIVER` */
export function readFactory(value: unknown): RuntimeDriverFactory {
  const wanted = "a factory, such as createNodeRuntimeDriverFactory() makes";
  const factory = expectMade(value, "runtimeDriverFactory", wanted, "createRuntimeDriver");
  expectMethod(factory, "createRuntimeDriver", "runtimeDriverFactory");
  return factory as RuntimeDriverFactory;
}

/** @throws VivariumError `ERR_INVALID_DRIVER`; `ERR_UNSUPPORTED_CAPABILITY` for a profile that its guests cannot have */
export function assertProfile(factory: RuntimeDriverFactory, profile: GuestProfile): void {
  const driver = nameOf(factory);
  const profiles: unknown = factory.profiles ?? [DEFAULT_PROFILE];
  if (!Array.isArray(profiles))
    throw new VivariumError("ERR_INVALID_DRIVER", { driver, wanted: "a list of profiles", actual: profiles });
  if (profiles.includes(profile)) return;
  const known = guestProfiles.filter((name) => profiles.includes(name)).join(", ");
  const capability = `guests of the profile "${profile}"`;
  throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", { driver, capability, alternative: `it has: ${known}` });
}

/** @throws VivariumError `ERR_INVALID_DRIVER` */
export function readRuntimeDriver(value: unknown, factory: RuntimeDriverFactory): RuntimeDriver {
  const name = nameOf(factory);
  const driver = expectObject(value, name, "createRuntimeDriver() to answer a runtime driver");
  expectMethod(driver, "execute", name);
  expectMethod(driver, Symbol.asyncDispose, name);
  return driver as RuntimeDriver;
}

function nameOf({ name }: RuntimeDriverFactory): string {
  return typeof name === "string" ? name : "runtimeDriverFactory";
}

function readPermissions(value: unknown): void {
  const fail = (permission: string, problem: string): never => {
    throw new VivariumError("ERR_INVALID_PERMISSION", { permission, problem });
  };
  if (typeof value !== "object" || value === null) {
    fail("permissions", `expected an object of checks, got ${describeValue(value)}`);
  }
  for (const [domain, check] of Object.entries(value as object)) {
    if (!domains.includes(domain))
      fail(describeValue(domain), `there is no such domain (known: ${domains.join(", ")})`);
    if (check !== undefined && typeof check !== "function")
      fail(`"${domain}"`, `expected a check, got ${describeNoCheck(check)}`);
  }
}

/** Checks an optional part of a system driver. */
function expectMethods(driver: object, part: string, methods: readonly string[]): void {
  const value: unknown = Reflect.get(driver, part);
  if (value === undefined) return;
  const target = expectObject(value, `systemDriver.${part}`, "an object with methods");
  for (const method of methods) expectMethod(target, method, `systemDriver.${part}`);
}

function expectMethod(target: object, method: string | symbol, driver: string): void {
  const actual: unknown = Reflect.get(target, method);
  const name = typeof method === "string" ? method : `[${method.description ?? ""}]`;
  if (typeof actual !== "function")
    throw new VivariumError("ERR_INVALID_DRIVER", { driver, wanted: `a method ${name}()`, actual });
}

/** As {@link expectObject}; a function without `member` is most likely one that makes the driver and was not called. */
function expectMade(value: unknown, driver: string, wanted: string, member: string): object {
  const object = expectObject(value, driver, wanted);
  if (typeof object !== "function" || Reflect.get(object, member) !== undefined) return object;
  throw new VivariumError("ERR_INVALID_DRIVER", { driver, wanted: `${wanted} when it is called`, actual: value });
}

function expectObject(value: unknown, driver: string, wanted: string): object {
  if (typeof value === "object" && value !== null) return value;
  if (typeof value === "function") return value;
  throw new VivariumError("ERR_INVALID_DRIVER", { driver, wanted, actual: value });
}
