export { compareProgram } from "./compare-program.ts";
export { listPrograms, packageRoot } from "./package-program.ts";
