import { assert } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import { createLog, type Log } from "../../src/core/log.ts";

export type LogLine = { level: string | number; msg: string } & Record<string, unknown>;

export interface LogCapture {
  /** The project's log, at its most talkative, writing here. */
  readonly log: Log;
  /** Where a logger writes its JSON lines. */
  readonly destination: { write(text: string): void };
  lines(): LogLine[];
  /** Lines with exactly this message. */
  withMessage(message: string): LogLine[];
  /** Fails where a captured line contains one of the strings, and shows that line. */
  assertNone(strings: readonly string[]): void;
}

/** Collects what is logged, to be asked for afterwards. */
export function createLogCapture(options: { clock?: Clock } = {}): LogCapture {
  let text = "";
  const write = (chunk: string): void => {
    text += chunk;
  };
  const rows = () => text.split("\n").filter((row) => row !== "");
  const lines = () => rows().map((row) => JSON.parse(row) as LogLine);
  return {
    log: createLog({ level: "debug", write, ...options }),
    destination: { write },
    lines,
    withMessage: (message) => lines().filter((line) => line.msg === message),
    assertNone: (strings) => {
      for (const row of rows()) {
        const found = strings.find(
          (secret) => row.includes(secret) || row.includes(JSON.stringify(secret).slice(1, -1)),
        );
        assert(found === undefined, `the log must not contain "${found}": ${row}`);
      }
    },
  };
}
