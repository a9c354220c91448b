/**
 * Why this process cannot load a library; undefined when it can.
 *
 * Node's own loader is the judge. It resolves every symbol, since the helper is linked that way, and may then find that
 * the helper is none of its addons but isolated-vm's: getting that far is the proof.
 */
export function loadFault(file: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.startsWith("Module did not self-register") ? undefined : message;
  }
  return undefined;
}
