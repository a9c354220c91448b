const semver = require("semver");

console.log(["1.10.0", "1.9.9", "1.10.0-rc.1"].sort(semver.compare));
console.log(semver.satisfies("2.3.4", "^2.1 || >=5 <6"), semver.maxSatisfying(["1.2.3", "1.3.0", "2.0.0"], "~1"));
console.log(semver.inc("1.2.3-beta.4", "prerelease"), semver.coerce("v3.4 of it").version);
console.log(new semver.Range(">=1.2 <3 || 4.x").range, semver.valid("1.2"));
