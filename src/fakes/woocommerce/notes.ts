/** Order notes. They do not move an order's time of change. */

import { nowOf, type Store, take } from "./store.ts";
import type { Note, Order } from "./types.ts";

/** Adds a note; those of the past before the fake began are left out. */
export function addNote(
  store: Store,
  order: Order,
  note: string,
  isCustomerNote = false,
  author = "WooCommerce",
): Note {
  const entry: Note = { id: take(store, "note"), created: nowOf(store), author, note, isCustomerNote };
  if (store.past === null) order.notes.push(entry);
  return entry;
}
