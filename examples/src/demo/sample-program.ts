/** The guest of the demo. It does honest work, and then reaches for what it was not given. Written as any Node program. */
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename } from "node:path";

export interface Attempt {
  readonly kind: "files" | "environment";
  /** What the guest asked for, in its own words. */
  readonly asked: string;
  readonly allowed: boolean;
  /** What it got: an answer, or the error. */
  readonly answer: string;
}

function attempt(kind: Attempt["kind"], asked: string, action: () => unknown): Attempt {
  try {
    return { kind, asked, allowed: true, answer: String(action() ?? "done") };
  } catch (error) {
    return { kind, asked, allowed: false, answer: error instanceof Error ? error.message : String(error) };
  }
}

function summarise(): string {
  const [, ...rows] = readFileSync("/workspace/orders.csv", "utf8").trim().split("\n");
  const orders = rows.map((row) => row.split(",")).map(([product, amount]) => ({ product, amount: Number(amount) }));
  console.log("%d orders in %s", orders.length, basename("/workspace/orders.csv"));
  console.table(orders);
  return `${orders.reduce((sum, order) => sum + order.amount, 0)} in total`;
}

const file = (asked: string, action: () => unknown): Attempt => attempt("files", asked, action);
const variable = (name: string): Attempt => {
  const value = process.env[name];
  return { kind: "environment", asked: `read ${name}`, allowed: value !== undefined, answer: value ?? "absent" };
};

export const attempts: readonly Attempt[] = [
  file("read orders.csv", summarise),
  file("list /workspace", () => readdirSync("/workspace").join(", ")),
  file("make /workspace/out", () => mkdirSync("/workspace/out", { recursive: true })),
  file("write out/report.txt", () => writeFileSync("/workspace/out/report.txt", "42 in total\n")),
  file("overwrite orders.csv", () => writeFileSync("/workspace/orders.csv", "nothing\n")),
  file("read /secret.txt", () => readFileSync("/secret.txt", "utf8")),
  file("read /workspace/../secret.txt", () => readFileSync("/workspace/../secret.txt", "utf8")),
  file("read /workspace//..//secret.txt", () => readFileSync("/workspace//..//secret.txt", "utf8")),
  file("read shortcut -> /secret.txt", () => readFileSync("/workspace/shortcut", "utf8")),
  file("symlink out/mine to /secret.txt", () => symlinkSync("/secret.txt", "/workspace/out/mine")),
  file("link out/copy to /secret.txt", () => linkSync("/secret.txt", "/workspace/out/copy")),
  file("move /secret.txt to out/moved", () => renameSync("/secret.txt", "/workspace/out/moved")),
  file("remove /secret.txt", () => unlinkSync("/secret.txt")),
  file("write out/../../nowhere/passwd", () => writeFileSync("/workspace/out/../../nowhere/passwd", "me\n")),
  variable("LANG"),
  variable("API_TOKEN"),
];

console.error("That is all I could think of.");
Object.defineProperty(Object.prototype, "leftBehind", { value: "a trap for whoever comes next" });
