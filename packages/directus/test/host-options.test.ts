import { afterAll, expect, test } from "vitest";
import { DirectusExtensions, type DirectusExtensionsOptions } from "../src/index.ts";
import { bareRuntime } from "./support/extension-host.ts";

const runtime = bareRuntime();
afterAll(() => runtime.dispose());

const line = (): void => undefined;
/** For each option what it cannot be, and where its error says so. */
const wrong: { readonly [Name in keyof DirectusExtensionsOptions]-?: readonly (readonly [unknown, string?])[] } = {
  logger: [[null], [{ info: line }], [{ info: line, warn: line, debug: 1 }], [{ info: "line", warn: line }]],
  limits: [[5], [null], [[]], [{ memory: 5 }]],
  compat: [["Safe"], [null]],
  environment: [[1], [null]],
  network: [[5], [null], [{ fetch: 5 }]],
  runtime: [[5], [null], [{}]],
  mustLoad: [["false"], [1], [null]],
  restsMs: [[0], ["0"], [[]], [["a"], "restsMs.0"], [[0, -1], "restsMs.1"], [[Number.NaN], "restsMs.0"]],
  scopes: [[null], [5], [{ items: {} }, "scopes.items"]],
  env: [[null], ["A=b"], [["A"]], [{ A: undefined }, "env.A"], [{ A: 5 }, "env.A"]],
  webGlobals: [["false"], [null], [true]],
  logLevels: [[0]],
  requestDetails: [["no"]],
  requestUser: [[null], [{ id: 1 }]],
  responseHeaders: [
    ["etag"],
    [null],
    [[5], "responseHeaders.0"],
    [["a b"], "responseHeaders.0"],
    [["etag", "Content-Length"], "responseHeaders.1"],
    [["transfer-encoding"], "responseHeaders.0"],
  ],
  moreHooks: [["false"]],
  hookDetails: [["false"]],
  consoleLines: [["false"]],
  codeFromStrings: [["false"], [0], [null]],
  legacyOperations: [["false"]],
  bundles: [["false"]],
};
const cases = Object.entries(wrong).flatMap(([name, values]) =>
  values.map(([value, field = name]) => [name, value, field] as const),
);

test.each(cases)("an option that cannot be is refused, by its name: %s %j", (name, value, field) => {
  expect(() => new DirectusExtensions({ runtime, [name]: value })).toThrow(
    expect.objectContaining({
      code: "ERR_EXTENSION_OPTION",
      field: expect.stringMatching(name === "limits" ? /^limits/ : new RegExp(`^${field}$`)),
      remedy: expect.stringMatching(/./),
    }),
  );
});

test.each([[null], [5], ["x"], [[]], [{ logLevel: true }]])("options that are none are refused: %j", (options) => {
  expect(() => new DirectusExtensions(options as never)).toThrow(
    expect.objectContaining({ code: "ERR_EXTENSION_OPTION" }),
  );
});

test("options that can be are taken, as those that are left away are", async () => {
  const none = Object.fromEntries(Object.keys(wrong).map((name) => [name, undefined]));
  await new DirectusExtensions({ ...none, runtime }).dispose();
  const host = new DirectusExtensions({
    runtime,
    env: process.env as Record<string, string>,
    logger: console,
    network: {},
    restsMs: [0, Number.POSITIVE_INFINITY],
    responseHeaders: ["Content-Type"],
  });
  await host.dispose();
});
