import { explain } from "../network/socket-failure.ts";
import { setOwn } from "../past-prototypes.ts";
import { ReflectApply, ReflectDeleteProperty } from "../primordial.ts";

type Emit = (this: object, ...args: readonly unknown[]) => unknown;

/**
 * Has the next error that Node's library tells a child process of say why: the library knows a number alone. Nothing of
 * this is left on the object after it.
 */
export function explainFailure(owner: object | undefined, reason: string | undefined): void {
  if (owner === undefined || reason === undefined || reason === "") return;
  const { emit } = owner as { emit: Emit };
  const explaining = (...args: unknown[]): unknown => {
    if (args[0] === "error") {
      ReflectDeleteProperty(owner, "emit");
      explain(args[1] as Error, reason);
    }
    return ReflectApply(emit, owner, args);
  };
  setOwn(owner, "emit", explaining);
}
