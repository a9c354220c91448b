import { expect } from "vitest";
import type { ArrivedRequest, ServiceAnswer } from "./public-services.ts";

/** A request that an extension makes, and what it is answered. */
export interface Exchange {
  readonly asks: ArrivedRequest;
  readonly answer: ServiceAnswer;
}

/** A run of an extension's operation. */
export interface Run {
  /** What it does, in the words of a test's name. */
  readonly does: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly Exchange[];
  readonly returns?: unknown;
  /** The message of what it throws. */
  readonly throws?: unknown;
  /** Lines that it logs. @default none */
  readonly logs?: readonly unknown[];
}

/** An extension as it lies in the registry, and how its operation is run. */
export interface PublishedExtension {
  /** Of its package. */
  readonly name: string;
  /** Of its operation. */
  readonly id: string;
  readonly runs: readonly Run[];
  /** The message that it makes of a request which it may not make. @default the host's */
  readonly unscoped?: string;
}

/** A request, with the headers that every one has. */
export function asks(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body: unknown = "",
): ArrivedRequest {
  const common = {
    accept: "application/json, text/plain, */*",
    "accept-encoding": "gzip, deflate, br, zstd",
    "user-agent": "vivarium-directus",
  };
  return { method, url, headers: { ...common, ...headers }, body };
}

/** Headers of who sends JSON, with a key. */
export function json(key: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...key, "content-type": "application/json" };
}

export function answers(body: unknown, status = 200): ServiceAnswer {
  return { status, body };
}

/** The line of an extension that logs what a request has thrown, as JSON: it tells all that the service has said. */
export function loggedFailure(status: number, data: unknown): unknown {
  const told = [`"message":"Request failed with status code ${status}"`, `"status":${status}`];
  const response = JSON.stringify(JSON.stringify(data)).slice(1, -1);
  return expect.toSatisfy((line: string) => [...told, response].every((part) => line.includes(part)));
}
