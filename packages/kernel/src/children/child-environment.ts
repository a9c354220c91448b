import { decide, decideSync, type EnvAccessRequest, type PermissionCheck } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";

export interface ChildEnvironmentOptions {
  readonly check: PermissionCheck<EnvAccessRequest> | undefined;
  /** The variables that the guest's own process was given. */
  readonly given: Readonly<Record<string, string>>;
  readonly onDiagnostic: OnDiagnostic;
}

/**
 * The variables that a guest passes to a child. One that it was given itself and passes on as it was, it has to be allowed
 * to read; any other, to write.
 *
 * @throws {CallFailure} `EACCES` for one that it may not; `EINVAL` for what is none
 */
export function* childEnvironment(
  attempt: Attempt,
  pairs: readonly string[],
  { check, given, onDiagnostic }: ChildEnvironmentOptions,
): Steps<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = Object.create(null);
  for (const pair of pairs) {
    const end = pair.indexOf("=");
    if (end < 1) throw new CallFailure("EINVAL");
    const key = pair.slice(0, end);
    const value = pair.slice(end + 1);
    const op = Object.hasOwn(given, key) && given[key] === value ? "read" : "write";
    const request: EnvAccessRequest = { op, key, value };
    const answer = attempt.mayWait ? decide(check, request, onDiagnostic) : decideSync(check, request, onDiagnostic);
    const decision = yield* attempt.settle(answer);
    if (!decision.allow)
      throw new CallFailure("EACCES", decision.reason ?? `the variable ${shown(key)} may not be passed to a child`);
    variables[key] = value;
    yield* attempt.breathe();
  }
  return Object.freeze(variables);
}

const LONGEST_SHOWN = 100;

/** A name of the guest's own, for its own eyes. */
function shown(key: string): string {
  return key.length <= LONGEST_SHOWN ? key : `${key.slice(0, LONGEST_SHOWN)}…`;
}
