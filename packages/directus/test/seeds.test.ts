import { expect, test } from "vitest";
import type { NetworkAdapter, NetworkRequest } from "vivarium";
import { readManifest } from "../src/index.ts";
import { hostUnderTest } from "./support/extension-host.ts";
import { extensionOf, packageOf } from "./support/manifests.ts";

const requests: NetworkRequest[] = [];
/** What stands for the world: whatever is asked of it, it has this page. */
const network: NetworkAdapter = {
  lookup: () => [{ address: "198.51.100.1", family: 4 }],
  fetch(request) {
    requests.push(request);
    const body = (async function* () {
      yield Buffer.from("<h1>Directus</h1>");
    })();
    return { status: 200, statusText: "OK", headers: [["content-type", "text/html"]], body };
  },
};
const it = hostUnderTest(() => ({ network }));

test("the first example of the documentation logs", async () => {
  const code = `import { log } from 'directus:api';

log('Hello World');`;
  // It registers nothing, which only this example does.
  await expect(it.load("endpoint", code, { log: {} })).rejects.toThrow("extensionExport is not a function");
  expect(it.lines).toEqual([{ level: "info", message: "Hello World", extension: "my-endpoint", error: undefined }]);
});

test("its endpoint in TypeScript requests a page and answers with it", async () => {
  const code = `/// <reference types="@directus/extensions/api.d.ts" />

import type { SandboxEndpointRouter } from 'directus:api';
import { request } from "directus:api";

export default (router: SandboxEndpointRouter) => {
	router.get("/hello", async () => {
		const response = await request("https://directus.io", {
			method: 'POST'
		});

		return {
			status: 200,
			body: response.data,
		};
	});
};`;
  const sandbox = {
    enabled: true,
    requestedScopes: { request: { methods: ["POST"], urls: ["https://directus.io*"] } },
  };
  const manifest = readManifest(
    packageOf({ ...extensionOf("endpoint", sandbox), path: "src/index.ts" }, { name: "seed" }),
  );
  await it.host.loadPackage({ manifest, code });
  expect(await it.get("/seed/hello")).toEqual([200, "<h1>Directus</h1>"]);
  expect(requests.map(({ method, url }) => [method, url])).toEqual([["POST", "https://directus.io/"]]);
});
