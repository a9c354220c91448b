import { NIL, parse, stringify, v4, v5, v7, validate, version } from "uuid";

console.log(v5("example.com", v5.DNS), version(v5("example.com", v5.DNS)));
console.log(validate(v4()), version(v4()), version(v7()));
console.log(stringify(parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")), validate(NIL), validate("no"));
console.log(v7({ msecs: 0, seq: 0, random: new Uint8Array(16) }));
