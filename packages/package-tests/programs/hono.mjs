import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

const app = new Hono();
app.use(async (context, next) => {
  await next();
  context.header("x-path", context.req.path);
});
app.get("/hello/:name", (context) => context.json({ hello: context.req.param("name") }));
app.post("/echo", async (context) => context.text((await context.req.text()).toUpperCase()));
app.get("/teapot", () => {
  throw new HTTPException(418, { message: "short and stout" });
});

for (const [path, init] of [["/hello/world"], ["/echo", { method: "POST", body: "quiet" }], ["/teapot"], ["/none"]]) {
  const answer = await app.request(path, init);
  console.log(answer.status, answer.headers.get("x-path"), await answer.text());
}
