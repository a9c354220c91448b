import { mkdirSync, writeFileSync } from "node:fs";
import { pluginManifestSchema } from "../src/manifest/manifest-json-schema.ts";

/** Writes the schema of manifests to where packages export it. */
const folder = new URL("../dist/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("manifest.schema.json", folder), `${JSON.stringify(pluginManifestSchema, null, 2)}\n`);
