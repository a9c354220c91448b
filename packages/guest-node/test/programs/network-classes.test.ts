import { expect, it } from "vitest";
import { runInGuest } from "../harness/run-program.ts";

const REFUSED = "ERR_VIVARIUM_UNIMPLEMENTED tcp_wrap.TCP is not implemented in this guest";

it("a WebSocket says at once, and by name, what is missing", async () => {
  const { stdout, stderr, code } = await runInGuest(`
    class Own extends WebSocket {}
    for (const use of [() => new WebSocket("ws://localhost/"), () => new WebSocket("wss://localhost/", "chat"), () => new Own("ws://localhost/")])
      try { use(); console.log("worked"); } catch (error) { console.log(error.code, error.message); }
    new WebSocket("ws://localhost/").onerror = () => console.log("an event");`);
  expect(stdout.trim().split("\n")).toEqual([REFUSED, REFUSED, REFUSED]);
  expect(stderr).toContain(
    "\nError: tcp_wrap.TCP is not implemented in this guest\n    at Object.<anonymous> (/w/main.js:5:5)\n",
  );
  expect(code).toBe(1);
});

it("an EventSource says so too, where there is one", async () => {
  const program = `try { new EventSource("http://localhost/"); } catch (error) { console.log(error.code ?? error.name, error.message); }`;
  const { stdout } = await runInGuest(program, { options: { "--experimental-eventsource": true } });
  expect(stdout).toBe(`${REFUSED}\n`);
  expect((await runInGuest(program)).stdout).toBe("ReferenceError EventSource is not defined\n");
});

it("a program that only mentions them runs, and finds in them what Node's have", async () => {
  const { stdout } = await runInGuest(`
    console.log(WebSocket.name, WebSocket.length, WebSocket.OPEN, String(WebSocket), Object.getPrototypeOf(WebSocket) === EventTarget);
    console.log(WebSocket.prototype.constructor === WebSocket, typeof WebSocket.prototype.send, ({}) instanceof WebSocket);
    console.log(Object.getOwnPropertyDescriptor(WebSocket, "prototype").writable, new CloseEvent("close", { code: 7 }).code);`);
  expect(stdout.trim().split("\n")).toEqual([
    "WebSocket 1 1 function WebSocket() { [native code] } true",
    "true function false",
    "false 7",
  ]);
});
