/** Values of offers: by file, with a verdict for each row, or by the item's number, one call each. */
import type { PushCapability, PushItem } from "../../../core/adapter.ts";
import type { Variant } from "../../../core/model/records.ts";
import { pushRows, readShown } from "../../../core/push-rows.ts";
import { type Fields, textIn } from "../../../core/tree.ts";
import { FILE_ROWS, QUOTA } from "../limits.ts";
import { shownIn } from "../listings.ts";
import { verdictsIn } from "./envelope.ts";
import { OUTCOMES } from "./helpers.ts";
import type { Client } from "./index.ts";

interface Values {
  /** The file's method, its field, and an item's row in it. */
  method: string;
  field: string;
  row(item: PushItem): Fields;
  /** The call by number. */
  one: { method: string; parameters(item: PushItem): Record<string, string> };
  refusal(item: PushItem): string | null;
  shown(variant: Variant): string | null;
}

export function createPush(client: Client, { method, field, row, one, refusal, shown }: Values): PushCapability {
  return {
    batch: { max: FILE_ROWS, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: QUOTA,
    set(store, items, signal) {
      const shop = client.at(store, signal);
      return pushRows(OUTCOMES, items, {
        operation: method,
        refusal,
        async writeRows(named) {
          const file = { field, content: { ItemsList: { ItemUpadteInfo: named.map(row) } } };
          const verdicts = verdictsIn(await shop.call(method, "2.0", { file, effect: "keyed-write" }), method);
          return new Map(verdicts.map((verdict) => [textIn(verdict.row.outerItemID), verdict.error]));
        },
        async writeOne(item) {
          const call = { form: true, parameters: one.parameters(item), effect: "keyed-write" } as const;
          return verdictsIn(await shop.call(one.method, "3.0", call), method).some(({ error }) => error === null);
        },
      });
    },
    read: (store, items, signal) => readShown(items, (id) => shownIn(client.at(store, signal), id), shown),
  };
}
