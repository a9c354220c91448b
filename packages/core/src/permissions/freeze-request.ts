/**
 * A frozen copy of a request, two levels deep: all that a request has. A check that keeps it or tries to change it
 * changes nothing for the caller.
 */
export function freezeRequest<Request extends object>(request: Request): Request {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(request)) copy[key] = freezeValue(value);
  return Object.freeze(copy) as Request;
}

function freezeValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze([...value]);
  // No prototype: its keys are names that a guest chose, `__proto__` among them.
  return Object.freeze(Object.assign(Object.create(null), value));
}
