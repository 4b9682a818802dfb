/**
 * Listings. The list has no window and no time of change: once a day everything is read. A listing's variants stand in its
 * details; one without variants is its own variant. An older and a newer form name their fields differently.
 */
import type { ListInput, ListingCapability, MapContext, Page, RawDocument } from "../../core/adapter.ts";
import { type Unified, unified, type Variant, type Warning } from "../../core/model/records.ts";
import { UNSAID_VARIANT } from "../../core/model/unsaid.ts";
import type { ListingStatus } from "../../core/model/vocabulary.ts";
import { money } from "../../core/money.ts";
import { noRecord, refusingRows } from "../../core/no-record.ts";
import { orNull } from "../../core/outcomes.ts";
import { NO_WINDOW, readEach } from "../../core/paging.ts";
import type { Fields, Tree } from "../../core/tree.ts";
import { wholeListingAct } from "../../core/whole-acts.ts";
import { documentsInFile } from "./client/envelope.ts";
import { done, isId, PAGING, refuse } from "./client/helpers.ts";
import type { Client, Shop } from "./client/index.ts";
import { ON_SALE, SHELF } from "./codes.ts";
import { CURRENCY, ID } from "./config.ts";
import { GET_BATCH, MINUTES_A_DAY, PAGE } from "./limits.ts";
import { countIn, namedIn, priceOf, read, variantsOf } from "./schemas.ts";

const LIST = "dangdang.items.list.get";
const UPDATE = "dangdang.item.update";
const ALL_STATES = "9999";

export function createListings(client: Client): ListingCapability {
  return {
    streams: [{ name: "all", by: "sweep", window: NO_WINDOW, everySeconds: MINUTES_A_DAY * 60, backfill: true }],
    getBatch: GET_BATCH,
    list: (store, input, signal) => listItems(client.at(store, signal), input),
    getMany: (store, keys, signal) =>
      readEach(keys, async ({ externalId }) => {
        const item = await readListing(client.at(store, signal), externalId);
        return item && toDocument(item.fields);
      }),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) =>
      documentsInFile(bytes, "listing", (value) =>
        ("itemID" in value && "itemState" in value) || "item_id" in value ? [toDocument(value)] : null,
      ),
    acts: { activate: shelfAct(client, SHELF.on), deactivate: shelfAct(client, SHELF.off) },
  };
}

/** A listing goes on and off the shelf whole. */
const shelfAct = (client: Client, status: string) =>
  wholeListingAct(refuse, UPDATE, async (store, item_id, signal) => {
    const call = { form: true, parameters: { item_id, status }, effect: "keyed-write" } as const;
    await client.at(store, signal).call(UPDATE, "3.0", call);
    return done(item_id, "listings");
  });

async function listItems(shop: Shop, input: ListInput): Promise<Page> {
  const position = { limit: input.limit, cursor: PAGING.readCursor(input.cursor, LIST) };
  const { rows, ...page } = await PAGING.readPages(position, PAGE, async (p, pageSize) => {
    const parameters = { its: ALL_STATES, p: String(p), pageSize: String(pageSize) };
    const answer = await shop.call(LIST, "1.0", { parameters });
    return { total: countIn(answer), rows: answer.list("ItemsList/ItemInfo") };
  });
  return { ...page, ...namedIn(rows, "item", ITEM_ID) };
}

/** The platform's own listing; null where there is none of this id. */
async function readListing(shop: Shop, it: string): Promise<Tree | null> {
  if (!isId(it)) return null;
  const answer = await orNull(() => shop.call("dangdang.item.get", "2.0", { parameters: { it } }));
  return answer && read(answer.fields.ItemDetail);
}

/** What a listing shows of its variants; none where it is gone. */
export async function shownIn(shop: Shop, it: string): Promise<Variant[]> {
  const item = await readListing(shop, it);
  return item ? toVariants(item, true) : [];
}

const ITEM_ID = ["itemID", "item_id"];
const itemId = (item: Tree): string => item.need(...ITEM_ID);

function toDocument(payload: Fields): RawDocument {
  const externalId = read(payload).text(...ITEM_ID);
  if (externalId === null) return noRecord(payload, "item", "itemID");
  return { externalId, sourceUpdatedAt: null, sourceVersion: null, form: "item@2.0", payload };
}

function toUnified(raw: RawDocument, context: MapContext): Unified {
  const item = read(raw.payload);
  const warnings: Warning[] = [];
  const externalStatus = item.text("itemState", "item_state") ?? "";
  const isOn = ON_SALE.has(externalStatus);
  const variants = toVariants(item, isOn);
  const listing = {
    externalId: itemId(item),
    marketplace: context.marketplaces[0]?.code ?? ID,
    title: item.text("itemName", "item_name") ?? "",
    status: statusOf(externalStatus, isOn, variants, warnings),
    externalStatus,
    category: null,
    url: null,
    imageUrl: item.text("pic1"),
    variants,
    partial: false,
    warnings,
  };
  return unified({ listings: [listing] });
}

const OFF_SALE: ReadonlySet<string> = new Set(["下架", SHELF.off]);

/** Other states are not published: what has one is not for sale. */
function statusOf(state: string, isOn: boolean, variants: readonly Variant[], warnings: Warning[]): ListingStatus {
  if (isOn) return variants.every(({ quantity }) => quantity === 0) ? "out_of_stock" : "active";
  if (!OFF_SALE.has(state)) warnings.push({ code: "unknown_code", detail: `item state: "${state}" is not known` });
  return "inactive";
}

function toVariants(item: Tree, active: boolean): Variant[] {
  const variants = variantsOf(item);
  const market_price = item.decimal("marketPrice", "market_price");
  return (variants.length === 0 ? [item] : variants).map((variant) => {
    const price = priceOf(variant) ?? variant.decimal("sale_price") ?? priceOf(item);
    const attribute = variant.text("specialAttribute");
    return {
      ...UNSAID_VARIANT,
      externalId: variant === item ? itemId(item) : variant.need("subItemID"),
      sellerCode: variant.text("outerItemID"),
      barcode: variant.text("itemBarcode"),
      title: attribute,
      options: optionsOf(attribute),
      price: price === null ? null : money(price, CURRENCY),
      quantity: variant.count("stockCount", "stock"),
      places: [],
      // A price is written together with it.
      codes: market_price === null ? {} : { market_price },
      fulfilledBy: "seller",
      active,
    };
  });
}

/** `颜色>>黑;尺码>>M` */
const optionsOf = (attribute: string | null): Record<string, string> =>
  Object.fromEntries(
    (attribute ?? "").split(";").flatMap((pair) => {
      const [name = "", value] = pair.split(">>");
      return value === undefined ? [] : [[name.trim(), value.trim()]];
    }),
  );
