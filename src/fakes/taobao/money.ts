/** Amounts are whole fen inside; yuan with two decimals, or bare fen, on the wire. */

/** Yuan with two decimals. */
export function yuan(fen: number): string {
  const rest = Math.abs(fen);
  return `${fen < 0 ? "-" : ""}${Math.floor(rest / 100)}.${String(rest % 100).padStart(2, "0")}`;
}

/** Fen of a text in yuan; null when it is none. */
export function parseYuan(text: string): number | null {
  const parts = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  if (parts === null) return null;
  return Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
}

/** Divides an amount by weights so that the parts add up to it; what weighs nothing (a gift) gets nothing. */
export function share(amount: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const heavy = weights.findLastIndex((weight) => weight > 0);
  const last = heavy < 0 ? weights.length - 1 : heavy;
  let left = amount;
  return weights.map((weight, index) => {
    const part = index === last ? left : whole === 0 || index > last ? 0 : Math.floor((amount * weight) / whole);
    left -= part;
    return part;
  });
}
