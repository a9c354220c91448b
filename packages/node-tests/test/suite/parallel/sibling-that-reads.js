require("node:assert").strictEqual(require("../fixtures/answer.json").answer, 42);
