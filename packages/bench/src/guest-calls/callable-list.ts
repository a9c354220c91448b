import type { CallableContestant } from "./callable.ts";
import { openBareIsolate } from "./isolate-callable.ts";
import { openVivarium } from "./vivarium-callable.ts";
import { openPlainWorker } from "./worker-callable.ts";

export const callables: readonly CallableContestant[] = [
  { title: "vivarium, process cell", open: () => openVivarium("process") },
  { title: "vivarium, worker cell", open: () => openVivarium("worker") },
  { title: "vivarium, inline cell", open: () => openVivarium("inline") },
  { title: "plain worker_threads", open: openPlainWorker },
  { title: "isolated-vm 7.0.1, bare", open: openBareIsolate },
];
