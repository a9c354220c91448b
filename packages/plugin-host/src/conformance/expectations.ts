import { strict as assert } from "node:assert";
import type { LimitName, PluginErrorCode } from "../errors/plugin-error.ts";

/** What a failure says that is one of this package's. */
export interface CodedError extends Error {
  readonly code: PluginErrorCode;
  readonly limit?: LimitName;
}

/** It fails, by a throw or a rejection, with an error of this code. @returns that error */
export async function expectCode(code: PluginErrorCode, attempt: () => unknown): Promise<CodedError> {
  const error = await failureOf(attempt);
  assert.ok(error instanceof Error, `it fails with an error: ${typeof error}`);
  assert.equal((error as Partial<CodedError>).code, code, `its code; it says: ${error.message}`);
  return error as CodedError;
}

/** It fails with `ERR_PLUGIN_LIMIT` for this limit. */
export async function expectLimit(limit: LimitName, attempt: () => unknown): Promise<void> {
  const error = await expectCode("ERR_PLUGIN_LIMIT", attempt);
  assert.equal(error.limit, limit, "its limit");
}

/** The code of what a call of the context rejects with, as the plugin sees it: an expression for the sandbox. */
export function codeOf(call: string): string {
  return `await (async () => ${call})().then((value) => ["it has come to", value], (error) => error.code)`;
}

async function failureOf(attempt: () => unknown): Promise<unknown> {
  let value: unknown;
  try {
    value = await attempt();
  } catch (error) {
    return error;
  }
  return assert.fail(`it has not failed, but come to ${typeof value}`);
}
