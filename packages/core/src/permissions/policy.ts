import { describeValue } from "../errors/describe-value.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import type { PermissionCheck } from "./permissions.ts";
import { brandPolicy } from "./policy-brand.ts";
import type { PolicyData, Rule } from "./policy-data.ts";
import { compileCommandRule } from "./rules/command-rule.ts";
import { compileHostRule } from "./rules/host-rule.ts";
import { compilePathRule } from "./rules/path-rule.ts";
import { compileUrlRule } from "./rules/url-rule.ts";
import { compileVariableRule } from "./rules/variable-rule.ts";
import { allOf, anyOf, opposite } from "./verdict.ts";

/** How deep `all`, `any` and `not` may be nested. */
const DEEPEST_NESTING = 100;

/**
 * Makes a check from rules as `policyOf` answered them, in a cell for instance. It answers at once, by a boolean.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for anything but the rules of a policy
 */
export function policyFromData<Request extends object>(data: unknown): PermissionCheck<Request> {
  const { clean, rule } = compile(data, 0);
  const check: PermissionCheck<Request> = (request) => rule(request as Readonly<Record<string, unknown>>) === true;
  return brandPolicy(check, clean);
}

/** The rule of a policy, with its third answer: "cannot judge". */
export function compilePolicy(data: unknown): Rule {
  return compile(data, 0).rule;
}

interface Compiled {
  /** A frozen copy of the data, without what does not belong there. */
  readonly clean: PolicyData;
  readonly rule: Rule;
}

function compile(data: unknown, depth: number): Compiled {
  if (typeof data !== "object" || data === null)
    return fail(`expected the rules of a policy, got ${describeValue(data)}`);
  if (depth > DEEPEST_NESTING) return fail(`expected at most ${DEEPEST_NESTING} nested rules`);
  const { rule, of } = data as { readonly rule?: unknown; readonly of?: unknown };
  switch (rule) {
    case "allow":
      return { clean: Object.freeze({ rule }), rule: () => true };
    case "all":
    case "any": {
      const parts = toArray(of, "rules").map((part) => compile(part, depth + 1));
      if (parts.length === 0) return fail(`expected at least one rule in "${rule}"`);
      const rules = parts.map((part) => part.rule);
      const clean = Object.freeze({ rule, of: Object.freeze(parts.map((part) => part.clean)) });
      return { clean, rule: rule === "all" ? allOf(rules) : anyOf(rules) };
    }
    case "not": {
      const part = compile(of, depth + 1);
      return { clean: Object.freeze({ rule, of: part.clean }), rule: (request) => opposite(part.rule(request)) };
    }
    default:
      return compilePatterns(rule, data as Readonly<Record<string, unknown>>);
  }
}

function compilePatterns(rule: unknown, data: Readonly<Record<string, unknown>>): Compiled {
  const toPatterns = (value: unknown): readonly string[] => readPatterns(value, helperOf(rule));
  switch (rule) {
    case "paths": {
      const clean = Object.freeze({ rule, read: toPatterns(data.read), write: toPatterns(data.write) });
      return { clean, rule: compilePathRule(clean) };
    }
    case "variables": {
      const clean = Object.freeze({ rule, read: toPatterns(data.read), write: toPatterns(data.write) });
      return { clean, rule: compileVariableRule(clean) };
    }
    case "hosts": {
      const clean = Object.freeze({ rule, hosts: toPatterns(data.hosts) });
      return { clean, rule: compileHostRule(clean.hosts) };
    }
    case "urls": {
      const clean = Object.freeze({ rule, urls: toPatterns(data.urls) });
      return { clean, rule: compileUrlRule(clean.urls) };
    }
    case "commands": {
      const { shell = false } = data;
      if (typeof shell !== "boolean")
        return fail(`expected shell to be a boolean, got ${describeValue(shell)}`, helperOf(rule));
      const clean = Object.freeze({ rule, commands: toPatterns(data.commands), shell });
      return { clean, rule: compileCommandRule(clean) };
    }
    default:
      return fail(`expected a known rule, got ${describeValue(rule)}`);
  }
}

/** The function that makes such a rule: what an embedder knows it by. */
const helpers: ReadonlyMap<unknown, string> = new Map([
  ["paths", "allowPaths()"],
  ["variables", "allowEnv()"],
  ["hosts", "allowHosts()"],
  ["urls", "allowUrls()"],
  ["commands", "allowCommands()"],
]);

const helperOf = (rule: unknown): string => helpers.get(rule) ?? "policy";

function readPatterns(value: unknown, permission: string): readonly string[] {
  const patterns = toArray(value, "patterns", permission);
  for (const pattern of patterns) {
    if (typeof pattern !== "string") fail(`expected a pattern, got ${describeValue(pattern)}`, permission);
  }
  return Object.freeze(patterns.map(String));
}

function toArray(value: unknown, what: string, permission?: string): readonly unknown[] {
  if (Array.isArray(value)) return [...value];
  return fail(`expected an array of ${what}, got ${describeValue(value)}`, permission);
}

function fail(problem: string, permission = "policy"): never {
  throw new VivariumError("ERR_INVALID_PERMISSION", { permission, problem });
}
