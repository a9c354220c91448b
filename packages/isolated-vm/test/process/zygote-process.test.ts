import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { decodeCellMessage } from "../../src/channel/cell-message.ts";
import { PROTOCOL_VERSION } from "../../src/channel/protocol.ts";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { zygoteCommand } from "../../src/process/cell-command.ts";
import type { CellDeath } from "../../src/process/cell-death.ts";
import type { CellProcess } from "../../src/process/cell-process.ts";
import { ZygoteProcess } from "../../src/process/zygote-process.ts";

interface Copy {
  readonly process: CellProcess;
  readonly ready: Promise<void>;
  readonly death: Promise<CellDeath>;
}

const zygotes: ZygoteProcess[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(async () => {
  await Promise.all(zygotes.map((zygote) => zygote.dispose()));
});

async function startZygote(): Promise<ZygoteProcess> {
  const command = zygoteCommand({ installation: assertEngine() });
  if (command === undefined) throw new Error("Processes cannot be forked here");
  const prepared = Promise.withResolvers<void>();
  const zygote = new ZygoteProcess({
    command,
    guestKind: "node 32",
    guestsPerCopy: 2,
    onPrepared: () => prepared.resolve(),
    onEnd: (problem) => prepared.reject(new Error(problem)),
  });
  zygotes.push(zygote);
  await prepared.promise;
  return zygote;
}

function copyOf(zygote: ZygoteProcess): Copy {
  const ready = Promise.withResolvers<void>();
  const death = Promise.withResolvers<CellDeath>();
  const made = zygote.fork({
    onFrame: (body) => {
      if (decodeCellMessage(body).message.kind === "ready") ready.resolve();
    },
    onDeath: death.resolve,
  });
  made.send({ kind: "hello", protocol: PROTOCOL_VERSION, isShared: false });
  return { process: made, ready: ready.promise, death: death.promise };
}

/** Names in Linux's abstract namespace at which this process listens, as anybody on this machine can read them. */
function abstractAddresses(): string[] {
  const lines = readFileSync("/proc/net/unix", "latin1").split("\n");
  return lines.flatMap((line) => /00010000.* @([0-9a-f]{32})$/.exec(line)?.[1] ?? []);
}

describe.runIf(process.platform === "linux")("the copies of a zygote", () => {
  test("leave by themselves alone: the zygote and the other copies live on", async () => {
    const zygote = await startZygote();
    const [first, second] = [copyOf(zygote), copyOf(zygote)];
    await Promise.all([first.ready, second.ready]);
    first.process.send({ kind: "hello", protocol: 99, isShared: false });
    expect(await first.death).toMatchObject({ signal: "SIGKILL" });
    const third = copyOf(zygote);
    await third.ready;
    expect(existsSync(`/proc/${second.process.pid}`)).toBe(true);
    for (const copy of [second, third]) copy.process.kill();
    expect(await second.death).toMatchObject({ signal: "SIGKILL" });
    await third.death;
  });

  test("get through to the host though strangers crowd its address and say nothing", async () => {
    const before = new Set(abstractAddresses());
    const zygote = await startZygote();
    const address = abstractAddresses().find((name) => !before.has(name));
    expect(address).toBeDefined();
    for (let count = 0; count < 600; count += 1) {
      sockets.push(connect(`\0${address}`).on("error", () => undefined));
    }
    const copy = copyOf(zygote);
    await copy.ready;
    copy.process.kill();
    await copy.death;
  });
});
