import { describe, expect, test } from "vitest";
import { readManifest } from "../src/index.ts";
import { extensionOf, packageOf } from "./support/manifests.ts";

const withSandbox = (sandbox: unknown): object => packageOf({ ...extensionOf("endpoint"), sandbox });
const withScopes = (requestedScopes: unknown): object => withSandbox({ enabled: true, requestedScopes });
const request = { urls: ["https://a.io/*"], methods: ["GET"] };

describe("a manifest", () => {
  test("L01: with a sandbox and no scopes is one of a sandboxed extension", () => {
    expect(readManifest(withScopes({}))).toMatchObject({
      name: "my-extension",
      type: "endpoint",
      scopes: { log: false, sleep: false, request: undefined },
      warnings: [],
    });
  });

  test("L02: needs to name no scopes", () => {
    expect(readManifest(withSandbox({ enabled: true })).scopes).toMatchObject({ log: false, request: undefined });
  });

  test.each([[{}], [{ enabled: false }], [undefined], [{ requestedScopes: { log: {} } }]])(
    "L03: that asks for no sandbox is refused, and says what to do: %j",
    (sandbox) => {
      expect(() => readManifest(withSandbox(sandbox))).toThrow(
        expect.objectContaining({
          code: "ERR_EXTENSION_UNSANDBOXED",
          field: "directus:extension.sandbox.enabled",
          message: expect.stringContaining("set it to true"),
        }),
      );
    },
  );

  const refused = (content: unknown, field: string): void => {
    expect(() => readManifest(content)).toThrow(
      expect.objectContaining({ code: "ERR_EXTENSION_MANIFEST", field: `directus:extension.${field}` }),
    );
  };

  test.each([[true], [null], ["true"], [[]]])("L04: whose sandbox is no object is refused: %j", (sandbox) => {
    refused(withSandbox(sandbox), "sandbox");
  });
  test.each([["true"], [1], [null]])("L04: whose sandbox is not enabled by a boolean is refused: %j", (enabled) => {
    refused(withSandbox({ enabled, requestedScopes: {} }), "sandbox.enabled");
  });

  test.each([
    [{ urls: ["https://a.io/*"] }, "methods"],
    [{ methods: ["GET"] }, "urls"],
  ])("L05: whose request scope lacks a part is refused: %j", (scope, missing) => {
    refused(withScopes({ request: scope }), `sandbox.requestedScopes.request.${missing}`);
  });

  test.each([["get"], ["HEAD"], ["OPTIONS"], [""], [1]])("L06: that asks for the method %j is refused", (method) => {
    refused(withScopes({ request: { ...request, methods: [method] } }), "sandbox.requestedScopes.request.methods.0");
  });

  test("L07: whose URLs are no list of strings is refused", () => {
    refused(withScopes({ request: { ...request, urls: "https://a/*" } }), "sandbox.requestedScopes.request.urls");
    refused(withScopes({ request: { ...request, urls: [1] } }), "sandbox.requestedScopes.request.urls.0");
  });

  test("L08: whose scopes are no objects is refused", () => {
    refused(withScopes({ log: true }), "sandbox.requestedScopes.log");
    refused(withScopes({ log: null }), "sandbox.requestedScopes.log");
    refused(withScopes([]), "sandbox.requestedScopes");
  });

  test("L09: that says more of a scope than there is to say is accepted", () => {
    expect(readManifest(withScopes({ log: { level: "x" } }))).toMatchObject({ scopes: { log: true }, warnings: [] });
  });

  test("L10: that asks for a scope that there is not is accepted, with a warning", () => {
    expect(readManifest(withScopes({ items: { methods: ["read"] } })).warnings).toEqual([
      "directus:extension.sandbox.requestedScopes.items grants nothing: there is no such scope here",
    ]);
    expect(readManifest(withScopes({ methods: ["GET"], urls: [] })).warnings).toEqual([
      expect.stringContaining('methods grants nothing: it belongs into "request"'),
      expect.stringContaining('urls grants nothing: it belongs into "request"'),
    ]);
  });

  test("L11: of a bundle is refused, whatever sandbox it asks for", () => {
    const bundle = {
      ...extensionOf("operation"),
      type: "bundle",
      entries: [{ type: "endpoint", name: "one", source: "src/one.js" }],
    };
    expect(() => readManifest(packageOf(bundle))).toThrow(expect.objectContaining({ code: "ERR_EXTENSION_TYPE" }));
  });

  test("L12: of an operation names both its halves", () => {
    refused(packageOf({ ...extensionOf("operation"), path: "dist/api.js" }), "path");
    refused(packageOf({ ...extensionOf("operation"), path: { app: "dist/app.js" } }), "path.api");
    refused(packageOf({ ...extensionOf("operation"), path: { api: "dist/api.js" } }), "path.app");
  });

  test.each([["host"], ["source"], ["path"], ["type"]])("L13: without %s is refused", (field) => {
    refused(packageOf({ ...extensionOf("endpoint"), [field]: undefined }), field);
  });
  test.each([["name"], ["version"]])("L13: of a package without %s is refused", (field) => {
    expect(() => readManifest(packageOf(extensionOf("endpoint"), { [field]: undefined }))).toThrow(
      expect.objectContaining({ code: "ERR_EXTENSION_MANIFEST", field }),
    );
  });

  test("L14: tells which file to load", () => {
    const files = (["endpoint", "hook", "operation"] as const).map(
      (type) => readManifest(packageOf(extensionOf(type))).file,
    );
    expect(files).toEqual(["dist/index.js", "dist/index.js", "dist/api.js"]);
  });

  test.each([[undefined], [null], [5], ["{}"], [[]], [{}], [{ name: "x", version: "1" }]])(
    "that is none of an extension is refused: %j",
    (content) => {
      expect(() => readManifest(content)).toThrow(expect.objectContaining({ code: "ERR_EXTENSION_MANIFEST" }));
    },
  );

  test("of an extension for the app is refused", () => {
    const panel = { type: "panel", path: "dist/index.js", source: "src/index.ts", host: "^10.7.0" };
    expect(() => readManifest(packageOf(panel))).toThrow(expect.objectContaining({ code: "ERR_EXTENSION_TYPE" }));
  });

  test("says nothing of prototypes", () => {
    const scopes = JSON.parse('{"__proto__": {"log": {}}}');
    expect(readManifest(withScopes(scopes)).scopes).toMatchObject({ log: false });
  });
});
