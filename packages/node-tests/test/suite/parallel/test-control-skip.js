const common = require("../common/index.js");

common.skip("it is a control");
