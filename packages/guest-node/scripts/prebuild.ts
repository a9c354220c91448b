/** Puts the native helper of this machine among the files that are published: `prebuilds/<platform>-<arch>/…`. */
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { currentTarget, helperFileName, prebuildsFolder } from "../src/native/helper-file.ts";
import { provideNativeHelper } from "../src/native/provide-native-helper.ts";

const name = helperFileName(currentTarget());
const prebuild = join(prebuildsFolder(), name);
mkdirSync(dirname(prebuild), { recursive: true });
copyFileSync(provideNativeHelper().file, prebuild);
// Not on stdout, where `npm pack --json` writes.
process.stderr.write(`prebuilds/${name}\n`);
