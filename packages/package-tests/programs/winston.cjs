const winston = require("winston");

const { combine, errors, json, printf, splat } = winston.format;
const log = winston.createLogger({
  level: "info",
  defaultMeta: { service: "test" },
  format: combine(errors(), splat(), json()),
  transports: [
    new winston.transports.Console(),
    new winston.transports.Console({ level: "error", format: printf(({ message }) => `! ${message}`) }),
  ],
});
log.info("started after %s ms", 12, { more: true });
log.error("broken");
log.debug("not written");
