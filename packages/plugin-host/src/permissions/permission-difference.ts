import { coversEvent } from "../manifest/matches-event.ts";
import { hostCover } from "../manifest/matches-host.ts";
import type { PluginLimits, PluginManifest } from "../manifest/plugin-manifest.ts";
import { defaultLimits } from "../manifest/whole-manifest.ts";

/** What a manifest asks for. */
export type Asked = Pick<PluginManifest, "permissions" | "limits">;

/**
 * How something that is asked for differs from what was before: it is new, more than it was, less than it was, or gone. A
 * pattern that covers one that was there has `widened` it (`*.b.c` where there was `a.b.c`).
 */
export type Change = "added" | "widened" | "narrowed" | "removed";

/** One thing that a manifest asks for beyond another, or no longer. Words in it are the plugin's own. */
export type PermissionChange =
  | {
      readonly permission: "network" | "hooks" | "emits";
      readonly change: Change;
      /** A host or an event, or a pattern of such. */
      readonly pattern: string;
    }
  | {
      readonly permission: "services";
      readonly change: Change;
      readonly service: string;
      /** `"*"`: all that there are. */
      readonly method: string;
    }
  | {
      /** In bytes; MiB; milliseconds. */
      readonly permission: "storage" | keyof PluginLimits;
      readonly change: Change;
      /** Undefined: there was none. */
      readonly before: number | undefined;
      readonly after: number | undefined;
    };

/** What one manifest asks for beyond another, and what it no longer does. */
export interface PermissionDifference {
  /** What was added or widened: what somebody has to approve. */
  readonly more: readonly PermissionChange[];
  /** What was narrowed or removed. */
  readonly less: readonly PermissionChange[];
}

/**
 * How what one version of a plugin asks for differs from what another was granted. In doubt it is more: a pattern is
 * covered by one other, or is not.
 *
 * @param before undefined for a plugin that was granted nothing yet: it has the limits that hold where none are named
 */
export function permissionDifference(before: Asked | undefined, after: Asked): PermissionDifference {
  const changes = [
    ...networkChanges(before, after),
    ...serviceChanges(before, after),
    ...eventChanges("emits", before, after),
    ...eventChanges("hooks", before, after),
    ...amountChange("storage", before?.permissions.storage?.quotaBytes, after.permissions.storage?.quotaBytes),
    ...limitNames.flatMap((name) => {
      return amountChange(name, (before?.limits ?? defaultLimits)[name], after.limits[name]);
    }),
  ];
  return {
    more: changes.filter(({ change }) => change === "added" || change === "widened"),
    // Who had nothing yet gives nothing up by asking for less than is usual.
    less: before === undefined ? [] : changes.filter(({ change }) => change === "narrowed" || change === "removed"),
  };
}

/** Whether somebody has to approve a difference. */
export function asksForMore({ more }: PermissionDifference): boolean {
  return more.length > 0;
}

const limitNames = ["memoryMb", "cpuTimeMs", "wallTimeMs"] as const;

/** Those of a list that another does not cover, and what they are there. */
function uncovered(
  these: readonly string[],
  others: readonly string[],
  covers: (wider: string, narrower: string) => boolean,
): readonly { readonly pattern: string; readonly isPartly: boolean }[] {
  return these
    .filter((pattern) => !others.some((other) => covers(other, pattern)))
    .map((pattern) => ({ pattern, isPartly: others.some((other) => covers(pattern, other)) }));
}

interface PatternChange {
  readonly pattern: string;
  readonly change: Change;
}

function patternChanges(
  before: readonly string[],
  after: readonly string[],
  covers: (wider: string, narrower: string) => boolean,
): readonly PatternChange[] {
  return [
    ...uncovered(after, before, covers).map(({ pattern, isPartly }): PatternChange => {
      return { pattern, change: isPartly ? "widened" : "added" };
    }),
    ...uncovered(before, after, covers).map(({ pattern, isPartly }): PatternChange => {
      return { pattern, change: isPartly ? "narrowed" : "removed" };
    }),
  ];
}

function networkChanges(before: Asked | undefined, after: Asked): readonly PermissionChange[] {
  const hosts = [before?.permissions.network?.hosts ?? [], after.permissions.network?.hosts ?? []] as const;
  return patternChanges(...hosts, hostCover()).map((change) => ({ permission: "network", ...change }));
}

function eventChanges(
  permission: "hooks" | "emits",
  before: Asked | undefined,
  after: Asked,
): readonly PermissionChange[] {
  const changes = patternChanges(before?.permissions[permission] ?? [], after.permissions[permission], coversEvent);
  return changes.map((change) => ({ permission, ...change }));
}

function serviceChanges(before: Asked | undefined, after: Asked): readonly PermissionChange[] {
  const had = before?.permissions.services;
  const { services } = after.permissions;
  const names = [...new Set([...services.keys(), ...(had?.keys() ?? [])])].sort();
  return names.flatMap((service) => {
    const methods = [methodsOf(had?.get(service)), methodsOf(services.get(service))] as const;
    return patternChanges(...methods, coversMethod).map(({ pattern, change }): PermissionChange => {
      return { permission: "services", service, method: pattern, change };
    });
  });
}

function methodsOf(methods: "*" | readonly string[] | undefined): readonly string[] {
  return methods === "*" ? [methods] : (methods ?? []);
}

function coversMethod(wider: string, narrower: string): boolean {
  return wider === "*" || wider === narrower;
}

function amountChange(
  permission: "storage" | keyof PluginLimits,
  before: number | undefined,
  after: number | undefined,
): readonly PermissionChange[] {
  if (before === after) return [];
  return [{ permission, change: changeOf(before, after), before, after }];
}

function changeOf(before: number | undefined, after: number | undefined): Change {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  // What is no number is not less.
  return after < before ? "narrowed" : "widened";
}
