import { createInMemoryFileSystem } from "@vivarium/memfs";
import { afterAll, describe, expect, test } from "vitest";
import { sampledKinds } from "./cell-kinds.ts";
import { openDriver } from "./open-driver.ts";

const limits = { openFilesLimit: 3 };

describe.each(sampledKinds)("directories that a guest opens, in a cell of kind %s", (cells) => {
  const filesystem = createInMemoryFileSystem();
  filesystem.mkdir("/w/d", { recursive: true });
  for (const name of ["a", "b", "c"]) filesystem.writeFile(`/w/${name}`, name);
  const opened = openDriver({ cells }, { filesystem, permissions: { fs: () => true } });
  afterAll(() => opened[Symbol.asyncDispose]());
  const output = (code: string): Promise<string> =>
    opened.output(`const fs = require("fs"); ${code}`, { cwd: "/w" }, limits);

  test("count as open files until they are closed, however they are opened and closed", async () => {
    expect(
      await output(`
        const said = (error) => console.log(error.code, error.syscall, error.message);
        (async () => {
          const first = fs.opendirSync(".");
          const second = await fs.promises.opendir("d");
          const fd = fs.openSync("a");
          try { fs.opendirSync("."); } catch (error) { said(error); }
          await fs.promises.opendir(".").catch(said);
          try { fs.openSync("b"); } catch (error) { said(error); }
          first.closeSync();
          fs.closeSync(fs.openSync("b"));
          await second.close();
          for await (const entry of await fs.promises.opendir("d")) console.log(entry.name);
          fs.opendir("d", (error, third) => third.close(() => console.log(fd, fs.openSync("b"), fs.openSync("c"))));
        })();`),
    ).toBe(
      [
        "EMFILE opendir EMFILE: too many open files, opendir (at most 3 may be open at once)",
        "EMFILE opendir EMFILE: too many open files, opendir '.' (at most 3 may be open at once)",
        "EMFILE open EMFILE: too many open files, open 'b' (at most 3 may be open at once)",
        "5 3 4\n",
      ].join("\n"),
    );
  });

  test("are listed as they are when they are read first, and empty once they were removed", async () => {
    expect(
      await output(`
        fs.mkdirSync("later");
        const dir = fs.opendirSync("later");
        process.chdir("/");
        fs.writeFileSync("/w/later/x", "");
        console.log(dir.readSync().name, dir.readSync());
        dir.closeSync();
        const gone = fs.opendirSync("/w/later");
        fs.rmSync("/w/later", { recursive: true });
        console.log(gone.readSync());`),
    ).toBe("x null\nnull\n");
  });

  test("are closed when the program has dropped them, which Node warns of", async () => {
    expect(
      await output(`
        process.on("warning", ({ name, message }) => console.log(name, message));
        const grow = () => { const all = []; for (let i = 0; i < 3e5; i++) all.push({ i }); return all; };
        (() => { for (let count = 0; count < 3; count++) fs.opendirSync("."); })();
        const timer = setInterval(() => {
          grow();
          try { fs.opendirSync(".").closeSync(); } catch { return; }
          clearInterval(timer);
        }, 1);`),
    ).toContain("Warning Closing directory handle on garbage collection\n");
  });
});
