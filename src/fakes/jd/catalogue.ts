/** The listings to begin with, in every status that the platform has. */

import { DAY } from "../beijing-time.ts";
import { parseYuan, yuan } from "../fen.ts";
import { log, nowOf } from "../living.ts";
import type { Store } from "./store.ts";
import type { Sku, Ware } from "./types.ts";

const COLOURS = [
  ["601", "黑色", "BK"],
  ["602", "白色", "WH"],
  ["603", "红色", "RD"],
] as const;
/** Of every ten listings, and of every thirty, some lie elsewhere than on the shelf. */
const STATUSES: Readonly<Record<number, number>> = {
  6: 2,
  7: 1,
  8: 4,
  9: 513,
  10: 514,
  11: 516,
  16: 520,
  17: 1028,
  18: -1,
};

/** Fills the shop. */
export function fillCatalogue(store: Store): void {
  const { skus, listings = 12 } = store.options;
  if (skus !== undefined) {
    for (const { sku, name, price, stock } of skus) {
      const ware = addWare(store, name, sku, 8);
      addSku(store, ware, "", sku, parseYuan(price) ?? 0, stock);
    }
    return;
  }
  for (let number = 0; number < listings; number += 1) {
    const code = `J${1000 + number}`;
    const price = store.random.int(19, 299) * 100 + store.random.pick([0, 50, 90]);
    const ware = addWare(store, `示例商品${number + 1}号`, code, STATUSES[number % 20] ?? 8);
    const count = [1, 3, 2][number % 3] ?? 1;
    for (let index = 0; index < count; index += 1) {
      const [, , suffix] = COLOURS[index] ?? COLOURS[0];
      const stock = number === 5 ? 0 : store.random.int(20, 90);
      const sku = addSku(
        store,
        ware,
        COLOURS[index]?.[1] ?? "",
        count === 1 ? code : `${code}-${suffix}`,
        price + index * 500,
        stock,
      );
      if (number % 12 === 4 && index === 1) removeSku(store, sku, 4);
      else if (number % 12 === 5 && index === 1) sku.status = 2;
    }
    // The recycle bin still shows it; nobody can buy it.
    if (ware.status === -1) for (const sku of ware.skus) removeSku(store, sku, sku.status);
  }
}

function addWare(store: Store, title: string, code: string, status: number): Ware {
  store.ids.ware += store.random.int(3, 90);
  const now = nowOf(store);
  const isUp = status === 8 || status === 520;
  const ware: Ware = {
    id: `100${store.ids.ware}`,
    title,
    code,
    status,
    marketPrice: 99_900,
    costPrice: 1000,
    skus: [],
    created: now,
    modified: now,
    online: status === 1 || status === 513 ? null : now,
    offline: isUp || status === 1 || status === 513 ? null : now + DAY,
  };
  store.wares.set(ware.id, ware);
  log(store, { kind: "listing_added", listingId: ware.id });
  return ware;
}

/** Ids have twelve digits, in one listing of five more than a reader's numbers can hold. */
function addSku(store: Store, ware: Ware, colour: string, code: string, price: number, stock: number): Sku {
  store.ids.ware += store.random.int(3, 90);
  const sku: Sku = {
    id: store.wares.size % 5 === 0 ? `9000100${store.ids.ware}01` : `100${store.ids.ware}`,
    ware,
    name: colour === "" ? ware.title : `${ware.title} ${colour}`,
    code,
    colour,
    status: 1,
    price,
    sellable: stock,
    booked: 0,
    created: ware.created,
    modified: ware.created,
    changes: new Map(),
  };
  ware.skus.push(sku);
  store.skus.set(sku.id, sku);
  store.codes.set(code, sku);
  log(store, {
    kind: "variant_added",
    listingId: ware.id,
    variantId: sku.id,
    sku: code,
    quantity: stock,
    price: yuan(price),
  });
  return sku;
}

function removeSku(store: Store, sku: Sku, status: number): void {
  sku.status = status;
  log(store, { kind: "variant_removed", variantId: sku.id });
}

export function colourId(sku: Sku): string {
  return COLOURS.find(([, name]) => name === sku.colour)?.[0] ?? "600";
}
