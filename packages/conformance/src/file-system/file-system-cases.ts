import { contentCases } from "./content-cases.ts";
import { directoryCases } from "./directory-cases.ts";
import type { FileSystemCase } from "./file-system-case.ts";
import { linkCases } from "./link-cases.ts";
import { metadataCases } from "./metadata-cases.ts";
import { openFileCases } from "./open-file-cases.ts";
import { renameCases } from "./rename-cases.ts";
import { socketCases } from "./socket-cases.ts";
import { watchCases } from "./watch-cases.ts";

/** Every case of the suite. {@link describeFileSystem} runs them; another test runner can do so too. */
export const fileSystemCases: readonly FileSystemCase[] = [
  ...contentCases,
  ...directoryCases,
  ...renameCases,
  ...metadataCases,
  ...linkCases,
  ...openFileCases,
  ...socketCases,
  ...watchCases,
];
