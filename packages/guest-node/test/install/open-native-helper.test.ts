import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isVivariumError } from "@vivarium/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currentTarget, helperCandidates, helperFileName, presentHelpers } from "../../src/native/helper-file.ts";
import { loadFault } from "../../src/native/load-fault.ts";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";
import { prepareCommand } from "../../src/native/prepare-command.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vivarium-helper-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileNamed(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, "no library");
  return file;
}

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("the name of a helper", () => {
  const names = [
    {
      target: { platform: "linux", arch: "x64", abi: "137", libc: "glibc" },
      name: "linux-x64/vivarium-guest.abi137.glibc.node",
    },
    {
      target: { platform: "linux", arch: "arm64", abi: "147", libc: "musl" },
      name: "linux-arm64/vivarium-guest.abi147.musl.node",
    },
    { target: { platform: "darwin", arch: "arm64", abi: "137" }, name: "darwin-arm64/vivarium-guest.abi137.node" },
  ] as const;
  for (const { target, name } of names) {
    it(`is ${name}`, () => {
      expect(helperFileName(target)).toBe(name);
    });
  }

  it("is looked for with the ABI of this Node, what was compiled here before what shipped", () => {
    const files = helperCandidates();
    const wanted = helperFileName(currentTarget());
    expect(files.every((file) => file.includes(`abi${process.versions.modules}`))).toBe(true);
    const own = files.filter((file) => file.endsWith(wanted));
    expect(own.map((file) => /build|prebuilds/.exec(file.slice(0, -wanted.length))?.[0])).toEqual([
      "build",
      "prebuilds",
    ]);
  });
});

describe("opening the helper", () => {
  it("takes the first file that is there", () => {
    const second = fileNamed("second.node");
    expect(
      openNativeHelper((file) => file, presentHelpers([join(folder, "absent.node"), second, fileNamed("third.node")])),
    ).toBe(second);
  });

  it("takes the next file when one does not load", () => {
    const broken = fileNamed("broken.node");
    const sound = fileNamed("sound.node");
    const open = (file: string): string => {
      if (file === broken) throw new Error("invalid ELF header");
      return file;
    };
    expect(openNativeHelper(open, [broken, sound])).toBe(sound);
  });

  it("names the machine and the command that helps where there is no file", () => {
    const error = thrownBy(() => openNativeHelper((file) => file, presentHelpers([join(folder, "absent.node")])));
    expect(isVivariumError(error, "ERR_NATIVE_HELPER_MISSING")).toBe(true);
    const { message } = error as Error;
    expect(message).toContain(`there is none for ${process.platform}-${process.arch} and Node ${process.version}`);
    expect(message.endsWith(`Provide it with: ${prepareCommand()}`)).toBe(true);
  });

  it("gives the reason of the loader where no file loads", () => {
    const file = fileNamed("broken.node");
    const open = (): never => {
      throw new Error("version `GLIBC_2.99' not found");
    };
    const error = thrownBy(() => openNativeHelper(open, [file]));
    expect(isVivariumError(error, "ERR_NATIVE_HELPER_MISSING")).toBe(true);
    expect((error as Error).message).toContain("none loads (version `GLIBC_2.99' not found)");
  });
});

describe("whether a file loads", () => {
  it("is true of the helper, although it is no addon of Node's", () => {
    expect(loadFault(openNativeHelper((file) => file))).toBeUndefined();
  });

  it("is false of a file that is no library, with the loader's words", () => {
    expect(loadFault(fileNamed("text.node"))).toContain("text.node");
  });

  it("is false of half a library, which ends the process that loads it", () => {
    const whole = readFileSync(openNativeHelper((file) => file));
    const file = join(folder, "half.node");
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    expect(loadFault(file)).toContain("half.node");
  });

  it("is false of a file that is not there", () => {
    expect(loadFault(join(folder, "absent.node"))).toContain("absent.node");
  });
});
