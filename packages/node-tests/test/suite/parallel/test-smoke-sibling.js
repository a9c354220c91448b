// A program may run another one of its folder, and that may need what this one never names.
require("./sibling-that-reads.js");
