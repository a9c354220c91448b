import { describe, expect, it } from "vitest";
import {
  allowAll,
  allowAllFs,
  allowAllNetwork,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type InMemoryFileSystem,
  NodeRuntime,
  type Permissions,
} from "vivarium";

const factories = {
  process: createNodeRuntimeDriverFactory({ cells: "process" }),
  inline: createNodeRuntimeDriverFactory({ cells: "inline" }),
};

const helpers = `
  import fs from "node:fs";
  import http from "node:http";
  import net from "node:net";
  export const told = [];
  const tell = (...values) => told.push(values.join(" "));
  const listen = (options) => new Promise((done) => {
    const server = net.createServer((socket) => socket.end("served"));
    server.listen(options, () => done(server)).on("error", (error) => done(error.code));
  });
  const ask = (path) => new Promise((done) => {
    let text = "";
    net.connect(path).on("data", (data) => (text += data)).on("end", () => done(text)).on("error", (error) => done(error.message));
  });
`;

async function tellOf(
  cells: keyof typeof factories,
  filesystem: InMemoryFileSystem,
  code: string,
  permissions: Permissions = allowAll,
): Promise<unknown> {
  const runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions, processConfig: { cwd: "/w" } }),
    runtimeDriverFactory: factories[cells],
  });
  try {
    const { exports, errorMessage } = await runtime.run<{ told: unknown }>(`${helpers} ${code}`, "/main.mjs");
    return errorMessage ?? exports?.told;
  } finally {
    await runtime.dispose();
  }
}

describe("a Unix socket of a guest", () => {
  for (const cells of ["process", "inline"] as const) {
    it(`has a name among the guest's files, by which it is found (${cells})`, async () => {
      const filesystem = createInMemoryFileSystem();
      filesystem.mkdir("/w");
      const told = await tellOf(
        cells,
        filesystem,
        `
        process.umask(0o022);
        const server = await listen("a.sock");
        const { mode } = fs.statSync("/w/a.sock");
        tell(fs.readdirSync("."), fs.statSync("a.sock").isSocket(), (mode & 0o777).toString(8));
        fs.symlinkSync("a.sock", "link");
        tell(await ask("a.sock"), await ask("/w/../w/a.sock"), await ask("link"));
        tell(await listen("a.sock"), await listen("/w/link"));
        fs.chmodSync("a.sock", 0o600);
        fs.renameSync("a.sock", "b.sock");
        tell(await ask("b.sock"), await ask("a.sock"));
        for (const look of [() => fs.readFileSync("b.sock"), () => fs.copyFileSync("b.sock", "c")])
          try { look(); } catch (error) { tell(error.code, error.syscall); }
        server.close();
        tell(fs.existsSync("b.sock"), await listen("b.sock"), await ask("b.sock"));
        const open = await listen({ path: "c.sock", readableAll: true, writableAll: true });
        tell(fs.statSync("c.sock").mode.toString(8), await ask("c.sock"));
        open.close();
        fs.writeFileSync("plain", "");
        tell(fs.existsSync("c.sock"), await ask("plain"), await ask("none"));
        tell(await listen("/none/x.sock"), await listen("x".repeat(200)));
        const abstract = await listen("\\0name");
        tell(await ask("\\0name"));
        abstract.close();
        const site = http.createServer((request, response) => response.end(request.url)).listen("h.sock");
        await new Promise((done) => site.on("listening", done));
        tell(await new Promise((done) => http.get({ socketPath: "h.sock", path: "/p" }, (response) => response.on("data", done))));
        site.close()`,
      );
      expect(told).toEqual([
        "a.sock true 755",
        "served served served",
        "EADDRINUSE EADDRINUSE",
        "served connect ENOENT a.sock",
        "ENXIO open",
        "ENXIO copyfile",
        "true EADDRINUSE connect ECONNREFUSED b.sock",
        "140666 served",
        "false connect ECONNREFUSED plain connect ENOENT none",
        "EACCES EINVAL",
        "served",
        "/p",
      ]);
      // What nobody removed is there afterwards, as after the end of a process.
      expect(
        filesystem
          .readDirWithTypes("/w")
          .map(({ name, type }) => `${name} ${type}`)
          .sort(),
      ).toEqual(["b.sock socket", "link symlink", "plain file"]);
      const other = await tellOf(cells, filesystem, `tell(await ask("b.sock"), await listen("b.sock"))`);
      expect(other).toEqual(["connect ECONNREFUSED b.sock EADDRINUSE"]);
    });
  }

  it("has none where its guest may not write, and removes nothing of others", async () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/w");
    const mayLook = (request: { readonly op: string }): boolean => request.op === "stat";
    const told = await tellOf(
      "inline",
      filesystem,
      `const server = await listen("a.sock"); tell(await ask("a.sock"), fs.existsSync("a.sock")); server.close()`,
      { ...allowAllNetwork, fs: mayLook },
    );
    expect(told).toEqual(["served false"]);
    const kept = await tellOf(
      "inline",
      filesystem,
      `const server = await listen("a.sock");
       fs.unlinkSync("a.sock"); fs.writeFileSync("a.sock", "mine");
       server.close(); tell(fs.readFileSync("a.sock", "utf8"))`,
      { ...allowAllFs, ...allowAllNetwork },
    );
    expect(kept).toEqual(["mine"]);
  });
});
