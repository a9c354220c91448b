/// <reference types="@vivarium/directus/api.d.ts" />
import type { SandboxEndpointRouter } from "directus:api";
import { request } from "directus:api";

// biome-ignore lint/style/noDefaultExport: it is how extensions are written
export default (router: SandboxEndpointRouter): void => {
  router.get("/hello", async () => {
    const { data } = await request("http://weather.example/today", { method: "GET" });
    return { status: 200, body: `Hello! It is ${data.sky} today.` };
  });
  router.get("/elsewhere", async () => {
    const { status } = await request("http://elsewhere.example/");
    return { status, body: "" };
  });
  router.get("/endless", () => {
    for (;;);
  });
};
