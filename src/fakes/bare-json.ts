/** JSON with numbers as a platform writes them: ids beyond a reader's numbers, amounts with all their digits. */

/** A JSON number with its digits as they are written: `184.00` is no 184. */
export class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Digits
  | Value[]
  | { [name: string]: Value };
export type Row = { [name: string]: Value };

/** Compact JSON whose bigints are bare numbers; absent members are left out. */
export function json(value: Value): string {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${json(member)}`).join(",")}}`;
}

/** Reads JSON; whole numbers that a JavaScript number cannot hold are bigints. Throws `SyntaxError`. */
export function parseBare(text: string): unknown {
  const safe = text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{16,})/g, (_, quoted, digits) => quoted ?? `{"n":"${digits}"}`);
  return JSON.parse(safe, (_, inner) =>
    typeof inner === "object" && inner !== null && Object.keys(inner).join() === "n" && typeof inner.n === "string"
      ? BigInt(inner.n)
      : inner,
  );
}
