import { ReflectApply } from "./primordial.ts";
import type { Answer } from "./stand-ins.ts";

type Method = (...args: unknown[]) => unknown;
type Replace = (holder: object, name: string, answer: Answer) => void;

/** The parts of `Temporal` that are needed, where V8 has it. */
interface TemporalNamespace {
  readonly Now: Record<string, Method>;
  readonly Instant: { readonly fromEpochMilliseconds: Method; readonly prototype: Record<string, Method> };
  readonly ZonedDateTime: { readonly prototype: Record<string, Method> };
}

/** The functions of `Temporal.Now` that tell a time in a zone, and what makes it of a `ZonedDateTime`. */
const IN_ZONE = [
  ["plainDateISO", "toPlainDate"],
  ["plainTimeISO", "toPlainTime"],
  ["plainDateTimeISO", "toPlainDateTime"],
] as const;

/** Lets `Temporal.Now` stand still; a draft of it, which V8 has behind a flag, is taken away. */
export function freezeTemporal(global: { Temporal?: TemporalNamespace }, now: number, replace: Replace): void {
  const { Temporal } = global;
  if (Temporal === undefined) return;
  if (Temporal.Now["timeZoneId"] === undefined) {
    delete global.Temporal;
    return;
  }
  const { Now, Instant, ZonedDateTime } = Temporal;
  const fromEpoch = Instant.fromEpochMilliseconds;
  const toZone = Instant.prototype["toZonedDateTimeISO"] as Method;
  const ownZone = Now["timeZoneId"] as Method;
  const instant = (): unknown => ReflectApply(fromEpoch, Instant, [now]);
  const zoned = (zone: unknown): unknown =>
    ReflectApply(toZone, instant(), [zone === undefined ? ReflectApply(ownZone, Now, []) : zone]);
  replace(Now, "instant", instant);
  replace(Now, "zonedDateTimeISO", (_self: unknown, zone: unknown) => zoned(zone));
  for (let index = 0; index < IN_ZONE.length; index++) {
    const row = IN_ZONE[index] as (typeof IN_ZONE)[number];
    const name = row[0];
    const convert = row[1];
    const method = ZonedDateTime.prototype[convert] as Method;
    replace(Now, name, (_self: unknown, zone: unknown) => ReflectApply(method, zoned(zone), []));
  }
}
