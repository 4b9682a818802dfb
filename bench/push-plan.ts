/** What both sides of the push benchmark agree on. */
import { derivedId } from "../src/core/ids.ts";

export const STORES = 10;
export const OFFERS_A_CALL = 50;
export const CALLS_AT_ONCE = 4;
export const SECRET = "0".repeat(64);
/** What a quick platform takes for a call. */
export const ANSWER_MS = 20;

export const storeId = (index: number): string => derivedId("bench", "stores", `push-${index}`);

/** Each store has a host of its own: quotas of hosts are not shared. */
export const storeUrl = (index: number, port: number): string => `http://127.0.0.${index + 1}:${port}`;
