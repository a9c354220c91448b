import {
  DateGetDate,
  DateGetDay,
  DateGetFullYear,
  DateGetHours,
  DateGetMinutes,
  DateGetMonth,
  DateGetSeconds,
  DateGetTime,
  DateGetTimezoneOffset,
  MathMax,
  MathMin,
  uncurryThis,
} from "../primordial.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";

const SECONDS_PER_MINUTE = 60;
const MILLISECONDS_PER_DAY = 86_400_000;

const monthOf = uncurryThis(DateGetMonth);
const dayOf = uncurryThis(DateGetDate);
const yearOf = uncurryThis(DateGetFullYear);
const weekdayOf = uncurryThis(DateGetDay);
const offsetOf = uncurryThis(DateGetTimezoneOffset);
const timeOf = uncurryThis(DateGetTime);
/** The parts of a date in `struct tm`, in its order; the year and the day of the year come apart. */
const parts = [uncurryThis(DateGetSeconds), uncurryThis(DateGetMinutes), uncurryThis(DateGetHours), dayOf, monthOf];

/** What a C library asks about the time zone: the guest's. */
export function localTimes(memory: () => LinearMemory): {
  readonly zone: (seconds: number, daylight: number) => void;
  readonly local: (time: bigint, to: number) => void;
} {
  return {
    zone(seconds, daylight) {
      const year = yearOf(new Date());
      const { winter, summer } = offsets(year);
      memory().setU32(seconds, MathMax(winter, summer) * SECONDS_PER_MINUTE);
      memory().setU32(daylight, winter === summer ? 0 : 1);
    },
    local(time, to) {
      const date = new Date(Number(time) * 1000);
      const year = yearOf(date);
      const out = memory();
      for (let index = 0; index < parts.length; index++)
        out.setU32(to + 4 * index, (parts[index] as typeof yearOf)(date));
      out.setU32(to + 20, year - 1900);
      out.setU32(to + 24, weekdayOf(date));
      const midnight = timeOf(new Date(year, monthOf(date), dayOf(date), 12));
      const days = (midnight - timeOf(new Date(year, 0, 1, 12))) / MILLISECONDS_PER_DAY + 0.5;
      out.setU32(to + 28, days | 0);
      const offset = offsetOf(date);
      const { winter, summer } = offsets(year);
      out.setU32(to + 32, winter !== summer && offset === MathMin(winter, summer) ? 1 : 0);
      out.setU32(to + 36, -offset * SECONDS_PER_MINUTE);
    },
  };
}

function offsets(year: number): { readonly winter: number; readonly summer: number } {
  return { winter: offsetOf(new Date(year, 0, 1)), summer: offsetOf(new Date(year, 6, 1)) };
}
