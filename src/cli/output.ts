/** The only way out of a command: results on standard output, everything else on standard error. */
import type { Readable, Writable } from "node:stream";

/** Where a command reads and writes: those of the process, or what stands in for them. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
}

export interface Output {
  /** `--json`: results are JSON, one document or one line each. */
  readonly json: boolean;
  /** Whether a person watches standard error. */
  readonly isTerminal: boolean;
  /** The command's result: JSON with `--json`, else the text. */
  result(value: unknown, text: () => string): void;
  /** One JSON line of a stream of results. */
  record(value: unknown): void;
  /** A part of a result, as it is. */
  write(text: string | Uint8Array): Promise<void>;
  /** What went wrong, on standard error: one JSON line with `--json`, else the sentence. */
  problem(value: unknown, sentence: () => string): void;
  /** A sentence for people. */
  note(text: string): void;
  /** How far something has come: one line that is rewritten on a terminal, now and then a line elsewhere. */
  progress(text: string): void;
  /** Ends the line of `progress`. */
  progressEnd(): void;
}

/** Lines of progress that nobody sees as they come are written this far apart. */
const PLAIN_PROGRESS_MS = 2_000;

export function createOutput({ stdout, stderr }: Streams, options: { json: boolean }): Output {
  let shown = "";
  let lastPlainAt = 0;
  const isTerminal = stderr.isTTY === true;
  const clear = () => {
    if (isTerminal && shown !== "") stderr.write("\r\u001b[2K");
  };
  const note = (text: string) => {
    clear();
    stderr.write(withLineEnd(text));
    if (isTerminal && shown !== "") stderr.write(shown);
  };
  return {
    json: options.json,
    isTerminal,
    result: (value, text) => {
      clear();
      stdout.write(options.json ? `${JSON.stringify(value)}\n` : withLineEnd(text()));
    },
    record: (value) => {
      clear();
      stdout.write(`${JSON.stringify(value)}\n`);
    },
    write: (text) =>
      new Promise((resolve) => {
        if (stdout.write(text)) resolve();
        else stdout.once("drain", resolve);
      }),
    problem: (value, sentence) => note(options.json ? JSON.stringify(value) : sentence()),
    note,
    progress: (text) => {
      if (isTerminal) {
        shown = text.slice(0, (stderr.columns ?? 80) - 1);
        stderr.write(`\r\u001b[2K${shown}`);
        return;
      }
      const now = Date.now();
      if (text === shown || now - lastPlainAt < PLAIN_PROGRESS_MS) return;
      shown = text;
      lastPlainAt = now;
      stderr.write(withLineEnd(text));
    },
    progressEnd: () => {
      if (isTerminal && shown !== "") stderr.write("\n");
      shown = "";
      lastPlainAt = 0;
    },
  };
}

const withLineEnd = (text: string) => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** Columns side by side; numbers to the right. Wide characters count as two. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => (cell === null ? "-" : String(cell))));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ""))));
  const isNumber = head.map((_, column) =>
    rows.every((row) => typeof row[column] === "number" || row[column] === null),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const pad = " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
          return isNumber[column] && rows.length > 0 ? pad + cell : cell + pad;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** East Asian wide characters take two places of a terminal. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      character,
    )
      ? 2
      : 1;
  return width;
}
