import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { text } from "node:stream/consumers";

/** Why a file of a package is not read. */
export class UnreadableFile extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreadableFile";
  }
}

/** A pipe that nobody writes to would never be opened, and with it one of few threads be gone. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * The text of a file in a folder.
 *
 * @param file relative to the folder; links may lead to another place within it
 * @param mostBytes of it
 * @throws UnreadableFile for one that lies outside, that is no plain file, or that is too long; an error of the system's
 */
export async function readText(folder: string, file: string, mostBytes: number): Promise<string> {
  const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, file))]);
  if (!path.startsWith(root + sep)) throw new UnreadableFile("it lies outside its folder");
  await using handle = await open(path, FLAGS);
  const found = await handle.stat();
  if (!found.isFile()) throw new UnreadableFile("it is no file");
  if (found.size > mostBytes) throw new UnreadableFile(`it has more than ${mostBytes} bytes`);
  // It may grow.
  return await text(handle.createReadStream({ autoClose: false, start: 0, end: mostBytes - 1 }));
}
