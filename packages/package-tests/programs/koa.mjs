import Koa from "koa";

const app = new Koa();
app.use(async (context, next) => {
  await next();
  context.set("x-length", String(context.body.length));
});
app.use((context) => {
  context.status = context.path === "/tea" ? 418 : 200;
  context.body = `${context.method} ${context.path} ${JSON.stringify(context.query)}`;
});

const server = app.listen(0, "127.0.0.1", async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  for (const path of ["/a?b=c&b=d", "/tea"]) {
    const answer = await fetch(base + path);
    console.log(answer.status, answer.headers.get("x-length"), await answer.text());
  }
  server.close();
  server.closeAllConnections();
});
