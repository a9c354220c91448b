const common = require("../common/index.js");

setTimeout(() => {}, 1);
process.once("an event that never comes", common.mustCall());
