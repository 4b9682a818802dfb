/** Exact sums of yuan, for comparing books. */

export type Sums = Record<string, { amount: string; count: number }>;

const fen = (amount: string): bigint => {
  const [, sign = "", whole = "0", part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.replace(/^--/, "")) ?? [];
  const cents = BigInt(whole + part.slice(0, 2).padEnd(2, "0"));
  return sign === "-" ? -cents : cents;
};

/** `a + b` in yuan with two digits. */
export function addMoney(a: string, b: string): string {
  const total = fen(a) + fen(b);
  const digits = (total < 0n ? -total : total).toString().padStart(3, "0");
  return `${total < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
