import { buildNativeHelper } from "../src/native/build-native-helper.ts";

const build = buildNativeHelper({ force: process.argv.includes("--force") });
process.stdout.write(`${build.compiled ? "compiled" : "up to date"}: ${build.file}\n`);
