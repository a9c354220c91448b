import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publishedExtensions } from "./support/published-extensions.table.ts";
import { testPublished } from "./support/run-published.ts";

const installed = fileURLToPath(new URL("../../node_modules", import.meta.url));

// Two folders of packages that are nothing but extensions: links into a store, as pnpm lays them out.
testPublished(
  publishedExtensions,
  (name) => join(installed, name),
  async (host) => {
    await host.loadAll(join(installed, "@directus-labs"));
    await host.loadAll(join(installed, "@ribertec"));
  },
);
