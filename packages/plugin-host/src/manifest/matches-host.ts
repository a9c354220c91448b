import { type HostPattern, hostnameOf, readHostPattern } from "./host-pattern.ts";

/**
 * Whether one of a manifest's `hosts` covers a host and its port.
 *
 * @param hostname as a URL has it; any spelling of it is judged as what it is connected to
 * @param port that is connected to: of a URL that names none its scheme's
 */
export function matchesHost(patterns: readonly string[], hostname: string, port: number): boolean {
  const host = hostnameOf(hostname);
  if (host === undefined) return false;
  return patterns.some((text) => {
    const pattern = readHostPattern(text);
    return pattern !== undefined && (pattern.port ?? port) === port && matchesName(pattern, host);
  });
}

/** Whether whatever one pattern covers is covered by another, for many of them: each is read once, which takes longer than all else. */
export function hostCover(): (wider: string, narrower: string) => boolean {
  const patterns = new Map<string, HostPattern | undefined>();
  const read = (text: string): HostPattern | undefined => {
    if (!patterns.has(text)) patterns.set(text, readHostPattern(text));
    return patterns.get(text);
  };
  return (wider, narrower) => coversPattern(read(wider), read(narrower));
}

function coversPattern(outer: HostPattern | undefined, inner: HostPattern | undefined): boolean {
  if (outer === undefined || inner === undefined) return false;
  if (outer.port !== undefined && outer.port !== inner.port) return false;
  if (!inner.isWild) return matchesName(outer, inner.name);
  // What is beneath the same name, or beneath one that is itself beneath it.
  return outer.isWild && (outer.name === "" || outer.name === inner.name || inner.name.endsWith(`.${outer.name}`));
}

function matchesName({ isWild, name }: HostPattern, host: string): boolean {
  if (!isWild) return host === name;
  return name === "" || (host.endsWith(`.${name}`) && host.length > name.length + 1);
}
