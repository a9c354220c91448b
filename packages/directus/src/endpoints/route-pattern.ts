import { placesOf as placesOfText } from "../scopes/places-of.ts";

/** What a path has to be, part by part. */
type Part =
  | { readonly kind: "text"; readonly text: string }
  /** A run of characters without a slash. */
  | { readonly kind: "param"; readonly name: string; readonly isOptional: boolean }
  /** Any run of characters. */
  | { readonly kind: "rest"; readonly name: string };

/** Finds the parameters of a path that fits a route; undefined for one that does not. */
export type RouteMatcher = (path: string) => Readonly<Record<string, string>> | undefined;

const PART = /:([A-Za-z0-9_]+)(\?)?|(\*)|([()+?])/g;

/**
 * Reads the path of a route: `:name` is a part of it without a slash, `:name?` one that may be missing with the slash
 * before it, `*` anything. Letters match in either case, and a slash at the end does not count. Regular expressions, which
 * Express 4 has there, are refused: they would run in the host.
 *
 * @throws SyntaxError
 */
export function routeMatcher(pattern: string): RouteMatcher {
  const parts = readParts(pattern);
  return (path) => {
    const trimmed = withoutSlash(path);
    const values = matchParts(parts, trimmed);
    return values === undefined ? undefined : named(parts, values);
  };
}

function readParts(pattern: string): readonly Part[] {
  const whole = withoutSlash(pattern.startsWith("/") || pattern.startsWith("*") ? pattern : `/${pattern}`);
  const parts: Part[] = [];
  let from = 0;
  let stars = 0;
  for (const match of whole.matchAll(PART)) {
    const [text, name, optional, star, special] = match;
    if (special !== undefined) {
      throw new SyntaxError(`Route path "${pattern}" has a "${special}" at ${match.index}, which means nothing here`);
    }
    const isOptional = optional !== undefined;
    addText(parts, whole.slice(from, match.index), isOptional);
    if (star === undefined) parts.push({ kind: "param", name: name ?? "", isOptional });
    else parts.push({ kind: "rest", name: String(stars++) });
    from = match.index + text.length;
  }
  addText(parts, whole.slice(from), false);
  return parts;
}

/** The slash before an optional part belongs to it. */
function addText(parts: Part[], text: string, isOptional: boolean): void {
  const own = isOptional && text.endsWith("/") ? text.slice(0, -1) : text;
  if (own !== "") parts.push({ kind: "text", text: own.toLowerCase() });
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** The value of each part, each as long as it can be. In time that grows with the product of both lengths. */
function matchParts(parts: readonly Part[], path: string): readonly (string | undefined)[] | undefined {
  const lower = path.toLowerCase();
  const [first] = parts;
  // Most routes are others than the one that is asked for.
  if (first?.kind === "text" && !lower.startsWith(first.text)) return undefined;
  const fits = fittingPlaces(parts, lower);
  if (fits[0]?.[0] !== 1) return undefined;
  let at = 0;
  return parts.map((part, index) => {
    const [value, next] = longest(part, path, at, fits[index + 1] as Uint8Array);
    at = next;
    return value;
  });
}

/** For each part, and for the end: 1 at each place from which that part and all after it fit. */
function fittingPlaces(parts: readonly Part[], path: string): readonly Uint8Array[] {
  const end = new Uint8Array(path.length + 1);
  end[path.length] = 1;
  const places: Uint8Array[] = [end];
  for (const part of parts.toReversed()) places.push(placesOf(part, path, places.at(-1) as Uint8Array));
  return places.reverse();
}

function placesOf(part: Part, path: string, after: Uint8Array): Uint8Array {
  const places = new Uint8Array(path.length + 1);
  if (part.kind === "text") {
    for (const at of placesOfText(part.text, path)) places[at] = after[at + part.text.length] ?? 0;
    return places;
  }
  // From the end on: whether something of the part may end somewhere after.
  let ends = 0;
  for (let at = path.length; at >= 0; at -= 1) {
    if (part.kind === "rest") {
      ends |= after[at] as number;
      places[at] = ends;
      continue;
    }
    const isSlash = path[at] === "/";
    if (part.isOptional) places[at] = (isSlash && ends === 1 ? 1 : 0) | (after[at] as number);
    const begun = at < path.length && !isSlash ? ends | (after[at + 1] as number) : 0;
    if (!part.isOptional) places[at] = begun;
    ends = begun;
  }
  return places;
}

/** What a part is from a place on, and where it ends. */
function longest(part: Part, path: string, at: number, after: Uint8Array): readonly [string | undefined, number] {
  if (part.kind === "text") return [undefined, at + part.text.length];
  if (part.kind === "rest") {
    const end = after.lastIndexOf(1);
    return [path.slice(at, end), end];
  }
  const from = part.isOptional && path[at] === "/" ? at + 1 : at;
  const slash = path.indexOf("/", from);
  for (let end = slash < 0 ? path.length : slash; end > from; end -= 1) {
    if (after[end] === 1) return [path.slice(from, end), end];
  }
  return [undefined, at];
}

function named(parts: readonly Part[], values: readonly (string | undefined)[]): Readonly<Record<string, string>> {
  const entries = parts.flatMap((part, index) => {
    const value = values[index];
    return part.kind === "text" || value === undefined ? [] : [[part.name, decoded(value)] as const];
  });
  return Object.fromEntries(entries);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
