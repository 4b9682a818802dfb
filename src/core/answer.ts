/**
 * What a platform's answer means: its value, or the `AdapterError` that status, envelope or form tell. What it says about
 * quotas is passed on either way.
 */
import { ZodError } from "zod";
import type { ClientDefinition, HttpAnswer, HttpCall } from "./adapter.ts";
import type { Clock } from "./clock.ts";
import { DEFAULT_ROWS, type FailureFacts, parseRetryAfter, toAdapterError } from "./error-table.ts";
import { PermanentError } from "./errors.ts";
import type { Limiter } from "./limiter.ts";
import type { Log } from "./log.ts";
import { WireSyntaxError } from "./wire.ts";

export interface AnswerOptions {
  limiter: Limiter;
  clock: Clock;
  log: Log;
}

const NOT_MODIFIED = 304;

/** What the answer means: a value, or (thrown) the failure that its status, its envelope or its form tells. */
export async function readAnswer<T>(
  options: AnswerOptions,
  definition: ClientDefinition,
  call: HttpCall<T>,
  answer: HttpAnswer,
): Promise<T> {
  const facts: FailureFacts = {
    ...factsOf(definition, call),
    status: answer.status,
    retryAfterMs: parseRetryAfter(answer.headers["retry-after"], options.clock.now()),
    platformRequestId: answer.headers["x-request-id"] ?? null,
  };
  if (answer.headers["content-type"] !== undefined) facts.contentType = answer.headers["content-type"];
  try {
    facts.failure = definition.failure(answer);
  } catch (error) {
    // An envelope of an unknown shape tells nothing; beside an error status the status tells enough.
    if (error instanceof ZodError && answer.status < 400) throw mismatch(definition, call, answer, error);
    if (!isUnreadable(error) && !(error instanceof ZodError)) throw error;
    Object.assign(facts, { garbled: true, cause: error });
  }
  const isRefused = (facts.failure ?? null) !== null || answer.status >= 400 || isRedirect(answer.status);
  const error = isRefused ? failureOf(definition, facts, answer) : null;
  await learn(options, definition, call, answer, error);
  if (error) throw error;
  try {
    return call.parse(answer);
  } catch (cause) {
    if (isUnreadable(cause)) throw failureOf(definition, { ...facts, garbled: true, cause });
    if (cause instanceof ZodError) throw mismatch(definition, call, answer, cause);
    throw cause;
  }
}

/** Passes on what the answer says about quotas; a call that has succeeded does not fail for it. */
async function learn<T>(
  options: AnswerOptions,
  definition: ClientDefinition,
  call: HttpCall<T>,
  answer: HttpAnswer,
  error: ReturnType<typeof failureOf> | null,
): Promise<void> {
  const { quotas: groups } = definition;
  try {
    const seen = definition.observe?.(answer, { operation: call.operation, quota: call.quota }) ?? [];
    if (seen.length > 0) await options.limiter.observe(call.store, groups, seen);
    const named = seen.some((observation) => observation.pauseMs !== undefined);
    if (error?.category === "throttled" && !named) {
      await options.limiter.throttled(call.store, groups, call.quota, error.retryAfterMs);
    }
  } catch (err) {
    options.log.warn("quota observation lost", { platform: definition.platform, operation: call.operation, err });
  }
}

/** The error of a failed call, by the adapter's rows and the common ones; a redirect says where to. */
export function failureOf(definition: ClientDefinition, facts: FailureFacts, answer?: HttpAnswer) {
  if (!answer || !isRedirect(answer.status)) return toAdapterError(definition.errors, DEFAULT_ROWS, facts);
  const to = answer.headers.location?.replace(/[?#].*/s, "") ?? "nowhere";
  const hint = `redirected to ${to}: correct the address of the store`;
  return toAdapterError(definition.errors, [{ status: answer.status, category: "permanent", hint }], facts);
}

/** The platform answered in a shape that we do not know: paths and kinds, never values. */
function mismatch<T>(definition: ClientDefinition, call: HttpCall<T>, answer: HttpAnswer, cause: ZodError) {
  const issues = cause.issues.slice(0, 20).map(({ path, code, message }) => ({
    path: path.join("."),
    message: code === "unrecognized_keys" ? code : message,
  }));
  return new PermanentError({
    platform: definition.platform,
    operation: call.operation,
    message: `schema mismatch at ${issues[0]?.path || "(root)"}`,
    httpStatus: answer.status,
    // The write was accepted; only its answer is not understood.
    maybeApplied: call.effect !== "read",
    issues,
    cause,
  });
}

/** What is known of a call before anything came of it. */
export function factsOf<T>(definition: ClientDefinition, call: HttpCall<T>): FailureFacts {
  return { platform: definition.platform, operation: call.operation, effect: call.effect };
}

function isUnreadable(error: unknown): error is Error {
  return error instanceof WireSyntaxError || error instanceof SyntaxError;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== NOT_MODIFIED;
}
