import { type HostControls, loadHostControls } from "@vivarium/guest-node";

let loaded: HostControls | undefined;

/**
 * The native helper's, loaded when they are first asked for.
 * @throws VivariumError `ERR_NATIVE_HELPER_MISSING`
 */
export function hostControls(): HostControls {
  loaded ??= loadHostControls();
  return loaded;
}
