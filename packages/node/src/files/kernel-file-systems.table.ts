/** Types that `statfs(2)` tells on Linux, of filesystems that hold no files but what the kernel says of itself. */
const types: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0x62656570, // configfs
  0x63677270, // cgroup2
  0x27e0eb, // cgroup
  0xcafe4a11, // bpf
  0xde5e81e4, // efivarfs
  0x6e736673, // nsfs
  0x1cd1, // devpts
  0x42494e4d, // binfmt_misc
  0x19800202, // mqueue
]);

export function isKernelFileSystem(type: number): boolean {
  return types.has(type);
}
