import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createCommandExecutor } from "../../src/index.ts";
import { type EndedCommand, OwnDirectory, runCommand } from "./run-command.ts";

/** Whether there is a process that is more than its parent's memory of it. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(")")));
  } catch {
    return false;
  }
}

/** The numbers that a script has written into a file, once there are so many. */
async function pidsIn(file: string, count: number): Promise<number[]> {
  await expect
    .poll(() => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0), { timeout: 5_000 })
    .toBeGreaterThanOrEqual(count);
  return readFileSync(file, "utf8").trim().split("\n").map(Number);
}

function zombiesOf(parent: number): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim();
  return children === "" ? 0 : children.split(" ").filter((pid) => !isAlive(Number(pid))).length;
}

const inRoot = createCommandExecutor({ cwd: "/" });

describe("A command, and all that it has started, ends", () => {
  test("when its run does, though it does not listen to signals", async () => {
    await using own = new OwnDirectory();
    const end = new AbortController();
    const script = `trap '' TERM INT HUP; echo $$ > ${own.at("pids")}; while :; do sleep 0.1; done`;
    const running = runCommand(inRoot, ["sh", "-c", script], { signal: end.signal });
    const pids = await pidsIn(own.at("pids"), 1);
    end.abort();
    expect(await running).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("with its first process, what it has left in the background among it", async () => {
    await using own = new OwnDirectory();
    const script = `sleep 300 & echo $! > ${own.at("pids")}; setsid sleep 301 & echo $! >> ${own.at("pids")}`;
    expect(await runCommand(inRoot, ["sh", "-c", script])).toMatchObject({ code: 0 });
    expect((await pidsIn(own.at("pids"), 2)).filter(isAlive)).toEqual([]);
  });

  test("though parts of it leave its group and its session, and one its environment", async () => {
    await using own = new OwnDirectory();
    const end = new AbortController();
    const leave = `setsid sh -c 'echo $$ >> ${own.at("pids")}; exec sleep 300' &`;
    const clear = `setsid env -i sh -c 'echo $$ >> ${own.at("pids")}; sleep 0.4; exec /bin/sleep 301' &`;
    // Its parent ends, so that nothing in it tells whose it is: it was seen before.
    const orphan = `sh -c "setsid env -i sh -c 'echo \\$\\$ >> ${own.at("pids")}; exec sleep 302' & sleep 0.4" &`;
    const running = runCommand(inRoot, ["sh", "-c", `${leave} ${clear} ${orphan} sleep 30`], { signal: end.signal });
    const pids = await pidsIn(own.at("pids"), 3);
    await sleep(700);
    expect(pids.filter(isAlive)).toHaveLength(3);
    end.abort();
    await running;
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("though a part of it has left all of that at once, and holds nothing but a stream", async () => {
    await using own = new OwnDirectory();
    const leave = `(env -i setsid sh -c 'echo $$ > ${own.at("pids")}; exec sleep 300' &)`;
    const wait = `while [ ! -s ${own.at("pids")} ]; do sleep 0.01; done`;
    // It ends once its streams are known: its host may have no moment for them before.
    const ended = await runCommand(inRoot, ["sh", "-c", `${leave}; ${wait}; read go`], { stdin: "go\n" });
    expect(ended).toMatchObject({ code: 0 });
    expect((await pidsIn(own.at("pids"), 1)).filter(isAlive)).toEqual([]);
  });

  test("when its host is killed", async () => {
    await using own = new OwnDirectory();
    const host = startHost(
      own.at("host.mjs"),
      `echo $$ > ${own.at("pids")}; setsid sleep 300 & echo $! >> ${own.at("pids")}; sleep 301`,
    );
    const pids = await pidsIn(own.at("pids"), 2);
    await sleep(50);
    expect(pids.filter(isAlive)).toHaveLength(2);
    host.kill("SIGKILL");
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  test("when its host is killed, parts of it that have left its session and their environment among it", async () => {
    await using own = new OwnDirectory();
    const leave = `setsid env -i sh -c 'echo $$ > ${own.at("pids")}; sleep 0.1; exec /bin/sleep 300' &`;
    const host = startHost(own.at("host.mjs"), `${leave} sleep 301`);
    const pids = await pidsIn(own.at("pids"), 1);
    // It has been seen by then.
    await sleep(400);
    host.kill("SIGKILL");
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  test("when its host is killed as soon as it is there", async () => {
    await using own = new OwnDirectory();
    startHost(own.at("host.mjs"), `echo $$ > ${own.at("pids")}; sleep 303`, killedAfterSpawn);
    const pids = await pidsIn(own.at("pids"), 1);
    await expect.poll(() => pids.filter(isAlive), { timeout: 5_000 }).toEqual([]);
  });

  test("when it writes more than it may, and what it wrote until then is there", async () => {
    const executor = createCommandExecutor({ cwd: "/", outputLimitBytes: 100_000 });
    let bytes = 0;
    const ended = await runCommand(executor, ["head", "-c", "10000000000", "/dev/zero"], {
      onStdout: (chunk) => {
        bytes += chunk.byteLength;
      },
    });
    expect(ended).toMatchObject({ code: null, signal: "SIGKILL", limit: "output" });
    expect(bytes).toBe(100_000);
  });

  test("when its time is over, though it has closed its streams", async () => {
    const executor = createCommandExecutor({ cwd: "/", timeLimitMs: 300 });
    const ended = await runCommand(executor, ["sh", "-c", "exec 0<&- 1>&- 2>&-; sleep 30"]);
    expect(ended).toMatchObject({ signal: "SIGKILL", limit: "time" });
  });

  test("when it has started more processes than it may", async () => {
    await using own = new OwnDirectory();
    const executor = createCommandExecutor({ cwd: "/", maxProcesses: 10 });
    const script = `for i in $(seq 30); do sleep 300 & echo $! >> ${own.at("pids")}; done; wait`;
    expect(await runCommand(executor, ["sh", "-c", script])).toMatchObject({ signal: "SIGKILL", limit: "processes" });
    expect((await pidsIn(own.at("pids"), 11)).filter(isAlive)).toEqual([]);
  });

  test("and leaves no zombie", async () => {
    await Promise.all(Array.from({ length: 8 }, () => runCommand(inRoot, ["sh", "-c", "sleep 0 & sleep 0"])));
    await expect.poll(() => zombiesOf(process.pid)).toBe(0);
  });
});

test("an executor starts so many commands at a time, and no more", async () => {
  const executor = createCommandExecutor({ cwd: "/", maxCommands: 2 });
  const end = new AbortController();
  const run = (): Promise<EndedCommand> => runCommand(executor, ["sleep", "30"], { signal: end.signal });
  const running = [run(), run()];
  await sleep(20);
  await expect(run()).rejects.toMatchObject({ code: "EAGAIN" });
  end.abort();
  await Promise.all(running);
  expect(await runCommand(executor, ["true"])).toMatchObject({ code: 0 });
});

/** Ends a host by SIGKILL in the call that starts a command; not in that which starts what watches over it. */
const killedAfterSpawn = `
  import childProcess from "node:child_process";
  import { syncBuiltinESMExports } from "node:module";
  const { spawn } = childProcess;
  childProcess.spawn = (file, ...others) => {
    const child = spawn(file, ...others);
    if (file !== "/bin/sh") process.kill(process.pid, "SIGKILL");
    return child;
  };
  syncBuiltinESMExports();`;

/** A process that runs a shell's script by an executor. */
function startHost(file: string, script: string, prelude = ""): ChildProcess {
  const index = new URL("../../src/index.ts", import.meta.url).href;
  const request = `{
    command: "sh", args, cwd: "/", env: {}, resolved, stdin: (async function* () {})(),
    signal: new AbortController().signal, onStdout() {}, onStderr() {}, onSignal() {},
  }`;
  writeFileSync(
    file,
    `${prelude}
    import { createCommandExecutor } from ${JSON.stringify(index)};
    const executor = createCommandExecutor({ cwd: "/" });
    const args = ["-c", ${JSON.stringify(script)}];
    const resolved = executor.resolve({ command: "sh", args, cwd: "/", env: {} });
    await executor.run(${request});`,
  );
  return spawn(process.execPath, ["--conditions=@vivarium/source", file], { stdio: "inherit" });
}
