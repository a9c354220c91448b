import type { Binding, Guest } from "../guest.ts";

/** A guest is who its configuration says; it cannot become somebody else. */
export function credentialsBinding(guest: Guest): Binding {
  const refuse = (syscall: string) => () => {
    throw guest.errors.uvException(-1, { syscall });
  };
  const environment = () => guest.process["env"] as Record<string, string | undefined>;
  return {
    __proto__: null,
    implementsPosixCredentials: true,
    safeGetenv: (key: string) => environment()[key],
    getTempDir: () => environment()["TMPDIR"] ?? guest.config.os.tmpdir,
    getuid: () => guest.config.uid,
    geteuid: () => guest.config.uid,
    getgid: () => guest.config.gid,
    getegid: () => guest.config.gid,
    getgroups: () => [guest.config.gid],
    initgroups: refuse("initgroups"),
    setgroups: refuse("setgroups"),
    setegid: refuse("setegid"),
    seteuid: refuse("seteuid"),
    setgid: refuse("setgid"),
    setuid: refuse("setuid"),
  };
}
