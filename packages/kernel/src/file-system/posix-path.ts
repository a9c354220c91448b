/** Bytes of one path component. */
const NAME_MAX_BYTES = 255;

const encoder = new TextEncoder();

/** Whether a path is absolute and has no `.`, `..`, empty component or trailing slash: what a driver may be given. */
export function isPlainPath(path: string): boolean {
  return path.charCodeAt(0) === SLASH && (path.length === 1 || !unplain.test(path));
}

const SLASH = 47;
const unplain = /\/(?:\.{0,2}(?:\/|$))/;

/** The components of a path from the last to the first: the order in which they are taken off a stack. */
export function reversedComponents(path: string): string[] {
  return path.split("/").reverse();
}

/** A child of a resolved directory. */
export function childOf(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** The directory of a resolved path; `/` for `/`. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last component of a resolved path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether a name is longer than a directory can hold. */
export function isNameTooLong(name: string): boolean {
  return (
    name.length > NAME_MAX_BYTES || (name.length * 3 > NAME_MAX_BYTES && encoder.encode(name).length > NAME_MAX_BYTES)
  );
}

/** Whether `path` is `directory` or lies beneath it; both are resolved. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}
