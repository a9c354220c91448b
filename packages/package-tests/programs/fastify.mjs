import fastify from "fastify";

const app = fastify();
const schema = {
  querystring: { type: "object", properties: { count: { type: "integer", minimum: 1 } }, required: ["count"] },
  response: { 200: { type: "object", properties: { doubled: { type: "integer" } } } },
};
app.get("/double", { schema }, async ({ query }) => ({ doubled: query.count * 2, hidden: true }));

for (const url of ["/double?count=21", "/double?count=none", "/missing"]) {
  const { statusCode, body } = await app.inject({ url });
  console.log(statusCode, body);
}
await app.listen({ port: 0, host: "127.0.0.1" });
const { port } = app.server.address();
const answer = await fetch(`http://127.0.0.1:${port}/double?count=4`);
console.log(answer.status, await answer.text());
await app.close();
