// biome-ignore-all lint/suspicious/noExplicitAny: what items are, whoever writes an extension knows
/**
 * What `directus:api` has besides in a host with a scope `items`: a function for each of the `methods` that the manifest asks
 * for. To import another fails the extension.
 *
 * Refer to it from a file: `/// <reference types="@vivarium/directus/items.d.ts" />`.
 */
declare module "directus:api" {
  /**
   * @param collection one of those that the manifest asks for
   * @param query as the host has it
   * @throws (by rejection) Error for another collection; TypeError for one that is no text
   */
  export const readItems: (collection: string, query?: any) => Promise<any>;
  export const createItems: (collection: string, items: any) => Promise<any>;
  export const updateItems: (collection: string, change: any) => Promise<any>;
  export const deleteItems: (collection: string, keys: any) => Promise<any>;
}
