export * from "./cell/clock.ts";
export * from "./cell/library.ts";
export * from "./cell/run-record.ts";
export * from "./guest-isolate.ts";
export type { CallAnswer, CellCallName, HostCallName } from "./system-calls/call-answer.ts";
export * from "./system-calls/guest-calls.ts";
export * from "./system-calls/host-port.ts";
export type { OnDiagnostic } from "./system-calls/report-fault.ts";
export * from "./system-calls/request-queue.ts";
