import { describe, expect, test } from "vitest";
import { routeMatcher } from "../src/endpoints/route-pattern.ts";
import { matchesEvent } from "../src/hooks/event-pattern.ts";

describe("the path of a route", () => {
  test.each([
    ["/", "/", {}],
    ["/a", "/a", {}],
    ["/a", "/a/", {}],
    ["/a", "/A", {}],
    ["/a/", "/a", {}],
    ["a", "/a", {}],
    ["/:id", "/x%20y", { id: "x y" }],
    ["/:id/edit", "/7/EDIT", { id: "7" }],
    ["/:from-:to", "/a-b-c", { from: "a-b", to: "c" }],
    ["/x/:id?", "/x", {}],
    ["/x/:id?", "/x/7", { id: "7" }],
    ["*", "/any/thing", { 0: "/any/thing" }],
    ["/files/*", "/files/a/b.txt", { 0: "a/b.txt" }],
    ["/a.b", "/a.b", {}],
    ["/:id", "/%E0%A4%A", { id: "%E0%A4%A" }],
  ])("%s serves %s", (pattern, path, params) => {
    expect(routeMatcher(pattern)(path)).toEqual(params);
  });

  test.each([
    ["/", "/a"],
    ["/a", "/b"],
    ["/a", "/a/b"],
    ["/:id", "/"],
    ["/:id", "/a/b"],
    ["/a.b", "/axb"],
    ["/files/*", "/file"],
    ["/x/:id?", "/xy"],
  ])("%s does not serve %s", (pattern, path) => {
    expect(routeMatcher(pattern)(path)).toBeUndefined();
  });

  test.each(["/(a+)+$", "/a?b", "/a+", "/:id(\\d+)", "/)"])(
    "%s is refused: it would be a regular expression",
    (pattern) => {
      expect(() => routeMatcher(pattern)).toThrow(SyntaxError);
    },
  );

  test("is looked for in time that grows with both lengths", () => {
    expect(routeMatcher(`/${":a-".repeat(30)}:z!`)(`/${"-".repeat(2000)}`)).toBeUndefined();
    expect(routeMatcher(`${"*x".repeat(30)}`)("/".repeat(2000))).toBeUndefined();
  });
});

describe("the pattern of an event", () => {
  test.each([
    ["items.create", "items.create", true],
    ["items.*", "items.create", true],
    ["*.create", "items.create", true],
    ["items.*", "items.create.after", false],
    ["**", "items.create", true],
    ["items.**", "items", true],
    ["**.create", "a.b.create", true],
    ["items.create", "items.update", false],
    ["items", "items.create", false],
  ])("%s and %s: %j", (pattern, event, matches) => {
    expect(matchesEvent(pattern, event)).toBe(matches);
  });
});
