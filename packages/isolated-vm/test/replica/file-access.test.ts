import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { allowAllFs, CURRENT_POSITION, type Permissions, type SystemDriver } from "@vivarium/core";
import { HostCalls } from "@vivarium/kernel";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, test } from "vitest";
import { WireError } from "../../src/channel/protocol.ts";
import { FileAccess, type ReplicaCell } from "../../src/replica/file-access.ts";
import { standardLimits } from "../driver/open-driver.ts";

class CellOnPaper implements ReplicaCell {
  readonly hasReplicas: boolean = true;
  replica: ReplicaCell["replica"];
  withdrawals = 0;

  withdrawReplica(): void {
    this.withdrawals += 1;
  }
}

const write = ["fs.writeFile", ["/file", 0o1101, 0o666], Buffer.from("text")] as const;
const look = ["fs.exists", ["/file"], Buffer.alloc(0)] as const;

function accessOf(filesystem: InMemoryFileSystem | undefined, permissions: Permissions = allowAllFs): FileAccess {
  const systemDriver: SystemDriver = {
    permissions,
    processConfig: {},
    osConfig: {},
    ...(filesystem === undefined ? {} : { filesystem }),
  };
  const execution = { argv: [], cwd: "/", env: {}, filePath: "/entry.js", limits: standardLimits, stdin: "" };
  return new FileAccess(new HostCalls({ systemDriver, execution, onDiagnostic: () => undefined }), systemDriver);
}

