/** Refusals, amounts and times as the platform writes them. */

/** A row as an answer tells it, with all that could be asked for. */
export type View = Record<string, unknown>;

/** A refusal `{type, message}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export const invalid = (message: string): ApiError => new ApiError(400, "invalid_data", message);
export const notAllowed = (message: string): ApiError => new ApiError(400, "not_allowed", message);
export const notFound = (message: string): ApiError => new ApiError(404, "not_found", message);

export function refusal({ status, type, message }: { status: number; type: string; message: string }): Response {
  return Response.json(status === 500 ? { code: type, type, message } : { type, message }, { status });
}

/** A JSON number of major units. */
export function major(hundredths: number): number {
  return Number(decimal(hundredths));
}

/** Major units without zeros at the end: `97.5`. */
export function decimal(hundredths: number): string {
  const rest = Math.abs(hundredths);
  const text = `${Math.floor(rest / 100)}.${String(rest % 100).padStart(2, "0")}`.replace(/\.?0+$/, "");
  return `${hundredths < 0 ? "-" : ""}${text === "" ? "0" : text}`;
}

export interface RawNumber {
  value: string;
  precision: 20;
}

/** The exact companion of a number. */
export function raw(value: string): RawNumber {
  return { value, precision: 20 };
}

/** Amounts beside their exact companions: `a` and `raw_a`. */
export function withRaw(amounts: Readonly<Record<string, number>>): Record<string, unknown> {
  const all = Object.entries(amounts);
  return {
    ...Object.fromEntries(all.map(([name, amount]) => [name, major(amount)])),
    ...Object.fromEntries(all.map(([name, amount]) => [`raw_${name}`, raw(decimal(amount))])),
  };
}

/** Counts beside their exact companions. */
export function countsWithRaw(counts: Readonly<Record<string, number>>): Record<string, unknown> {
  return {
    ...counts,
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [`raw_${name}`, raw(String(count))])),
  };
}

/** Hundredths of a number of major units. */
export function hundredths(amount: number): number {
  return Math.round(amount * 100);
}

export function time(ms: number): string {
  return new Date(ms).toISOString();
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}

/** The columns of time of a row that is told without its deletion. */
export function changes(row: { created: number; updated: number }): Record<string, unknown> {
  return { created_at: time(row.created), updated_at: time(row.updated) };
}

/** The columns of time that most rows have. */
export function times(row: { created: number; updated: number; deleted?: number | null }): Record<string, unknown> {
  return { ...changes(row), deleted_at: timeOrNull(row.deleted ?? null) };
}
