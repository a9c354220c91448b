import { defineModule, type ProvidedModule } from "vivarium";
import { type ExtensionLogger, writeSaid } from "../host/extension-logger.ts";
import type { ExtensionManifest } from "../manifest/extension-manifest.ts";

/** What the globals of an extension are made of. */
export interface Settings {
  readonly manifest: ExtensionManifest;
  /** Its `process.env`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logger: ExtensionLogger;
  /** Whether its `console` writes. */
  readonly hasConsole: boolean;
  /** Whether an extension says at which level it logs. */
  readonly hasLogLevels: boolean;
}

/** What the code in an extension's guest imports that makes its globals: not for the extension. */
export function settingsModule({ manifest, environment, logger, hasConsole, hasLogLevels }: Settings): ProvidedModule {
  const writes = hasConsole && manifest.scopes.log;
  return defineModule({
    environment,
    hasConsole: writes,
    say(line: unknown, level: unknown): void {
      if (writes && typeof line === "string") writeSaid(logger, manifest.name, line, hasLogLevels ? level : "info");
    },
  });
}
