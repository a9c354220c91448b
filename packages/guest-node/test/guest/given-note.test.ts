import { expect, test } from "vitest";
import { readNote } from "../../src/guest/network/given-streams.ts";

test("Whatever another guest says of a stream that it gives, it is a note", () => {
  const said = '{"kind":"pipe","listens":true,"local":{"address":"127.0.0.1","port":80},"status":-98}';
  expect(readNote(said)).toEqual({
    kind: "pipe",
    listens: true,
    local: { address: "127.0.0.1", family: "IPv4", port: 80 },
    remote: undefined,
    status: -98,
  });
  const nothing = { kind: "tcp", listens: false, local: undefined, remote: undefined, status: 0 };
  for (const other of [
    "",
    "{",
    "null",
    "5",
    '"text"',
    "[[]]",
    '{"kind":7,"listens":1,"local":[],"remote":"x","status":{}}',
  ])
    expect(readNote(other)).toEqual(nothing);
});
