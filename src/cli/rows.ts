/** Files of rows, JSON or CSV, sent to the API; what became of them, and the exit code that follows. */
import { readInput } from "./arguments.ts";
import type { Backend } from "./backend.ts";
import type { Cli } from "./cli.ts";

interface RowAnswer {
  data?: { outcome: string; error?: { code: string; detail: string } }[];
  done?: number;
  unchanged?: number;
  rejected?: number;
  waiting?: number;
  approval_id?: string | null;
  errors?: { line: number; code: string; detail: string }[];
  errors_left_out?: number;
  broken?: { line: number; detail: string } | null;
  absent?: { zeroed: number; left?: string | null };
}

/** Bad rows that are told one by one. */
const TOLD = 50;

/** What a JSON body calls its rows. */
const LISTS: Readonly<Record<string, string>> = {
  "/v1/stock": "counts",
  "/v1/stock/movements": "movements",
  "/v1/allocation-rules": "rules",
  "/v1/campaigns": "campaigns",
  "/v1/skus": "skus",
  "/v1/prices": "prices",
  "/v1/prices/rules": "rules",
  "/v1/prices/costs": "costs",
  "/v1/prices/rates": "rates",
};

/** A body with its media type: JSON as the API takes it or a bare list of its rows, else CSV. */
function bodyOf(bytes: Uint8Array, path: string): { body: Uint8Array; type: string } {
  const first = /^\s*(\S)/.exec(new TextDecoder().decode(bytes.slice(0, 4_000)))?.[1];
  if (first !== "{" && first !== "[") return { body: bytes, type: "text/csv" };
  const list = LISTS[path];
  if (first === "{" || list === undefined) return { body: bytes, type: "application/json" };
  const rows = new TextDecoder().decode(bytes);
  return { body: new TextEncoder().encode(`{"${list}":${rows}}`), type: "application/json" };
}

/** Sends a file (`-`: standard input) and tells what became of its rows. */
export async function sendRows(
  cli: Cli,
  backend: Backend,
  request: { method: "PUT" | "POST"; path: string; query?: Record<string, string | undefined> },
  file: string,
): Promise<void> {
  const bytes = await readInput(cli, file);
  const { body, type } = bodyOf(bytes, request.path);
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    ),
  );
  const path = query.size > 0 ? `${request.path}?${query}` : request.path;
  const answer = await backend.send<RowAnswer>(request.method, path, body, type);
  const told = toCounts(answer);
  cli.output.result(answer, () => tell(told, answer));
  for (const { place, detail } of told.errors.slice(0, TOLD)) cli.output.note(`${place}: ${detail}`);
  const left = told.errors.length - TOLD + (answer.errors_left_out ?? 0);
  if (left > 0) cli.output.note(`… and ${left} more bad rows.`);
  if (answer.broken)
    cli.output.note(`Line ${answer.broken.line}: ${answer.broken.detail} The file was not read to its end.`);
  if (answer.absent?.left) cli.output.note(answer.absent.left);
  const isWhole = told.rejected === 0 && told.waiting === 0 && !answer.broken && !answer.absent?.left;
  if (!isWhole) cli.exitCode = told.done + told.unchanged > 0 ? 3 : 1;
}

interface Counts {
  done: number;
  unchanged: number;
  rejected: number;
  waiting: number;
  errors: { place: string; detail: string }[];
}

function toCounts({ data, ...answer }: RowAnswer): Counts {
  if (!data)
    return {
      done: answer.done ?? 0,
      unchanged: answer.unchanged ?? 0,
      rejected: answer.rejected ?? 0,
      waiting: answer.waiting ?? 0,
      errors: (answer.errors ?? []).map(({ line, detail }) => ({ place: `Line ${line}`, detail })),
    };
  const errors = data.flatMap(({ error }, i) => (error ? [{ place: `Row ${i + 1}`, detail: error.detail }] : []));
  const unchanged = data.filter((row) => row.outcome === "unchanged").length;
  return { done: data.length - unchanged - errors.length, unchanged, rejected: errors.length, waiting: 0, errors };
}

function tell({ done, unchanged, rejected, waiting }: Counts, { approval_id, absent }: RowAnswer): string {
  const parts = [
    `${done} done`,
    unchanged > 0 ? `${unchanged} unchanged` : "",
    rejected > 0 ? `${rejected} rejected` : "",
    absent && absent.zeroed > 0 ? `${absent.zeroed} not named, now none` : "",
    waiting > 0 ? `${waiting} wait for approval: tallyport stock confirm ${approval_id}` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
