/**
 * Imports point down, never sideways, never up (docs/house.md). One entry per package: what its sources may import.
 * Tests may also import what their package lists as a devDependency.
 */
const layers = {
  core: [],
  kernel: ["core"],
  "guest-node": ["core"],
  "isolated-vm": ["core", "kernel", "guest-node", "memfs"],
  memfs: ["core"],
  node: ["core"],
  conformance: ["core"],
  vivarium: ["core", "memfs", "node", "isolated-vm"],
  requests: ["vivarium"],
  directus: ["vivarium", "requests"],
  "plugin-host": ["vivarium", "requests"],
};

const sourcesOf = (packageName) => `^packages/${packageName}/src/`;

const layerRules = Object.entries(layers).map(([packageName, below]) => ({
  name: `layer-of-${packageName}`,
  comment:
    below.length === 0 ? "It imports no other package." : `Of the workspace it imports ${below.join(", ")} alone.`,
  severity: "error",
  from: { path: sourcesOf(packageName) },
  to: { path: "^packages/", pathNot: [packageName, ...below].map((name) => `^packages/${name}/`) },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...layerRules,
    {
      name: "core-without-node",
      comment: "core runs anywhere: no node:* module.",
      severity: "error",
      from: { path: sourcesOf("core") },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "guest-without-node",
      comment: "Guest code runs inside the isolate: it has no host module to import.",
      severity: "error",
      from: { path: "^packages/(guest-node|directus|plugin-host)/src/guest/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "host-without-guest-code",
      comment: "Guest code reaches the host as a bundle, never as an import.",
      severity: "error",
      from: { path: "^packages/", pathNot: ["^packages/(guest-node|directus|plugin-host)/(src/guest|test|scripts)/"] },
      to: { path: "^packages/(guest-node|directus|plugin-host)/src/guest/" },
    },
    {
      name: "front-door-only",
      comment: "A package is imported by its name, never by a path into its sources.",
      severity: "error",
      from: { path: "^(packages/[^/]+|examples)/" },
      to: {
        path: "^packages/([^/]+)/",
        pathNot: [
          "^$1/",
          "^packages/[^/]+/(src|dist)/index\\.",
          "^packages/directus/api\\.d\\.ts$",
          "^packages/vivarium/",
        ],
      },
    },
    {
      name: "no-cycle",
      comment: "Two files that need each other are one idea, or lack a third.",
      severity: "error",
      from: { path: "^(packages|examples|scripts)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "core-in-layers",
      comment: "Folders of core that need each other are one folder, or lack a third. Types count.",
      severity: "error",
      scope: "folder",
      from: { path: "^packages/core/src/" },
      to: { circular: true },
    },
    {
      name: "listed-dependency",
      comment: "Whatever a package imports stands in its package.json.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev", "unknown"], pathNot: ["^(directus|plugin):"] },
    },
    {
      name: "resolvable",
      severity: "error",
      from: { path: "^(packages|examples|scripts)/" },
      // Node's internal/… modules are there under --expose-internals alone, directus:… and plugin:… in the guests of adapters.
      to: { couldNotResolve: true, pathNot: ["^internal/", "^(directus|plugin):"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/(dist|build)/" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      conditionNames: ["@vivarium/source", "import", "node", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
