import { beforeAll, describe, expect, test } from "vitest";
import { type ExampleRun, runExample } from "./run-example.ts";

const denied: Readonly<Record<string, string>> = {
  "overwrite orders.csv": "EACCES: /workspace/orders.csv is outside",
  "read /secret.txt": "EACCES: /secret.txt is outside /workspace",
  "read /workspace/../secret.txt": "EACCES: /secret.txt is outside /workspace",
  "read /workspace//..//secret.txt": "EACCES: /secret.txt is outside /workspace",
  "read shortcut -> /secret.txt": "EACCES: /secret.txt is outside /workspace",
  "link out/copy to /secret.txt": "EACCES: /secret.txt is outside /workspace/out",
  "move /secret.txt to out/moved": "EACCES: /secret.txt is outside /workspace/out",
  "remove /secret.txt": "EACCES: /secret.txt is outside /workspace/out",
  "symlink out/mine to /secret.txt": "EACCES: /secret.txt is outside /workspace",
  "read API_TOKEN": "absent",
};

const allowed: Readonly<Record<string, string>> = {
  "read orders.csv": "42 in total",
  "list /workspace": "orders.csv",
  "write out/report.txt": "done",
  "read LANG": "en_GB.UTF-8",
};

describe("The demo", () => {
  let run: ExampleRun;
  let page: string;

  beforeAll(async () => {
    run = await runExample("demo/main.ts");
    page = run.lines.join("\n");
  });

  test("ends well and complains of nothing", () => {
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    expect(page).toContain("returned, code 0");
  });

  test.each(Object.entries(allowed))("shows that the guest may %s", (asked, answer) => {
    const row = run.lines.find((line) => line.includes(`✓ allowed  ${asked} `));
    expect(row).toContain(answer);
  });

  test.each(Object.entries(denied))("shows that the guest may not %s", (asked, reason) => {
    const row = run.lines.find((line) => line.includes(`✗ denied   ${asked} `));
    expect(row).toContain(reason);
  });

  test("shows the guest's own output as Node prints it, and keeps the secret where it was", () => {
    expect(page).toContain("│ 2 orders in orders.csv");
    expect(page).toContain("│ │ 0       │ 'teapot' │ 18     │");
    expect(page).toMatch(/\/secret\.txt still says\s+top secret/);
    expect(page).toMatch(/the report\s+42 in total/);
  });

  test("shows that a guest finds nothing of the one before", () => {
    expect(page).toMatch(/what it left behind\s+a property of Object\.prototype; the next guest finds nothing of it/);
  });

  test("prints plain text that fits the page when nobody's terminal reads it", () => {
    expect(page).not.toContain("\u001b");
    expect(Math.max(...run.lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
