import { createInMemoryFileSystem } from "@vivarium/memfs";

/* Prints the time of one call, in microseconds, four directories deep: a figure to compare, not a test. */

const path = "/workspace/packages/core/file.txt";
const content = new Uint8Array(1000);
const filesystem = createInMemoryFileSystem();
filesystem.writeFile(path, content);
filesystem.symlink("file.txt", "/workspace/packages/core/link.txt");
const file = filesystem.open(
  path,
  {
    read: true,
    write: true,
    append: false,
    create: false,
    exclusive: false,
    truncate: false,
    directory: false,
    noFollow: false,
  },
  0,
);

const calls: Readonly<Record<string, () => unknown>> = {
  statPlain: () => filesystem.statPlain(path),
  "statPlain of what is missing": () => filesystem.statPlain("/workspace/packages/core/missing"),
  stat: () => filesystem.stat(path),
  "stat through a link": () => filesystem.stat("/workspace/packages/core/link.txt"),
  "readFile of 1 kB": () => filesystem.readFile(path),
  "writeFile of 1 kB": () => filesystem.writeFile(path, content),
  readDirWithTypes: () => filesystem.readDirWithTypes("/workspace/packages/core"),
  "OpenFile.read of 1 kB": () => file.read(content, 0),
  "OpenFile.write of 1 kB": () => file.write(content, 0),
  "rename there and back": () => {
    filesystem.rename(path, "/workspace/moved.txt");
    filesystem.rename("/workspace/moved.txt", path);
  },
};

const warmUp = 50_000;
const rounds = 300_000;
for (const [name, call] of Object.entries(calls)) {
  for (let round = 0; round < warmUp; round += 1) call();
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) call();
  console.log(`${name.padEnd(30)} ${(((performance.now() - start) * 1000) / rounds).toFixed(2)} µs`);
}
