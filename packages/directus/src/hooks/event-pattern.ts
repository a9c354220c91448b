/** Whether an event is of a pattern: names between dots, of which `*` is any one and `**` any number. */
export function matchesEvent(pattern: string, event: string): boolean {
  return matchesParts(pattern.split("."), event.split("."));
}

function matchesParts(pattern: readonly string[], event: readonly string[]): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let after = 0;
  while (at < event.length) {
    const wanted = pattern[inPattern];
    if (wanted === "**") {
      star = inPattern++;
      after = at;
    } else if (wanted === "*" || wanted === event[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++after;
    } else return false;
  }
  while (pattern[inPattern] === "**") inPattern++;
  return inPattern === pattern.length;
}
