import {
  type GuestConfig,
  guestProfiles,
  type InvocationTarget,
  invocationKinds,
  type PolicyData,
  systemCallTable,
} from "@vivarium/core";
import type { CallAnswer, HostCallName } from "@vivarium/kernel";
import fc from "fast-check";
import type { CellMessage } from "../../src/channel/cell-message.ts";
import { guestKind } from "../../src/channel/guest-kind.ts";
import type { HostMessage } from "../../src/channel/host-message.ts";
import { PROTOCOL_VERSION } from "../../src/channel/protocol.ts";
import type { CellReplica } from "../../src/replica/cell-replica.ts";

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 200 });
const uint32 = fc.nat({ max: 0xffff_ffff });
const amount = fc.oneof(fc.nat(), fc.constant(Number.POSITIVE_INFINITY));
const figure = fc.nat();
const scalar = fc.oneof(fc.constant(undefined), fc.double(), text, fc.boolean());
const result = fc.oneof(fc.constant(undefined), fc.double(), text);
const hostCall = fc.constantFrom(
  ...Object.keys(systemCallTable).filter((name): name is HostCallName => name.startsWith("fs.")),
);

const exitCode = fc.integer({ min: -255, max: 255 });
const outcome = fc.oneof(
  fc.record({ kind: fc.constantFrom("returned" as const, "exited" as const), code: exitCode }),
  fc.record({ kind: fc.constant("threw" as const), code: exitCode, errorMessage: text }),
  fc.record({
    kind: fc.constant("threw" as const),
    code: exitCode,
    errorMessage: text,
    stack: text.filter((stack) => stack !== ""),
  }),
  fc.record({
    kind: fc.constantFrom("unexportable" as const, "crashed" as const),
    code: fc.constant(1 as const),
    errorMessage: text,
  }),
  fc.record({
    kind: fc.constantFrom("cpu-time-limit" as const, "wall-time-limit" as const),
    code: fc.constant(124 as const),
    limitMs: amount,
  }),
  fc.record({
    kind: fc.constantFrom("out-of-memory" as const, "process-memory-limit" as const),
    code: fc.constant(1 as const),
    limitMiB: amount,
  }),
  fc.record({
    kind: fc.constantFrom("system-call-limit" as const, "pending-calls-limit" as const),
    code: fc.constant(1 as const),
    limitCalls: amount,
  }),
  fc.record({ kind: fc.constant("timers-limit" as const), code: fc.constant(1 as const), limitTimers: amount }),
  fc.record({
    kind: fc.constant("system-call-rate-limit" as const),
    code: fc.constant(1 as const),
    limitCallsPerSecond: amount,
  }),
  fc.record({ kind: fc.constant("output-limit" as const), code: fc.constant(1 as const), limitBytes: amount }),
  fc.record({
    kind: fc.constant("result-limit" as const),
    code: fc.constant(1 as const),
    limitBytes: amount,
    errorMessage: text,
  }),
  fc.record({
    kind: fc.constant("aborted" as const),
    code: fc.constant(130 as const),
    reason: fc.string({ minLength: 1 }),
  }),
);

export const answers: fc.Arbitrary<CallAnswer> = fc.record(
  { result, reason: text, payload: bytes, ended: outcome, more: uint32 },
  { requiredKeys: ["result"] },
);

const kind = fc
  .tuple(fc.constantFrom("node" as const, "bare" as const), fc.double({ min: 1, noDefaultInfinity: true, noNaN: true }))
  .map(([base, memoryLimit]) => guestKind(base, memoryLimit));

export const cellMessages: fc.Arbitrary<CellMessage> = fc.oneof(
  fc.record({
    kind: fc.constant("ready" as const),
    protocol: fc.constant(PROTOCOL_VERSION),
    nodeVersion: fc.constant("24.21.0"),
  }),
  fc.record({
    kind: fc.constant("confined" as const),
    isConfined: fc.boolean(),
    landlock: uint32,
    namespaces: fc.boolean(),
    nodePermission: fc.boolean(),
    problem: text,
  }),
  fc.record({ kind: fc.constant("prepared" as const), guestKind: kind }),
  fc.record({
    kind: fc.constant("call" as const),
    name: hostCall,
    request: uint32,
    args: fc.array(scalar, { maxLength: 8 }),
    input: bytes,
  }),
  fc.record({ kind: fc.constant("output" as const), descriptor: fc.constantFrom(1 as const, 2 as const), data: bytes }),
  fc.record({
    kind: fc.constant("repeat" as const),
    name: hostCall,
    args: fc.array(scalar, { maxLength: 8 }),
    input: bytes,
    result: fc.double(),
    timeMs: fc.double({ noDefaultInfinity: true, noNaN: true }),
  }),
  fc.record({ kind: fc.constant("released" as const), positions: fc.constant([]) }),
  fc.record({ kind: fc.constantFrom("started" as const, "replicas" as const, "loaded" as const) }),
  fc.record({
    kind: fc.constant("invoked" as const),
    end: fc.record({
      id: uint32,
      kind: fc.constantFrom(...invocationKinds, "cpu-time-limit" as const),
      message: text,
      value: bytes,
    }),
  }),
  fc.record({
    kind: fc.constant("usage" as const),
    usage: fc.record({
      cpuTimeMs: figure,
      heapUsedBytes: figure,
      heapTotalBytes: figure,
      externalBytes: figure,
      hostCalls: figure,
      systemCalls: figure,
      deniedCalls: figure,
    }),
  }),
  fc.record({
    kind: fc.constant("finished" as const),
    outcome,
    exports: fc.option(bytes, { nil: undefined }),
    leavesWork: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("fault" as const), code: fc.constant("ERR_CELL_FAILED"), message: text }),
);

