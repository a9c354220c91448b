/** An extension may replace these: what runs before it keeps the ones that it found. */
export const capturedGlobals: readonly string[] = [
  "Error",
  "EvalError",
  "Object",
  "Promise",
  "RangeError",
  "String",
  "TypeError",
];
