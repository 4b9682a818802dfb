/** Amounts are whole fen inside, yuan with two decimals on the wire. */

/** Yuan with two decimals. */
export function yuan(fen: number): string {
  const rest = Math.abs(fen);
  return `${fen < 0 ? "-" : ""}${Math.floor(rest / 100)}.${String(rest % 100).padStart(2, "0")}`;
}

/** Fen of a text in yuan; null when it is none. */
export function parseYuan(text: string): number | null {
  const parts = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  return parts === null ? null : Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
}
