import { join } from "node:path";
import { describe } from "vitest";
import { builtExtensions } from "./support/built-extensions.table.ts";
import { testPublished } from "./support/run-published.ts";

const folder = process.env["VIVARIUM_DIRECTUS_EXTENSIONS"] ?? "";

// Their packages are not to be had from every registry: who has them names the folder in which they lie.
describe.skipIf(folder === "")("extensions of VIVARIUM_DIRECTUS_EXTENSIONS", () => {
  testPublished(
    builtExtensions,
    (name) => join(folder, name.split("/")[1] ?? name),
    (host) => host.loadAll(folder),
  );
});
