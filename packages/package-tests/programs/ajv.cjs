const Ajv = require("ajv");

const ajv = new Ajv({ allErrors: true });
const validate = ajv.compile({
  type: "object",
  properties: { id: { type: "integer" }, tags: { type: "array", items: { type: "string" }, uniqueItems: true } },
  required: ["id"],
  additionalProperties: false,
});
console.log(validate({ id: 1, tags: ["x"] }));
console.log(validate({ tags: ["x", "x", 3], more: true }));
for (const { instancePath, keyword, message } of validate.errors) console.log(instancePath, keyword, message);
