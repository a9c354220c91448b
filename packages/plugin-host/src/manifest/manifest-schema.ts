import * as z from "zod";
import { readHostPattern } from "./host-pattern.ts";
import type { IPluginManifest } from "./plugin-manifest.ts";

/** Version of the form of manifests that is read here. */
export const MANIFEST_VERSION = 1;

/** Entries of any one list. */
const MOST_ENTRIES = 100;

/** One line that people read, without what hides, turns the direction of writing, or is blank in another way than a space. */
function line(least: number, most: number, what: string): z.ZodString {
  const sign =
    "(?! {2})[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\p{DI}\\u2800\\u{a0}\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]";
  return z
    .string(what)
    .regex(new RegExp(`^(?! )(?!.*\\p{M}{4})(?:${sign}){${least},${most}}(?<! )$`, "u"), what)
    .describe(what);
}

function text(pattern: RegExp, what: string, abort = false): z.ZodString {
  return z.string(what).regex(pattern, { error: what, abort }).describe(what);
}

function whole(least: number, most: number, what: string): z.ZodInt {
  return z.int(what).min(least, what).max(most, what).describe(what);
}

function list<Item extends z.ZodType>(item: Item, what: string): z.ZodArray<Item> {
  const bounded = `${what}, ${MOST_ENTRIES} at most`;
  return z.array(item, bounded).max(MOST_ENTRIES, bounded).describe(bounded);
}

function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape, what: string): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? undefined : what) });
}

const NUMBER = "(?:0|[1-9]\\d{0,14})";
const PRE_RELEASE = "(?:0|[1-9]\\d{0,14}|\\d*[A-Za-z-][\\dA-Za-z-]*)";
const BUILD = "[\\dA-Za-z-]+";
const SEMVER = new RegExp(
  `^(?=.{1,100}$)${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRE_RELEASE}(?:\\.${PRE_RELEASE})*)?(?:\\+${BUILD}(?:\\.${BUILD})*)?$`,
);

const SEGMENT = "(?!\\.{1,2}(?:/|$))[\\w.@+~-]+";
const ENTRYPOINT = new RegExp(`^(?=.{1,200}$)(?:\\./)?(?:${SEGMENT}/)*${SEGMENT}(?<=[^/.]\\.m?[jt]s)$`);

const WORD = "[a-z\\d]+(?:[-_][a-z\\d]+)*";
const EVENT = new RegExp(`^(?=.{1,100}$)${WORD}(?:\\.${WORD})*(?:\\.\\*)?$`);

/** Names that mean something to the language, whatever object has them. */
const RESERVED = [
  "constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|prototype",
  "then|toJSON|toLocaleString|toString|valueOf",
].join("|");
const NAME = new RegExp(`^(?!(?:${RESERVED})$)[A-Za-z]\\w{0,63}$`);

const event = text(
  EVENT,
  "an event, or all that begin so, like `article.created` or `article.*`: lower-case words between dots",
);
const serviceName = text(NAME, "the name of a service: letters, digits or `_`, 64 at most, a letter first")
  .regex(/^(?!storage$)/, "another name: `permissions.storage` grants it")
  .regex(/^(?!http$)/, "another name: `permissions.network` grants it")
  .regex(/^(?!events$)/, "another name: `permissions.hooks` and `permissions.emits` grant it")
  .regex(/^(?!plugin$)/, "another name: it says who the plugin is, and is always there");
const methodName = text(NAME, "the name of a method: letters, digits or `_`, 64 at most, a letter first");

const host = text(
  /^(?:\*|(?:\*\.)?(?:[\p{L}\p{N}\p{M}_.-]{1,253}|\[[\dA-Fa-f:.]{2,45}\]))(?::[1-9]\d{0,4})?$/u,
  "a host, perhaps with a port, like `example.com`, `*.example.com:8443` or `[2001:db8::1]`, or `*` for any; no URL",
  true,
).refine((given) => readHostPattern(given) !== undefined, "a host that there can be, written as it usually is");

const permissionsSchema = fields(
  {
    network: fields({ hosts: list(host, "a list of hosts") }, "an object with `hosts`").optional(),
    storage: fields(
      { quotaBytes: whole(1, 2 ** 40, `bytes, a whole number from 1 to ${2 ** 40}`) },
      "an object with `quotaBytes`",
    ).optional(),
    hooks: list(event, "a list of events").optional(),
    emits: list(event, "a list of events").optional(),
    services: z
      .record(
        serviceName,
        z.union(
          [z.literal("*"), list(methodName, "a list of methods").min(1, 'one method at least, or `"*"` for all')],
          'a list of names of methods, or `"*"` for all that there are',
        ),
        "an object: lists of methods by the names of services",
      )
      .optional(),
  },
  "an object of what the plugin asks for",
);

const limitsSchema = fields(
  {
    memoryMb: whole(8, 2048, "MiB, a whole number from 8 to 2048").optional(),
    cpuTimeMs: whole(1, 60_000, "milliseconds, a whole number from 1 to 60000").optional(),
    wallTimeMs: whole(1, 600_000, "milliseconds, a whole number from 1 to 600000").optional(),
  },
  "an object of limits",
);

/** What a plugin is called. */
export const idSchema: z.ZodType<string> = text(
  /^(?=.{1,100}$)[a-z\d]+(?:[.-][a-z\d]+)*$/,
  "an id like `org.example.related`: lower-case letters and digits, with `.` or `-` between them, 100 at most",
);

/** A manifest as it is told. Each message says what is expected. */
export const manifestSchema: z.ZodType<IPluginManifest> = fields(
  {
    $schema: z.string("the address of the schema, for editors").optional(),
    manifestVersion: z.literal(MANIFEST_VERSION, "1, the version of this form of manifests").optional(),
    id: idSchema,
    name: line(1, 100, "a name on one line, 100 characters at most, without any that cannot be seen"),
    version: text(SEMVER, "a version as semver has it, like `1.2.3` or `1.2.3-beta.1`"),
    description: line(0, 1000, "one line, 1000 characters at most, without any that cannot be seen").optional(),
    author: line(0, 200, "one line, 200 characters at most, without any that cannot be seen").optional(),
    license: line(0, 100, "one line, 100 characters at most, without any that cannot be seen").optional(),
    entrypoint: text(
      ENTRYPOINT,
      "a file of the package, like `dist/index.js`: names of letters, digits and any of `_ - . @ + ~` between slashes, without `..`, ending in .js, .mjs, .ts or .mts",
    ),
    permissions: permissionsSchema.optional(),
    limits: limitsSchema.optional(),
    config: z
      .record(z.string(), z.unknown(), "an object of JSON")
      .describe("the plugin's own configuration")
      .optional(),
  },
  "an object, the manifest of a plugin",
);
