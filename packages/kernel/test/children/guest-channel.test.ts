import { expect, test } from "vitest";
import { Attempt } from "../../src/attempt.ts";
import { channelPair, streamPair } from "../../src/children/guest-channel.ts";
import { StreamRoom } from "../../src/children/stream-room.ts";
import { runSteps } from "../../src/maybe-async.ts";
import { HostStreams } from "../../src/streams/host-streams.ts";
import { createStreamCalls } from "../../src/streams/stream-calls.ts";
import { ScriptedStream } from "../streams/scripted-stream.ts";

const refused = (code: string) => expect.objectContaining({ code });
const bytes = (text: string) => new TextEncoder().encode(text);
const attempt = new Attempt(true);

/** Two guests with a channel between them, which each of them knows as its stream 1. */
function twoGuests(limit = 8, room = new StreamRoom()) {
  const onDiagnostic = (): void => undefined;
  return channelPair(room).map((end) => {
    const streams = new HostStreams({ limit, onDiagnostic });
    streams.add(end);
    return { streams, calls: createStreamCalls(streams) };
  });
}

test("One guest gives a stream, the other takes it with what is said of it: they are two ends of one", async () => {
  const [giver, taker] = twoGuests();
  if (giver === undefined || taker === undefined) throw new Error("two were made");
  const mine = await runSteps(giver.calls["stream.give"](attempt, 1, "note"));
  const { stream, note } = JSON.parse(String(await runSteps(taker.calls["stream.take"](attempt, 1))));
  expect(note).toBe("note");
  expect(await runSteps(taker.calls["stream.take"](attempt, 1))).toBe("");
  await runSteps(giver.calls["stream.write"](attempt, mine, bytes("there")));
  expect(await runSteps(taker.calls["stream.read"](attempt, stream, 100))).toEqual(bytes("there"));
  await runSteps(taker.calls["stream.write"](attempt, stream, bytes("back")));
  expect(await runSteps(giver.calls["stream.read"](attempt, mine, 100))).toEqual(bytes("back"));
  taker.streams.close(stream);
  expect(await runSteps(giver.calls["stream.read"](attempt, mine, 100))).toHaveLength(0);
});

test("What is no channel gives nothing, a note has a length, and what waits is bounded and counted", async () => {
  const [giver, taker] = twoGuests(100);
  if (giver === undefined || taker === undefined) throw new Error("two were made");
  const other = giver.streams.add(new ScriptedStream());
  const give = (channel: number, note: string) => runSteps(giver.calls["stream.give"](attempt, channel, note));
  await expect(async () => give(other, "")).rejects.toThrow(refused("EBADF"));
  await expect(async () => give(99, "")).rejects.toThrow(refused("EBADF"));
  await expect(async () => give(1, "x".repeat(1025))).rejects.toThrow(refused("EINVAL"));
  for (let count = 0; count < 64; count += 1) await give(1, "");
  await expect(async () => give(1, "")).rejects.toThrow(refused("ENOBUFS"));
  const few = twoGuests(1)[0];
  await expect(async () => few && runSteps(few.calls["stream.give"](attempt, 1, ""))).rejects.toThrow(
    refused("EMFILE"),
  );
});

test("Nobody is given a stream who is gone, and what a guest has not taken ends with it", async () => {
  const [giver, taker] = twoGuests();
  if (giver === undefined || taker === undefined) throw new Error("two were made");
  const mine = await runSteps(giver.calls["stream.give"](attempt, 1, ""));
  taker.streams.closeAll();
  expect(await runSteps(giver.calls["stream.read"](attempt, mine, 100))).toHaveLength(0);
  await expect(async () => runSteps(giver.calls["stream.give"](attempt, 1, ""))).rejects.toThrow(refused("ECONNRESET"));
});

test("A stream that a guest has no room for when it takes it is closed: what is given next is not taken for it", async () => {
  const [giver, taker] = twoGuests(2);
  if (giver === undefined || taker === undefined) throw new Error("two were made");
  const take = async () => runSteps(taker.calls["stream.take"](attempt, 1));
  const other = taker.streams.add(new ScriptedStream());
  const lost = await runSteps(giver.calls["stream.give"](attempt, 1, "lost"));
  await expect(take).rejects.toThrow(refused("EMFILE"));
  expect(await runSteps(giver.calls["stream.read"](attempt, lost, 100))).toHaveLength(0);
  taker.streams.close(other);
  expect(await take()).toBe("");
  giver.streams.close(lost);
  await runSteps(giver.calls["stream.give"](attempt, 1, "next"));
  expect(JSON.parse(String(await take()))).toMatchObject({ note: "next" });
});

test("Relatives have so many connections at a time: one counts until both of its ends are over", async () => {
  const [giver, taker] = twoGuests(8, new StreamRoom(1));
  if (giver === undefined || taker === undefined) throw new Error("two were made");
  const give = () => runSteps(giver.calls["stream.give"](attempt, 1, ""));
  const mine = await give();
  await expect(async () => give()).rejects.toThrow(refused("EMFILE"));
  giver.streams.close(mine);
  await expect(async () => give()).rejects.toThrow(refused("EMFILE"));
  const { stream } = JSON.parse(String(await runSteps(taker.calls["stream.take"](attempt, 1))));
  taker.streams.close(stream);
  expect(await give()).toBeGreaterThan(0);
});

test("Who writes to a connection waits while 16 KiB of it have not been read", async () => {
  const [near, far] = streamPair(new StreamRoom());
  expect(near.write(new Uint8Array(16_384))).toBeUndefined();
  const waits = near.write(new Uint8Array(1));
  expect(waits).toBeInstanceOf(Promise);
  far.read();
  await waits;
});

test("However much is written to a connection at once, the host keeps 64 KiB of it until that is read", async () => {
  const [near, far] = streamPair(new StreamRoom());
  const written = near.write(new Uint8Array(200_000).fill(7));
  const sizes: (number | undefined)[] = [];
  for (let count = 0; count < 4; count += 1) sizes.push((await far.read())?.byteLength);
  expect(sizes).toEqual([65_536, 65_536, 65_536, 3392]);
  await written;
  const lost = near.write(new Uint8Array(200_000));
  far.destroy();
  await expect(lost).rejects.toThrow(refused("EPIPE"));
});
