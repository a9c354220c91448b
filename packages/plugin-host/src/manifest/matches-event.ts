const ALL_BENEATH = ".*";

/** Whether one of a manifest's `hooks` or `emits` covers an event: `article.*` covers `article.created` and `article.a.b`, not `article`. */
export function matchesEvent(patterns: readonly string[], event: string): boolean {
  return patterns.some((pattern) => coversEvent(pattern, event));
}

/** Whether whatever one pattern covers is covered by another; an event is a pattern of itself alone. */
export function coversEvent(wider: string, narrower: string): boolean {
  if (wider === narrower) return true;
  const stem = wider.slice(0, -1);
  return wider.endsWith(ALL_BENEATH) && narrower.startsWith(stem) && narrower.length > stem.length;
}
