const { Writable } = require("node:stream");
const pino = require("pino");

const lines = [];
const target = new Writable({
  write(chunk, _encoding, done) {
    lines.push(chunk.toString());
    done();
  },
});
const log = pino({ base: { service: "test" }, timestamp: false, redact: ["user.password"] }, target);
log.info({ user: { name: "Ada", password: "secret" } }, "signed in %d times", 3);
log.child({ request: 7 }).warn("slow");
log.debug("not written");
log.error(Object.assign(new TypeError("broken"), { stack: "TypeError: broken" }));
process.stdout.write(lines.join(""));
