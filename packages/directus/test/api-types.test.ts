import type {
  log,
  readItems,
  request,
  SandboxEndpointConfig,
  SandboxEndpointRouter,
  SandboxHookRegisterContext,
  SandboxOperationConfig,
  SandboxRequestResponse,
  sleep,
} from "directus:api";
import { expectTypeOf, test } from "vitest";

test("what extensions import is typed as the documentation of Directus has it", () => {
  expectTypeOf<typeof log>().toBeCallableWith("Hello World");
  expectTypeOf<ReturnType<typeof sleep>>().resolves.toBeVoid();
  expectTypeOf<typeof request>().toBeCallableWith("https://directus.io", { method: "POST" });
  expectTypeOf<typeof request>().toBeCallableWith("https://directus.io");
  expectTypeOf<ReturnType<typeof request>>().resolves.toEqualTypeOf<SandboxRequestResponse>();
  const asBytes = async (send: typeof request) => (await send("https://directus.io", { responseType: "bytes" })).data;
  expectTypeOf<ReturnType<typeof asBytes>>().resolves.toEqualTypeOf<Uint8Array>();
  // No scope can grant it.
  expectTypeOf<{ method: "HEAD" }>().not.toExtend<NonNullable<Parameters<typeof request>[1]>>();
  expectTypeOf<{ method: "PATCH" }>().toExtend<NonNullable<Parameters<typeof request>[1]>>();
});

test("endpoints, hooks and operations are typed as they are written", () => {
  const endpoint = (router: SandboxEndpointRouter): void => {
    router.get("/hello", async ({ url, headers, body, query }) => {
      expectTypeOf(url).toBeString();
      expectTypeOf(headers).toEqualTypeOf<Record<string, string>>();
      expectTypeOf(query).toEqualTypeOf<Record<string, string | string[]> | undefined>();
      return { status: 200, body, headers: { "content-type": "text/plain" } };
    });
  };
  // An answer has a status.
  expectTypeOf<() => { body: string }>().not.toExtend<Parameters<SandboxEndpointRouter["post"]>[1]>();
  expectTypeOf({ id: "hello", handler: endpoint }).toExtend<SandboxEndpointConfig>();
  expectTypeOf(({ filter, action, init, schedule }: SandboxHookRegisterContext): void => {
    filter("items.create", (payload) => payload);
    action("items.*", () => undefined);
    init?.("app.before", () => undefined);
    schedule?.("* * * * *", () => undefined);
  }).toBeFunction();
  expectTypeOf({ id: "does", handler: async () => 1 }).toExtend<SandboxOperationConfig>();
});

test("scopes of a host's own are typed beside", () => {
  expectTypeOf<typeof readItems>().toBeCallableWith("articles", { limit: 1 });
});
