import {
  createFileSystemError,
  errnoCodeOfError,
  FileSystemError,
  isPromiseLike,
  type MaybePromise,
} from "@vivarium/core";
import { run, type Steps } from "./steps.ts";

/** Runs a computation whose failures are told in the words of a guest: the call, and a path that the guest knows. */
export function translated<T>(syscall: string, path: string | undefined, steps: () => Steps<T>): MaybePromise<T> {
  let answer: MaybePromise<T>;
  try {
    answer = run(steps());
  } catch (error) {
    throw translate(error, syscall, path);
  }
  if (!isPromiseLike(answer)) return answer;
  return answer.catch((error: unknown) => {
    throw translate(error, syscall, path);
  });
}

/** Of an error of the system its code, and nothing else: the message has a path of the host's. */
function translate(error: unknown, syscall: string, path: string | undefined): unknown {
  const named = path === undefined ? { syscall } : { syscall, path };
  if (error instanceof FileSystemError) {
    const { code, reason } = error;
    return createFileSystemError(code, reason === undefined ? named : { ...named, reason });
  }
  if (!isSystemError(error)) return error;
  return createFileSystemError(errnoCodeOfError(error) ?? "EIO", named);
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "code" in error;
}
