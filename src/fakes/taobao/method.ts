/** One method of the gateway, and what a call of it brings. */

import type { Fields } from "./fields.ts";
import type { Level, Session } from "./grants.ts";
import type { Parameters, Spec } from "./parameters.ts";
import type { Store } from "./store.ts";
import { invalidParameter, refusal } from "./top-error.ts";
import type { Refund, Trade } from "./types.ts";
import type { Row } from "./wire.ts";

export interface Call {
  store: Store;
  parameters: Parameters;
  fields: Fields;
  session: Session | null;
}

export interface Method {
  name: string;
  /** The level of the session that it needs; absent: no session. */
  level?: Level;
  /** Shops of one kind alone have it. */
  only?: "B" | "C";
  parameters: Readonly<Record<string, Spec>>;
  run(call: Call): Row;
}

/** The trade of a call. Throws when the shop has no such trade. */
export function tradeOf(call: Call, name = "tid"): Trade {
  const trade = call.store.trades.get(call.parameters.id(name));
  if (trade === undefined) throw refusal("isv.trade-not-exist", "the trade does not exist");
  return trade;
}

/** The refund of a call. Throws when the shop has no such refund. */
export function refundOf(call: Call): Refund {
  const refund = call.store.refunds.get(call.parameters.id("refund_id"));
  if (refund === undefined) throw refusal("isv.refund-not-exist", "the refund does not exist");
  return refund;
}

/** A whole number within bounds, or its default. */
export function boundedInt(call: Call, name: string, fallback: number, least: number, most: number): number {
  const value = call.parameters.int(name) ?? fallback;
  if (value < least || value > most) throw invalidParameter(name, `must be from ${least} to ${most}`);
  return value;
}

/** One of a few words, or its default. */
export function oneOf(call: Call, name: string, words: readonly string[]): string | undefined {
  const value = call.parameters.text(name);
  if (value !== undefined && !words.includes(value)) throw invalidParameter(name, `must be one of ${words.join(", ")}`);
  return value;
}
