/** How an option of Node's command line is given. */
export type NodeOptionKind = "flag" | "text" | "list" | "ignored";

/**
 * What a guest may give to a guest that it starts, of the options of `node`. A flag `--name` may be undone by
 * `--no-name`. What is ignored is about the engine's memory, which the limits of runs say.
 */
export const nodeOptions: Readonly<Record<string, NodeOptionKind>> = {
  "--conditions": "list",
  "--deprecation": "flag",
  "--disable-warning": "list",
  "--enable-source-maps": "flag",
  "--import": "list",
  "--input-type": "text",
  "--max-old-space-size": "ignored",
  "--max-semi-space-size": "ignored",
  "--pending-deprecation": "flag",
  "--preserve-symlinks": "flag",
  "--preserve-symlinks-main": "flag",
  "--redirect-warnings": "text",
  "--require": "list",
  "--stack-size": "ignored",
  "--stack-trace-limit": "ignored",
  "--strip-types": "flag",
  "--throw-deprecation": "flag",
  "--title": "text",
  "--trace-deprecation": "flag",
  "--trace-uncaught": "flag",
  "--trace-warnings": "flag",
  "--unhandled-rejections": "text",
  "--warnings": "flag",
};

/** Short for others. */
export const nodeAliases: Readonly<Record<string, string>> = {
  "-C": "--conditions",
  "-r": "--require",
};

/** Variables by which Node takes an option: a flag if they are `1`, a text as it is. */
export const nodeVariables: Readonly<Record<string, string>> = {
  NODE_PENDING_DEPRECATION: "--pending-deprecation",
  NODE_PRESERVE_SYMLINKS: "--preserve-symlinks",
  NODE_PRESERVE_SYMLINKS_MAIN: "--preserve-symlinks-main",
  NODE_REDIRECT_WARNINGS: "--redirect-warnings",
};
