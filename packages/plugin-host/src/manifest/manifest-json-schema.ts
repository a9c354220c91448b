import * as z from "zod";
import { manifestSchema } from "./manifest-schema.ts";

/**
 * A JSON schema (2020-12) of manifests, for editors and registries. It says all that a schema can; beside it `readManifest`
 * refuses hosts that cannot be (`xn--` of nothing, port 70000), and JSON that is deeper or longer than a manifest may be.
 */
export const pluginManifestSchema: Readonly<Record<string, unknown>> = Object.freeze({
  ...z.toJSONSchema(manifestSchema, { io: "input" }),
  title: "The manifest of a plugin of Vivarium",
});
