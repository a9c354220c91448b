/// <reference types="@vivarium/directus/api.d.ts" />
import type { SandboxHookRegisterContext } from "directus:api";
import { log } from "directus:api";

// biome-ignore lint/style/noDefaultExport: it is how extensions are written
export default ({ filter, action }: SandboxHookRegisterContext): void => {
  filter("*.items.create", (item) => {
    if (item.title === "") throw new Error("an item needs a title");
    return { ...item, title: item.title.trim() };
  });
  action("*.items.create", ({ collection, payload }) => {
    log(`created in ${collection}: ${payload.title}`);
  });
};
