/** `fields`: what is not listed is not returned, and an unknown name is ignored. */

import type { Row } from "./wire.ts";
import { List } from "./wire.ts";

export type Fields = ReadonlySet<string>;

export function parseFields(text: string | undefined): Fields {
  return new Set((text ?? "").split(",").flatMap((name) => name.trim() || []));
}

/** The listed members; `orders.title` takes one member of each entry of a list. */
export function pickFields(row: Row, fields: Fields): Row {
  const picked: Row = {};
  for (const [name, value] of Object.entries(row)) {
    if (fields.has(name)) picked[name] = value;
    else if (value instanceof List) {
      const inner = new Set(
        [...fields].filter((field) => field.startsWith(`${name}.`)).map((field) => field.slice(name.length + 1)),
      );
      if (inner.size > 0)
        picked[name] = new List(
          value.item,
          value.rows.map((entry) => pickFields(entry as Row, inner)),
        );
    }
  }
  return picked;
}
