/** Order notes: a note to the customer brings a second note about its mail. */

import { addNote } from "./notes.ts";
import { apiRoot, dates, type Json, links } from "./order-view.ts";
import { readParams, textOf } from "./params.ts";
import { findOrder } from "./routes-orders.ts";
import { type Answer, type Call, created, idOf, ok, type Route, route } from "./routing.ts";
import type { Store } from "./store.ts";
import type { Note, Order } from "./types.ts";
import { invalidParams, WpError } from "./wp-error.ts";

/** The routes of order notes. */
export function noteRoutes(): Route[] {
  return [
    route("/orders/<order_id>/notes", {
      GET: { operation: "notes.list", run: listNotes },
      POST: { operation: "notes.create", run: createNote },
    }),
    route("/orders/<order_id>/notes/<id>", {
      GET: { operation: "notes.get", run: (call) => ok(view(call.store, orderOf(call), noteOf(call))) },
      DELETE: { operation: "notes.delete", run: deleteNote },
    }),
  ];
}

function listNotes(call: Call): Answer {
  const order = orderOf(call);
  const type = textOf(
    readParams(call.query, { type: { type: "enum", values: ["any", "customer", "internal"] } }),
    "type",
  );
  const notes = order.notes
    .filter((note) => type === undefined || type === "any" || note.isCustomerNote === (type === "customer"))
    .toSorted((a, b) => b.created - a.created || a.id - b.id);
  return ok(notes.map((note) => view(call.store, order, note)));
}

function createNote(call: Call): Answer {
  const order = orderOf(call);
  const { note, customer_note: isForCustomer, added_by_user: isByUser } = call.body;
  if (typeof note !== "string") {
    if (note === undefined) {
      const data = { status: 400, params: ["note"] };
      throw new WpError("rest_missing_callback_param", "Missing parameter(s): note", 400, data);
    }
    throw invalidParams([{ name: "note", code: "rest_invalid_type", message: "note is not of type string." }]);
  }
  const author = isByUser === true ? "admin" : "WooCommerce";
  const entry = addNote(call.store, order, note, isForCustomer === true, author);
  if (isForCustomer === true) addNote(call.store, order, 'Email "Customer note" sent.');
  return created(call.store, view(call.store, order, entry), `orders/${order.id}/notes/${entry.id}`);
}

function deleteNote(call: Call): Answer {
  const order = orderOf(call);
  const note = noteOf(call);
  if (call.query.get("force") !== "true" && call.query.get("force") !== "1") {
    throw new WpError("woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", 501);
  }
  order.notes = order.notes.filter((other) => other !== note);
  return ok(view(call.store, order, note));
}

function orderOf(call: Call): Order {
  const order = call.store.orders.get(idOf(call, "order_id"));
  if (order === undefined) throw new WpError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404);
  return order;
}

function noteOf(call: Call): Note {
  const note = findOrder(call.store, idOf(call, "order_id")).notes.find((entry) => entry.id === idOf(call));
  if (note === undefined) throw new WpError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404);
  return note;
}

function view(store: Store, order: Order, note: Note): Json {
  const path = `orders/${order.id}`;
  return {
    id: note.id,
    author: note.author,
    ...dates(store, "date_created", note.created),
    note: note.note,
    customer_note: note.isCustomerNote,
    _links: {
      ...links(store, `${path}/notes/${note.id}`, `${path}/notes`, ["GET", "DELETE"]),
      up: [{ href: `${apiRoot(store)}wc/v3/${path}` }],
    },
  };
}
