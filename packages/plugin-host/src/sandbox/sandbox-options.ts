import type { Runtime } from "vivarium";
import * as z from "zod";
import { PluginError, type PluginIssue } from "../errors/plugin-error.ts";
import type { ServiceCheck, ServiceRecord } from "../services/service-gate.ts";

/** What more can be said to a sandbox. */
export interface SandboxOptions {
  /** A `BareRuntime` of yours, which the sandbox leaves as it is. @default one that comes with the first isolate and goes with the last */
  readonly runtime?: Runtime | undefined;
  /** Decides on each call of a service, beyond what the manifest grants. @default what the manifest grants */
  readonly check?: ServiceCheck | undefined;
  /** Hears of each call of a service. */
  readonly onServiceCall?: ((record: ServiceRecord) => void) | undefined;
  /** Most calls of services that one execution has at a time. @default 100 */
  readonly callsAtOnce?: number | undefined;
  /** How long a service may take that says nothing of its own, in milliseconds. @default 5000 */
  readonly serviceTimeoutMs?: number | undefined;
  /** Most bytes of what one execution comes to. @default 4194304 */
  readonly resultLimitBytes?: number | undefined;
}

/** What holds, once everything is said. */
export type SandboxSettings = Required<Omit<SandboxOptions, "runtime" | "check" | "onServiceCall">> &
  Pick<SandboxOptions, "runtime" | "check" | "onServiceCall"> & {
    readonly callsAtOnce: number;
    readonly serviceTimeoutMs: number;
    readonly resultLimitBytes: number;
  };

const DEFAULTS = { callsAtOnce: 100, serviceTimeoutMs: 5_000, resultLimitBytes: 4 * 2 ** 20 } as const;

const whole = (least: number, most: number, what: string): z.ZodOptional<z.ZodInt> =>
  z.int(what).min(least, what).max(most, what).optional();
const isFunction = (value: unknown): boolean => typeof value === "function";

const schema = z.strictObject(
  {
    runtime: z
      .custom<Runtime>(
        (value) => isFunction((Object(value) as { readonly load?: unknown }).load),
        "a runtime: a `BareRuntime`",
      )
      .optional(),
    check: z.custom<ServiceCheck>(isFunction, "a function").optional(),
    onServiceCall: z.custom<(record: ServiceRecord) => void>(isFunction, "a function").optional(),
    callsAtOnce: whole(1, 10_000, "a whole number from 1 to 10000"),
    serviceTimeoutMs: whole(1, 600_000, "milliseconds, a whole number from 1 to 600000"),
    resultLimitBytes: whole(1024, 2 ** 30, `bytes, a whole number from 1024 to ${2 ** 30}`),
  },
  { error: (issue) => (issue.code === "unrecognized_keys" ? undefined : "an object of options") },
);

/** @throws PluginError `ERR_PLUGIN_OPTION` */
export function readSandboxOptions(options: SandboxOptions): SandboxSettings {
  const { data, error } = schema.safeParse(options);
  if (data === undefined) throw invalid(error?.issues ?? []);
  const { runtime, check, onServiceCall, ...numbers } = data;
  const told = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, ...told, runtime, check, onServiceCall };
}

function invalid(found: readonly z.core.$ZodIssue[]): PluginError {
  const issues: PluginIssue[] = found.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          field: key,
          message: `no option; there are ${Object.keys(schema.shape).join(", ")}`,
        }))
      : [{ field: issue.path.join("."), message: issue.message }],
  );
  const words = issues.map(({ field, message }) => `${field === "" ? "options" : field}: ${message}`).join("; ");
  return new PluginError("ERR_PLUGIN_OPTION", `An option of the sandbox is not valid: ${words}`, { issues });
}
