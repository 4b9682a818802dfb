/** Batches: up to 100 items in sum, each with its own result; answered 200 whatever the items did. */

import type { Json } from "./order-view.ts";
import type { Answer, Call } from "./routing.ts";
import { errorBody, WpError } from "./wp-error.ts";

/** The platform's limit on create, update and delete together. */
const BATCH_LIMIT = 100;

export interface BatchActs {
  create(item: Json): Json;
  update(id: number, item: Json): Json;
  remove(id: number): Json;
}

/** Runs the lists in the platform's order: create, update, delete. Items are not checked against closed lists. */
export function runBatch(call: Call, acts: BatchActs): Answer {
  const lists = (["create", "update", "delete"] as const).map((name) => ({ name, items: itemsOf(call.body[name]) }));
  const count = lists.reduce((sum, list) => sum + list.items.length, 0);
  if (count > BATCH_LIMIT) {
    const message = `Unable to accept more than ${BATCH_LIMIT} items for this request.`;
    throw new WpError("woocommerce_rest_request_entity_too_large", message, 413);
  }
  const body: Json = {};
  for (const { name, items } of lists) {
    if (items.length === 0) continue;
    body[name] = items.map((item) => {
      const id = Number(typeof item === "object" && item !== null ? ((item as Json).id ?? 0) : item);
      return attempt(name === "create" ? 0 : id, () => {
        if (name === "create") return acts.create(item as Json);
        return name === "update" ? acts.update(id, item as Json) : acts.remove(id);
      });
    });
  }
  return { status: 200, body, isBatch: true };
}

function attempt(id: number, act: () => Json): Json {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof WpError)) throw error;
    return { id, error: errorBody(error) };
  }
}

function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