const limits = fc.record({
  memoryLimit: amount,
  processOverheadLimit: amount,
  cpuTimeLimitMs: amount,
  wallTimeLimitMs: amount,
  outputLimitBytes: amount,
  resultLimitBytes: amount,
  openFilesLimit: amount,
  systemCallLimit: amount,
  systemCallRateLimit: amount,
  pendingCallsLimit: amount,
  timersLimit: amount,
  threadsLimit: amount,
});

const list = fc.array(text, { maxLength: 5 });
const keyed = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> =>
  fc.dictionary(text, value, { maxKeys: 5, noNullPrototype: true });
const plainConfig: fc.Arbitrary<GuestConfig> = fc.record({
  profile: fc.constantFrom(...guestProfiles),
  argv: list,
  execArgv: list,
  modules: list,
  packageRoots: list,
  env: keyed(text),
  execPath: text,
  cwd: text,
  platform: text,
  arch: text,
  version: text,
  pid: fc.nat(),
  ppid: fc.nat(),
  uid: fc.nat(),
  gid: fc.nat(),
  cols: fc.nat(),
  rows: fc.nat(),
  os: fc.record({
    type: text,
    release: text,
    version: text,
    hostname: text,
    homedir: text,
    tmpdir: text,
    platform: text,
    arch: text,
  }),
  options: keyed(fc.oneof(fc.boolean(), fc.nat(), text, list)),
});
/** As a guest has it that another one has started. */
const childConfig: fc.Arbitrary<GuestConfig> = fc
  .tuple(plainConfig, fc.constantFrom("file", "eval", "stdin"), fc.option(fc.integer({ min: 1 }), { nil: undefined }))
  .map(([plain, entry, channel]) => ({ ...plain, entry, ...(channel !== undefined && { channel }) }));
const config: fc.Arbitrary<GuestConfig> = fc.oneof(plainConfig, childConfig);

const policy = fc.constantFrom<PolicyData | undefined>(
  undefined,
  { rule: "allow" },
  {
    rule: "all",
    of: [
      { rule: "paths", read: ["/**"], write: [] },
      { rule: "not", of: { rule: "allow" } },
    ],
  },
);
const replica: fc.Arbitrary<CellReplica> = fc.oneof(
  fc.constant({ kind: "none" as const }),
  fc.record({ kind: fc.constantFrom("empty" as const, "keep" as const), policy }),
  fc.record({ kind: fc.constant("load" as const), policy, state: bytes }),
);

const program = fc.record({
  code: text,
  filePath: text,
  mode: fc.constantFrom("run" as const, "exec" as const, "load" as const),
  config,
  limits,
  frozenTimeMs: fc.option(fc.nat(), { nil: undefined }),
  replica,
  packages: fc.option(
    fc.record({ id: fc.integer({ min: 1, max: 0xffff_ffff }), roots: fc.array(text), codeVersion: fc.nat() }),
    {
      nil: undefined,
    },
  ),
});

const target: fc.Arbitrary<InvocationTarget> = fc.oneof(
  fc.record({ kind: fc.constant("export" as const), name: text }),
  fc.record({ kind: fc.constantFrom("function" as const, "next" as const, "return" as const), id: uint32 }),
  fc.record({ kind: fc.constantFrom("release" as const, "request" as const), id: uint32 }),
);

export const hostMessages: fc.Arbitrary<HostMessage> = fc.oneof(
  fc.record({ kind: fc.constant("hello" as const), protocol: fc.constant(PROTOCOL_VERSION), isShared: fc.boolean() }),
  fc.record({ kind: fc.constant("prepare" as const), guestKind: kind }),
  fc.record({ kind: fc.constant("execute" as const), program }),
  fc.record({ kind: fc.constant("completion" as const), request: uint32, answer: answers }),
  fc.record({
    kind: fc.constant("invoke" as const),
    invocation: fc.record({ id: uint32, target, args: bytes, cpuTimeLimitMs: amount }),
  }),
  fc.record({ kind: fc.constant("cancel" as const), invocation: uint32 }),
  fc.record({ kind: fc.constantFrom("abort" as const, "ask-usage" as const) }),
);
