import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { urlComponents } from "../src/cell/url-components.ts";

/** Asks Node's own `url` binding, which only a process started for it shows. */
function componentsOfNode(urls: readonly string[]): readonly (readonly number[])[] {
  const program = `
    const { internalBinding } = require("internal/test/binding");
    const url = internalBinding("url");
    const components = JSON.parse(process.argv[1]).map((input) => {
      url.parse(input, undefined, true);
      return Array.from(url.urlComponents);
    });
    process.stdout.write(JSON.stringify(components));
  `;
  const args = ["--no-warnings", "--expose-internals", "-e", program, JSON.stringify(urls)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

const inputs = [
  "https://user:pass@example.com:1234/foo/bar?baz#quux",
  "https://user@host/",
  "https://:pass@host/",
  "http://a",
  "http://a?",
  "http://a#",
  "http://a/?#",
  "http://a/b?c#d?e#f",
  "http://[::1]:8080/x",
  "http://[::1]/",
  "mailto:x@y?subject=a:b@c",
  "file:///a/b",
  "file://host/share",
  "web+demo:/.//not-a-host/",
  "web+demo://h",
  "foo://",
  "foo:///p?q",
  "foo://user:p@host:1/x",
  "foo:opaque//x@y:1",
  "data:,x?y#z",
  "blob:https://a:1/b",
  "ws://a:80/",
  "wss://a:444/?q=a:b@c/d",
  "ftp://u:@h/",
  "http://xn--nxasmq6b:99/%40:/@:",
  "javascript:alert(1)//@x",
];

describe("urlComponents", () => {
  it("tells what the parser of Node tells", () => {
    const expected = componentsOfNode(inputs).map((components, index) => [inputs[index], components]);
    const actual = inputs.map((input) => [input, [...urlComponents(new URL(input).href)]]);
    expect(actual).toEqual(expected);
  });
});
