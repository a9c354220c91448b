import * as z from "zod";
import type { ToldBundle, ToldExtension, ToldPackage } from "./told-manifest.ts";

/** Methods that a `request` scope can grant. */
export const requestMethods = ["GET", "POST", "PATCH", "PUT", "DELETE"] as const;

/** Types of extensions that run in a browser alone. */
export const appTypes = ["interface", "display", "layout", "module", "panel", "theme"] as const;

const record = z.record(z.string(), z.unknown(), "an object");

const requestScope = z.object({
  // Each is held against the URL of each request.
  urls: z.array(z.string().max(2000)).max(1000),
  methods: z.array(z.enum(requestMethods)),
});

const requestedScopes = record.pipe(
  z.looseObject({
    log: record.optional(),
    sleep: record.optional(),
    request: record.pipe(requestScope).optional(),
  }),
);

const sandboxSchema = record.pipe(
  z.object({
    enabled: z.boolean().optional(),
    requestedScopes: requestedScopes.optional(),
  }),
);

/** A part of a URL's path, as which it needs no encoding. */
export const segmentSchema: z.ZodString = z
  .string()
  .regex(/^(?!\.+$)[\w.~-]{1,100}$/, "a name of letters, digits and any of . _ ~ -");

const halves = z.object({ app: z.string().min(1), api: z.string().min(1) });
const host = z.string();
const sandbox = sandboxSchema.optional();

/** What stands in `directus:extension`. Keys that it does not know it passes over, as Directus does. */
export const extensionSchema: z.ZodType<ToldExtension> = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["endpoint", "hook"]), host, path: z.string().min(1), source: z.string(), sandbox }),
  z.object({ type: z.literal("operation"), host, path: halves, source: halves, sandbox }),
  z.object({
    type: z.literal("bundle"),
    host,
    path: halves,
    entries: z.array(record),
    sandbox: z.unknown().optional(),
  }),
  z.object({
    type: z.enum(appTypes),
    host,
    path: z.string().min(1),
    source: z.string(),
    sandbox: z.unknown().optional(),
  }),
]);

/** What stands in `directus:extension` of a bundle. */
export const bundleSchema: z.ZodType<ToldBundle> = z.object({
  type: z.literal("bundle"),
  host,
  path: halves,
  partial: z.boolean().optional(),
  sandbox,
  entries: z.array(
    z.discriminatedUnion("type", [
      z.object({ type: z.enum(["endpoint", "hook"]), name: segmentSchema, source: z.string(), sandbox }),
      z.object({ type: z.literal("operation"), name: segmentSchema, source: halves, sandbox }),
      z.object({ type: z.enum(appTypes), name: z.string(), source: z.string() }),
    ]),
  ),
});

/** What of a `package.json` is an extension's. */
export const packageSchema: z.ZodType<ToldPackage> = z.object({
  // Part of paths, of URLs, and of lines of logs.
  name: z
    .string()
    .max(214)
    .regex(/^(?:@[\w.~-]+\/)?(?!\.+$)[\w.~-]+$/, "a name as packages have it"),
  version: z.string().min(1),
  "directus:extension": record,
});
