import { childrenOf } from "../driver/children-of.ts";

/** All processes below one, by the kernel's account. */
export function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}
