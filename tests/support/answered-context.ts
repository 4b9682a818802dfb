/** The context of an adapter whose calls are answered by a script. Nothing is sent. */
import type { AdapterContext, HttpAnswer, HttpCall, HttpRequest } from "../../src/core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../src/core/error-table.ts";
import { createLog } from "../../src/core/log.ts";
import { createTestClock } from "./clock.ts";

interface ScriptedAnswer {
  text: string;
  status?: number;
  headers?: Record<string, string>;
}

/** `answer` sees each request that the adapter built, and says what comes back. */
export function answeredContext(
  now: string,
  answer: (request: HttpRequest, operation: string) => HttpAnswer,
): AdapterContext {
  return {
    clock: createTestClock(now),
    log: createLog({ level: "silent" }),
    http: (definition) => ({
      send: async <T>(call: HttpCall<T>): Promise<T> => {
        const got = answer(call.request(await call.store.credentials()), call.operation);
        const failure = definition.failure(got);
        if (failure === null && got.status < 400) return call.parse(got);
        throw toAdapterError(definition.errors, DEFAULT_ROWS, {
          platform: definition.platform,
          operation: call.operation,
          effect: call.effect,
          status: got.status,
          failure,
        });
      },
    }),
  };
}

/** An answer of text. */
export function answered({ text, status = 200, headers = {} }: ScriptedAnswer): HttpAnswer {
  return { status, headers, bytes: new TextEncoder().encode(text), text: () => text };
}
