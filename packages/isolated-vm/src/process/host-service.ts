import type { HostCalls } from "@vivarium/kernel";

/** What serves the system calls of one run with the host's authority. It never throws and never rejects. */
export type HostService = Pick<HostCalls, "serve">;
