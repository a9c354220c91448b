import {
  ANSWER_PARTS,
  type SystemCallName,
  type SystemCallResult,
  systemCallTable,
  WINDOW_BYTES,
} from "@vivarium/core";
import { expect, test } from "vitest";
import { payloadPlacer } from "../../src/guest/deliver-answers.ts";
import { createCallRegistry, type RawCalls } from "../../src/guest/system-calls.ts";

const window = new Uint8Array(new SharedArrayBuffer(WINDOW_BYTES));
const raw = {} as { -readonly [Name in keyof RawCalls]: RawCalls[Name] };
for (const name of Object.keys(systemCallTable) as SystemCallName[]) raw[name] = () => 0;
const afterword = { fetchPayload: () => undefined, failureReason: () => undefined };

/** An answer with this text as its payload. */
const answer = (request: number, text: string): SystemCallResult[] => [request, text.length, undefined, text.length];

test.each([
  ["one", ["alone"]],
  ["several", ["first", "second", "third"]],
  ["several, of which the first has no payload", ["", "second", "third"]],
  ["several, of which some have no payload", ["first", "", "third", ""]],
])("of %s, each answer finds its payload, whatever the one before has done to the window", (_, texts) => {
  const registry = createCallRegistry(raw, afterword, window);
  window.set(Buffer.from(texts.join("")));
  const answers = texts.flatMap((text, index) => answer(index + 1, text));
  const place = payloadPlacer(registry, answers);
  const taken: unknown[] = [];
  for (let part = 0; part < answers.length; part += ANSWER_PARTS) {
    place(part);
    taken.push([answers[part], Buffer.from(registry.calls.payload(Number(answers[part + 1]))).toString()]);
    window.fill(0x2a);
  }
  expect(taken).toEqual(texts.map((text, index) => [index + 1, text]));
});
