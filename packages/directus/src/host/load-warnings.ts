import type { PackageManifest, RequestScope } from "../manifest/extension-manifest.ts";
import { isDeadPattern } from "../scopes/url-pattern.ts";

/**
 * What a package asks for that comes to nothing, in words for its author, each once.
 *
 * @param isParted whether patterns are matched part by part: then some match no URL, whatever they match elsewhere
 */
export function loadWarnings(manifest: PackageManifest, isParted: boolean): ReadonlySet<string> {
  const manifests = manifest.type === "bundle" ? [manifest, ...manifest.entries] : [manifest];
  const patterns = manifests.flatMap((each) =>
    isParted && each.type !== "bundle" ? patternWarnings(each.scopes.request) : [],
  );
  return new Set([...manifests.flatMap(({ warnings }) => warnings), ...patterns]);
}

function patternWarnings(request: RequestScope | undefined): readonly string[] {
  const patterns = [...(request?.urls ?? []), ...(request?.within ?? [])];
  return patterns
    .filter(isDeadPattern)
    .map(
      (pattern) =>
        `directus:extension.sandbox.requestedScopes.request.urls: ${JSON.stringify(pattern)} matches no URL: begin it with "https://" or "http://" and a host`,
    );
}
