import config from "./vitest.config.ts";

// What the ordinary tests show in one kind of cell, and of what kinds share, is shown in each.
process.env["VIVARIUM_TEST_EVERYTHING"] = "1";

export default config;
