import {
  decide,
  decideSync,
  type EnvAccessRequest,
  type MaybePromise,
  type PermissionCheck,
  type PermissionDecision,
} from "@vivarium/core";
import type { Attempt } from "./attempt.ts";
import { CallFailure } from "./system-calls/call-failure.ts";
import type { HostHandlers } from "./system-calls/host-handlers.ts";
import type { OnDiagnostic } from "./system-calls/report-fault.ts";

const NAME_MAX = 32_768;
const VALUE_MAX = 1024 * 1024;

/** The variables that the check lets a guest see, each asked with its name and value. What is denied does not exist. */
export async function visibleEnvironment(
  variables: Readonly<Record<string, string>>,
  check: PermissionCheck<EnvAccessRequest> | undefined,
  onDiagnostic: OnDiagnostic,
): Promise<Record<string, string>> {
  const visible: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(variables)) {
    const decision = await decide(check, { op: "read", key, value }, onDiagnostic);
    if (decision.allow) visible[key] = value;
  }
  return visible;
}

/** Changes of variables. They live in the guest; what crosses is the question whether they may. */
export function createEnvironmentCalls(
  check: PermissionCheck<EnvAccessRequest> | undefined,
  onDiagnostic: OnDiagnostic,
): Pick<HostHandlers, "process.setEnv" | "process.deleteEnv"> {
  const ask = (attempt: Attempt, request: EnvAccessRequest): MaybePromise<PermissionDecision> =>
    attempt.mayWait ? decide(check, request, onDiagnostic) : decideSync(check, request, onDiagnostic);
  return {
    *"process.setEnv"(attempt, key, value) {
      if (!isVariableName(key) || value.length > VALUE_MAX || value.includes("\0")) throw new CallFailure("EINVAL");
      assertAllowed(yield* attempt.settle(ask(attempt, { op: "write", key, value })));
      return undefined;
    },
    *"process.deleteEnv"(attempt, key) {
      if (!isVariableName(key)) throw new CallFailure("EINVAL");
      assertAllowed(yield* attempt.settle(ask(attempt, { op: "delete", key })));
      return undefined;
    },
  };
}

function isVariableName(key: string): boolean {
  return key !== "" && key.length <= NAME_MAX && !key.includes("=") && !key.includes("\0");
}

function assertAllowed(decision: PermissionDecision): void {
  if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
}
