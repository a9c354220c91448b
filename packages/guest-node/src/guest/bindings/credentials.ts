import type { Binding, Guest } from "../guest.ts";
import { StringPrototypeEndsWith, StringPrototypeSlice } from "../primordial.ts";

const UNKNOWN_NAME = 1;
const UNKNOWN_GROUP = 2;

/** A guest is who its configuration says; it cannot become somebody else. */
export function credentialsBinding(guest: Guest): Binding {
  const refuse = (syscall: string) => () => {
    throw guest.errors.uvException(-1, { syscall });
  };
  // A name is one that no system here knows: 1 says so, and Node's library makes the error of it.
  const refuseId = (syscall: string) => {
    const refused = refuse(syscall);
    return (id: unknown) => (typeof id === "string" ? UNKNOWN_NAME : refused());
  };
  const environment = () => guest.process["env"] as Record<string, string | undefined>;
  return {
    __proto__: null,
    implementsPosixCredentials: true,
    safeGetenv: (key: string) => environment()[key],
    getTempDir: () => temporaryFolder(environment(), guest.config.os.tmpdir),
    getuid: () => guest.config.uid,
    geteuid: () => guest.config.uid,
    getgid: () => guest.config.gid,
    getegid: () => guest.config.gid,
    getgroups: () => [guest.config.gid],
    // As in Node, a user's name is not looked up.
    initgroups: (_user: unknown, group: unknown) =>
      typeof group === "string" ? UNKNOWN_GROUP : refuse("initgroups")(),
    setgroups(groups: readonly unknown[]) {
      for (let index = 0; index < groups.length; index++) if (typeof groups[index] === "string") return index + 1;
      return refuse("setgroups")();
    },
    setegid: refuseId("setegid"),
    seteuid: refuseId("seteuid"),
    setgid: refuseId("setgid"),
    setuid: refuseId("setuid"),
  };
}

/** As Node looks for it, in the environment as the program has changed it. */
function temporaryFolder(environment: Readonly<Record<string, string | undefined>>, fallback: string): string {
  const { TMPDIR, TMP, TEMP } = environment;
  const found = TMPDIR || TMP || TEMP || fallback;
  return found.length > 1 && StringPrototypeEndsWith(found, "/") ? StringPrototypeSlice(found, 0, -1) : found;
}
