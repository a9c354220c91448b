/** Calls of a run from which on more are to be expected: starting a program takes fewer. */
const MANY_CALLS = 16;

/** Longer than most calls take while both sides are awake. */
const FEW_CALLS_US = 100;

/** Longer than a call takes when both sides have to be woken: else they would fall asleep over each other, and stay so. */
const MANY_CALLS_US = 1000;

/**
 * How long a side of the channel stays awake for the other, in microseconds.
 *
 * @param calls that the run has made
 */
export function wakefulUs(calls: number): number {
  return calls < MANY_CALLS ? FEW_CALLS_US : MANY_CALLS_US;
}
