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
  /** Whether it can make code of strings. */
  readonly hasCodeFromStrings: boolean;
  /** Whether an extension says at which level it logs. */
  readonly hasLogLevels: boolean;
}

/** What the code in an extension's guest imports that makes its globals: not for the extension. */
export function settingsModule(settings: Settings): ProvidedModule {
  const { manifest, environment, logger, hasConsole, hasCodeFromStrings, hasLogLevels } = settings;
  const writes = hasConsole && manifest.scopes.log;
  return defineModule({
    environment,
    hasCodeFromStrings,
    hasConsole: writes,
    say(line: unknown, level: unknown): void {
      if (writes && typeof line === "string") writeSaid(logger, manifest.name, line, hasLogLevels ? level : "info");
    },
  });
}
