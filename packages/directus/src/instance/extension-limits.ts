import * as z from "zod";
import { ExtensionError } from "../manifest/extension-error.ts";

/** What an extension may use. */
export interface ExtensionLimits {
  /** Memory of its isolate, in MiB, from 8. @default 100 */
  readonly memoryMib: number;
  /** CPU time of its evaluation, and of each call from its beginning to its end, in milliseconds; waiting is none. @default 1000 */
  readonly cpuTimeMs: number;
  /** How long its evaluation may take, waiting included, in milliseconds. @default 10000 */
  readonly loadTimeoutMs: number;
  /** How long a call may take, waiting included, in milliseconds. @default 60000 */
  readonly callTimeoutMs: number;
  /** How long a request may take, redirects included, in milliseconds. @default 30000 */
  readonly requestTimeoutMs: number;
  /** Bytes of a response that an extension gets. @default 16777216 (16 MiB) */
  readonly maxResponseBytes: number;
  /** Bytes of a request that an endpoint gets, where the host has not parsed it before. @default 1048576 (1 MiB) */
  readonly maxRequestBytes: number;
  /**
   * Bytes of what a handler answers, as it crosses and in the host's memory. More would keep the host where it goes on to
   * the next filter. @default 16777216 (16 MiB)
   */
  readonly maxResultBytes: number;
}

const LONGEST_MS = 2 ** 31 - 1;
const duration = (ms: number): z.ZodDefault<z.ZodNumber> => z.number().min(1).max(LONGEST_MS).default(ms);

const schema = z.strictObject({
  memoryMib: z.number().int().min(8).max(65_536).default(100),
  cpuTimeMs: duration(1000),
  loadTimeoutMs: duration(10_000),
  callTimeoutMs: duration(60_000),
  requestTimeoutMs: duration(30_000),
  maxResponseBytes: z
    .number()
    .int()
    .min(1)
    .default(16 * 2 ** 20),
  maxRequestBytes: z
    .number()
    .int()
    .min(1)
    .default(2 ** 20),
  maxResultBytes: z
    .number()
    .int()
    .min(1024)
    .default(16 * 2 ** 20),
});

/** @throws ExtensionError `ERR_EXTENSION_OPTION` for a limit that cannot be, or that there is not */
export function readLimits(given: Partial<ExtensionLimits> = {}): ExtensionLimits {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const [issue] = error.issues;
  throw new ExtensionError("ERR_EXTENSION_OPTION", "A limit of extensions is not valid", {
    field: ["limits", ...(issue?.path ?? [])].join("."),
    remedy: issue?.message ?? "see the documentation",
  });
}
