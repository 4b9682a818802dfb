/**
 * One JSON line per event, redacted by construction: every field passes through `redact`, whatever its caller thought of.
 * The message is a fixed phrase; all that varies is a field.
 */
import { type LevelWithSilent, type LoggerOptions, pino } from "pino";
import { type Clock, systemClock } from "./clock.ts";
import { redactFields, scrubText } from "./redact.ts";

export type LogLevel = "error" | "warn" | "info" | "debug";

export interface Log {
  /** A person must act. */
  error(message: string, fields?: Record<string, unknown>): void;
  /** We recovered, or saw drift. */
  warn(message: string, fields?: Record<string, unknown>): void;
  /** A job or a store changed its state. */
  info(message: string, fields?: Record<string, unknown>): void;
  /** Each call. */
  debug(message: string, fields?: Record<string, unknown>): void;
  /** The same log with fields that every line then carries. */
  child(fields: Record<string, unknown>): Log;
}

export interface LogOptions {
  level: LogLevel | "silent";
  /** Takes one line with its line end; standard error on Node, the console elsewhere, when absent. */
  write?: (line: string) => void;
  runtime?: string;
  version?: string;
  clock?: Clock;
}

/** A log that writes JSON lines with `ts level msg service runtime version` and the fields given. Never throws. */
export function createLog(options: LogOptions): Log {
  const write = options.write ?? standardWriter();
  const clock = options.clock ?? systemClock;
  const base = {
    service: "tallyport",
    ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
    ...(options.version === undefined ? {} : { version: options.version }),
  };
  const settings: LoggerOptions = {
    level: options.level satisfies LevelWithSilent,
    base,
    messageKey: "msg",
    timestamp: () => `,"ts":"${clock.now().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    // Errors are records already; pino's own serialiser would rewrite them.
    serializers: { err: (value: unknown) => value },
    // Bundled for Workers, pino is its browser build, which takes a writer of objects instead of a destination.
    browser: {
      asObject: true,
      formatters: { level: (label) => ({ level: label }) },
      write: (line) => {
        const { time: _time, level, msg, ...fields } = line as Record<string, unknown>;
        write(`${JSON.stringify({ level, ts: clock.now().toISOString(), ...base, ...fields, msg })}\n`);
      },
    },
  };
  return wrap(pino(settings, { write }), {});
}

type Lines = Pick<ReturnType<typeof pino>, LogLevel | "isLevelEnabled" | "levelVal" | "levels">;

function wrap(lines: Lines, scope: Record<string, unknown>): Log {
  const at = (level: LogLevel) => (message: string, fields?: Record<string, unknown>) => {
    // Redaction costs more than the line: skipped for lines that are not written.
    if ((lines.levels.values[level] ?? 0) < lines.levelVal) return;
    lines[level](fields === undefined ? scope : { ...scope, ...redactFields(fields) }, scrubText(message));
  };
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    child: (fields) => wrap(lines, { ...scope, ...redactFields(fields) }),
  };
}

/** Lines go to standard error: results of commands have standard output to themselves. */
function standardWriter(): (line: string) => void {
  const stderr = (globalThis as { process?: { stderr?: { write?: (text: string) => unknown } } }).process?.stderr;
  if (typeof stderr?.write === "function" && !isWorkers()) return (line) => void stderr.write?.(line);
  // biome-ignore lint/suspicious/noConsole: in Workers the console is where log lines are collected.
  return (line) => console.log(line.trimEnd());
}

function isWorkers(): boolean {
  return (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent === "Cloudflare-Workers";
}
