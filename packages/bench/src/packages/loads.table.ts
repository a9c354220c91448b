/** A program that loads packages. */
export interface Load {
  readonly title: string;
  /** Statements of CommonJS, or of a module. */
  readonly loading: string;
  readonly isModule: boolean;
}

const twenty = [
  "ajv",
  "axios",
  "cheerio",
  "commander",
  "csv-parse",
  "date-fns",
  "express",
  "fastify",
  "fs-extra",
  "glob",
  "handlebars",
  "hono",
  "kysely",
  "lodash",
  "marked",
  "pino",
  "rxjs",
  "winston",
  "yaml",
  "zod",
];

/** What is measured. */
export const loads: readonly Load[] = [
  { title: 'require("typescript")', loading: 'require("typescript");', isModule: false },
  {
    title: "require() of twenty packages",
    loading: twenty.map((name) => `require("${name}");`).join("\n"),
    isModule: false,
  },
  {
    title: "import() of twenty packages",
    loading: twenty.map((name) => `await import("${name}");`).join("\n"),
    isModule: true,
  },
];

/** A program that prints how long it has loaded: `[wall, cpu]`, in milliseconds. */
export function timed({ loading }: Load): string {
  return `
    const began = performance.now();
    const used = process.cpuUsage();
    ${loading}
    const { user, system } = process.cpuUsage(used);
    console.log(JSON.stringify([performance.now() - began, (user + system) / 1000]));
    process.exit();`;
}