describe("who serves the files of a run", () => {
  test("is its cell while it is alone; with the second run, the first gives them back", async () => {
    const filesystem = createInMemoryFileSystem();
    const [first, second] = [accessOf(filesystem), accessOf(createInMemoryFileSystem())];
    const cell = new CellOnPaper();
    expect(first.lendTo(cell).kind).toBe("load");
    expect(cell.withdrawals).toBe(0);
    const other = accessOf(filesystem);
    expect(cell.withdrawals).toBe(1);
    expect(other.lendTo(new CellOnPaper())).toEqual({ kind: "none" });
    // Another filesystem is nobody else's business.
    expect(second.lendTo(new CellOnPaper()).kind).toBe("load");
    for (const access of [first, second, other]) access.dispose();
  });

  test("changes wait until the cell has given them back; looks do not", async () => {
    const filesystem = createInMemoryFileSystem();
    const first = accessOf(filesystem);
    const cell = new CellOnPaper();
    first.lendTo(cell);
    const other = accessOf(filesystem);
    expect(other.serve(...look)).toMatchObject({ result: 0 });
    const waiting = other.serve(...write);
    expect(waiting).toBeInstanceOf(Promise);
    // What had been under way comes before.
    expect(
      first.repeat({ name: "fs.writeFile", args: ["/file", 0o301, 0o666], input: Buffer.from("first") }, Date.now()),
    ).toEqual({
      result: 0,
    });
    first.release([]);
    expect(await waiting).toEqual({ result: 0 });
    expect(filesystem.readTextFile("/file")).toBe("text");
    expect(other.serve(...write)).toEqual({ result: 0 });
    for (const access of [first, other]) access.dispose();
  });

  test("what is printed changes no file: it waits for nobody, unless a file has the number", async () => {
    const filesystem = createInMemoryFileSystem();
    const first = accessOf(filesystem);
    first.lendTo(new CellOnPaper());
    const other = accessOf(filesystem);
    const print = ["fs.write", [1, CURRENT_POSITION], Buffer.from("text")] as const;
    expect(other.serve(...print)).toEqual({ result: 4 });
    expect(other.serve("fs.close", [1], Buffer.alloc(0))).toEqual({ result: 0 });
    const waiting = other.serve(...print);
    expect(waiting).toBeInstanceOf(Promise);
    first.release([]);
    expect(await waiting).toMatchObject({ result: -9 });
    for (const access of [first, other]) access.dispose();
  });

  test("changes wait for what a busy host has not heard yet", async () => {
    const filesystem = createInMemoryFileSystem();
    const first = accessOf(filesystem);
    first.lendTo(new CellOnPaper());
    const other = accessOf(filesystem);
    const { port1: cell, port2: host } = new MessageChannel();
    const order: string[] = [];
    host.on("message", (path: string) => {
      order.push(path);
      first.repeat({ name: "fs.mkdir", args: [path, 0o777, false], input: Buffer.alloc(0) }, Date.now());
      if (path === "/one") cell.postMessage("/two");
    });
    const waiting = Promise.resolve(other.serve(...write)).then(() => order.push("/file"));
    cell.postMessage("/one");
    for (const began = Date.now(); Date.now() < began + 200; );
    await waiting;
    expect(order).toEqual(["/one", "/two", "/file"]);
    host.close();
    for (const access of [first, other]) access.dispose();
  });

  test("a cell that goes on changing files which were taken back is not believed for ever", async () => {
    const filesystem = createInMemoryFileSystem();
    const first = accessOf(filesystem);
    first.lendTo(new CellOnPaper());
    const other = accessOf(filesystem);
    const waiting = Promise.resolve(other.serve(...write));
    const goOn = async (): Promise<never> => {
      for (let index = 0; ; index += 1) {
        first.repeat({ name: "fs.mkdir", args: [`/${index}`, 0o777, false], input: Buffer.alloc(0) }, Date.now());
        await sleep(2);
      }
    };
    await expect(goOn()).rejects.toThrow(WireError);
    expect(await waiting).toEqual({ result: 0 });
    for (const access of [first, other]) access.dispose();
  });

  test("changes do not wait for a cell that never does", async () => {
    const filesystem = createInMemoryFileSystem();
    const [first, other] = [accessOf(filesystem), accessOf(filesystem)];
    other.dispose();
    first.lendTo(new CellOnPaper());
    const late = accessOf(filesystem);
    expect(await late.serve(...write)).toEqual({ result: 0 });
    for (const access of [first, late]) access.dispose();
  });

  test("changes wait once for a cell that is busy with something else, and again when it is heard of", async () => {
    const filesystem = createInMemoryFileSystem();
    const first = accessOf(filesystem);
    first.lendTo(new CellOnPaper());
    const other = accessOf(filesystem);
    expect(await other.serve(...write)).toEqual({ result: 0 });
    expect(other.serve(...write)).toEqual({ result: 0 });
    // It had been on its way.
    first.repeat({ name: "fs.mkdir", args: ["/late", 0o777, false], input: Buffer.alloc(0) }, Date.now());
    const waiting = other.serve(...write);
    expect(waiting).toBeInstanceOf(Promise);
    expect(await waiting).toEqual({ result: 0 });
    expect(other.serve(...write)).toEqual({ result: 0 });
    for (const access of [first, other]) access.dispose();
  });

  test("a replica is kept for the next run as long as nobody else has changed anything", () => {
    const filesystem = createInMemoryFileSystem();
    const cell = new CellOnPaper();
    const kindOfNext = (meanwhile: () => void = () => undefined): string => {
      const access = accessOf(filesystem);
      const { kind } = access.lendTo(cell);
      if (kind !== "none")
        access.repeat({ name: "fs.writeFile", args: ["/own", 0o1101, 0o666], input: Buffer.from("x") }, Date.now());
      access.takeBack(cell);
      access.dispose();
      meanwhile();
      return kind;
    };
    expect(kindOfNext()).toBe("load");
    expect(kindOfNext()).toBe("keep");
    expect(kindOfNext(() => filesystem.writeFile("/by-the-embedder", ""))).toBe("keep");
    expect(kindOfNext(() => filesystem.readFile("/own"))).toBe("load");
    expect(kindOfNext()).toBe("keep");
  });

  test("a change by the embedder takes it back at once; a repeated one does not", () => {
    const filesystem = createInMemoryFileSystem();
    const access = accessOf(filesystem);
    const cell = new CellOnPaper();
    access.lendTo(cell);
    access.repeat({ name: "fs.mkdir", args: ["/folder", 0o777, false], input: Buffer.alloc(0) }, Date.now());
    expect(cell.withdrawals).toBe(0);
    filesystem.writeFile("/folder/file", "");
    filesystem.writeFile("/folder/other", "");
    expect(cell.withdrawals).toBe(1);
    access.takeBack(cell);
    expect(cell.replica).toBeUndefined();
    access.dispose();
  });

  test("what is repeated has the time at which the cell did it, where it can have done it then", async () => {
    const filesystem = createInMemoryFileSystem();
    const access = accessOf(filesystem);
    access.lendTo(new CellOnPaper());
    const lentAt = Date.now();
    while (Date.now() < lentAt + 5);
    const made = { name: "fs.mkdir", input: Buffer.alloc(0) } as const;
    const timesOf = async (path: string, timeMs: number): Promise<readonly number[]> => {
      expect(await access.repeat({ ...made, args: [path, 0o777, false] }, timeMs)).toMatchObject({ result: "" });
      const { mtimeMs, ctimeMs, birthtimeMs } = filesystem.stat(path);
      expect(filesystem.stat("/").mtimeMs).toBe(mtimeMs);
      return [mtimeMs, ctimeMs, birthtimeMs];
    };
    expect(await timesOf("/then", lentAt + 1)).toEqual(Array(3).fill(lentAt + 1));
    for (const impossible of [0, lentAt - 3_600_000, lentAt + 3_600_000]) {
      const before = Date.now();
      const [time = Number.NaN] = await timesOf(`/${impossible}`, impossible);
      expect(time).toBeGreaterThanOrEqual(before);
      expect(time).toBeLessThanOrEqual(Date.now());
    }
    access.dispose();
  });

  test("a long write is repeated in pieces, at one time, and is nobody else's change", async () => {
    const filesystem = createInMemoryFileSystem();
    const access = accessOf(filesystem);
    const cell = new CellOnPaper();
    access.lendTo(cell);
    const lentAt = Date.now();
    const input = Buffer.alloc(64 * 1024 * 1024, 1);
    const repeated = access.repeat({ name: "fs.writeFile", args: ["/long", 0o1101, 0o666], input }, lentAt);
    const after = access.repeat(
      { name: "fs.mkdir", args: ["/folder", 0o777, false], input: Buffer.alloc(0) },
      lentAt + 1,
    );
    expect(repeated).toBeInstanceOf(Promise);
    while (Date.now() < lentAt + 5);
    expect([await repeated, await after]).toEqual([{ result: 0 }, { result: "" }]);
    expect(filesystem.stat("/long")).toMatchObject({ size: input.length, mtimeMs: lentAt, birthtimeMs: lentAt });
    expect(filesystem.stat("/folder").mtimeMs).toBe(lentAt + 1);
    filesystem.readFile("/long");
    expect(cell.withdrawals).toBe(0);
    filesystem.writeFile("/by-the-embedder", "");
    expect(filesystem.stat("/by-the-embedder").mtimeMs).toBeGreaterThan(lentAt + 1);
    expect(cell.withdrawals).toBe(1);
    access.dispose();
  });

  test("a run that is given a second cell lends and takes back anew", async () => {
    const filesystem = createInMemoryFileSystem();
    const access = accessOf(filesystem);
    const [dead, alive] = [new CellOnPaper(), new CellOnPaper()];
    access.lendTo(dead);
    filesystem.writeFile("/file", "");
    access.takeBack(dead);
    await access.released;
    expect(access.lendTo(alive).kind).toBe("load");
    const other = accessOf(filesystem);
    expect(alive.withdrawals).toBe(1);
    const waiting = other.serve(...write);
    expect(waiting).toBeInstanceOf(Promise);
    access.release([]);
    expect(await waiting).toEqual({ result: 0 });
    for (const one of [access, other]) one.dispose();
  });

  test("what is too large, and what somebody else has a hand in, is the host's", () => {
    const large = createInMemoryFileSystem();
    large.writeFile("/file", new Uint8Array(1024 * 1024 + 1));
    const many = createInMemoryFileSystem();
    for (let file = 0; file < 2001; file += 1) many.writeFile(`/${file}`, "");
    const patched = createInMemoryFileSystem();
    Object.defineProperty(patched, "readFile", { value: () => new Uint8Array(0) });
    for (const filesystem of [large, many, patched]) {
      const access = accessOf(filesystem);
      expect(access.lendTo(new CellOnPaper())).toEqual({ kind: "none" });
      access.dispose();
    }
  });

  test("nothing, and what may not be touched, needs no replica", () => {
    for (const access of [accessOf(undefined), accessOf(createInMemoryFileSystem(), {})]) {
      expect(access.lendTo(new CellOnPaper()).kind).toBe("empty");
      access.dispose();
    }
  });
});
