/** What a seller submits of a SKU: checked at once, and in effect some seconds later. */

import { later, nowOf } from "../living.ts";
import { priceOf } from "./listing-facts.ts";
import { change, draft, register, remove } from "./listings.ts";
import type { Marketplace } from "./marketplaces.ts";
import { announceIssues } from "./notify.ts";
import type { Store } from "./store.ts";
import type { Attributes, Issue, Listing } from "./types.ts";
import { minorOf } from "./wire.ts";

type Row = Record<string, unknown>;

export interface Patch {
  op: string;
  path: string;
  value?: Row[];
}

export interface Submission {
  sku: string;
  productType: string;
  requirements?: string;
  marketplaces: readonly Marketplace[];
  /** Either of them; neither: the SKU is deleted. */
  patches?: readonly Patch[];
  attributes?: Attributes;
}

const PRODUCT_TYPES = ["LUGGAGE", "SHIRT", "HOME", "SHOES", "PRODUCT"];
const OFFER_ATTRIBUTES = ["fulfillment_availability", "purchasable_offer", "list_price", "condition_type"];
const SELECTORS = ["marketplace_id", "language_tag", "audience", "fulfillment_channel_code"];

export const nameIn = ({ path }: Patch): string => path.replace("/attributes/", "");

/** True: the path names one attribute, and nothing inside of it. */
export function isPatchable(patch: Patch): boolean {
  return /^\/attributes\/[a-z0-9_]+$/.test(patch.path) && /^(add|replace|merge|delete)$/.test(patch.op);
}

const error = (code: string, message: string, name: string, category: string): Issue => ({
  code,
  message,
  severity: "ERROR",
  attributeNames: [name],
  categories: [category],
  actions: [],
});

const missing = (name: string): Issue =>
  error("90220", `'${name}' is required but not supplied.`, name, "MISSING_ATTRIBUTE");
const wrong = (name: string, message: string, category = "INVALID_ATTRIBUTE"): Issue =>
  error("90000900", message, name, category);

/** The attributes after a patch: `replace` and `add` swap the whole, `merge` keeps what it does not name. */
function patched(old: Attributes, patch: Patch, marketplaces: readonly Marketplace[]): Attributes {
  const name = nameIn(patch);
  const values = (patch.value ?? []).map((value) =>
    name === "purchasable_offer" ? { marketplace_id: marketplaces[0]?.id, ...value } : value,
  );
  const rows = old[name] ?? [];
  const isIn = ({ marketplace_id }: Row): boolean =>
    marketplace_id === undefined || marketplaces.some(({ id }) => id === marketplace_id);
  const isSame = (a: Row, b: Row): boolean =>
    SELECTORS.every(
      (key) => (a[key] ?? (key === "audience" ? "ALL" : null)) === (b[key] ?? (key === "audience" ? "ALL" : null)),
    );
  let next: Row[];
  if (patch.op === "delete")
    next = rows.filter((row) => (values.length === 0 ? !isIn(row) : !values.some((value) => isSame(row, value))));
  else if (patch.op === "merge") {
    next = [...rows];
    for (const value of values) {
      const at = next.findIndex((row) => isSame(row, value));
      if (at < 0) next.push(value);
      else next[at] = { ...next[at], ...value };
    }
  } else next = [...rows.filter((row) => !isIn(row)), ...values];
  // A SKU has one channel: the one that was named last.
  if (name === "fulfillment_availability" && next.length > 1) next = [values.at(-1) ?? next[0] ?? {}];
  const { [name]: _, ...others } = old;
  return next.length === 0 ? others : { ...others, [name]: next };
}

function nextOf(listing: Listing | null, submission: Submission): Attributes {
  const old = listing?.attributes ?? {};
  if (submission.attributes !== undefined) return submission.attributes;
  return (submission.patches ?? []).reduce((all, patch) => patched(all, patch, submission.marketplaces), old);
}

/** What is wrong with a submission; nothing: it is taken in. */
export function check(store: Store, submission: Submission): Issue[] {
  const { sku, productType, patches, attributes, marketplaces } = submission;
  const listing = store.listings.get(sku) ?? null;
  const isDelete = patches === undefined && attributes === undefined;
  if (listing === null && (patches !== undefined || isDelete)) return [missing("condition_type")];
  if (isDelete) return [];
  const names = patches === undefined ? Object.keys(attributes ?? {}) : patches.map(nameIn);
  const issues: Issue[] = [];
  if (!PRODUCT_TYPES.includes(productType)) issues.push(wrong("product_type", "The product type is not known."));
  const isOffer = productType === "PRODUCT" && names.every((name) => OFFER_ATTRIBUTES.includes(name));
  if (listing !== null && productType !== listing.productType && !isOffer)
    issues.push(wrong("product_type", `The SKU is of the type ${listing.productType}.`));
  if (names.includes("fake_attribute")) issues.push(wrong("fake_attribute", "The attributes are invalid."));
  if (attributes !== undefined) {
    const needed = { LISTING_PRODUCT_ONLY: ["item_name"], LISTING_OFFER_ONLY: ["condition_type"] }[
      submission.requirements ?? ""
    ] ?? ["item_name", "condition_type"];
    for (const name of needed) if (attributes[name] === undefined) issues.push(missing(name));
  }
  const next = nextOf(listing, submission);
  if (names.includes("fulfillment_availability")) issues.push(...checkQuantity(next.fulfillment_availability ?? []));
  if (names.includes("purchasable_offer"))
    issues.push(...checkOffers(store, next.purchasable_offer ?? [], marketplaces));
  return issues;
}

function checkQuantity(rows: readonly Row[]): Issue[] {
  const name = "fulfillment_availability";
  return rows.flatMap(({ fulfillment_channel_code: code, quantity }) => {
    if (typeof code !== "string") return [missing(`${name}.fulfillment_channel_code`)];
    if (code !== "DEFAULT")
      return quantity === undefined ? [] : [wrong(name, "The quantity of Amazon's own warehouses cannot be set.")];
    if (typeof quantity === "number" && Number.isInteger(quantity) && quantity >= 0) return [];
    return [wrong(name, "The quantity must be a whole number of at least 0.")];
  });
}

function checkOffers(store: Store, rows: readonly Row[], marketplaces: readonly Marketplace[]): Issue[] {
  const name = "purchasable_offer";
  return rows.flatMap((row) => {
    const marketplace = store.marketplaces.find(({ id }) => id === row.marketplace_id);
    if (marketplace === undefined) return [wrong(name, "The marketplace is not the seller's.")];
    if (!marketplaces.includes(marketplace)) return [];
    if (row.currency !== undefined && row.currency !== marketplace.currency)
      return [wrong(name, `The currency must be ${marketplace.currency}.`)];
    const [first] = Array.isArray(row.our_price) ? row.our_price : [];
    const value: unknown = first?.schedule?.[0]?.value_with_tax;
    if (value === undefined)
      return [error("99022", "'our_price' does not have enough values.", `${name}.our_price`, "MISSING_PRICE")];
    const minor = typeof value === "number" ? minorOf(value, marketplace.currency) : null;
    if (minor === null || minor <= 0) return [wrong(name, "The price is no amount of money.", "INVALID_PRICE")];
    const limit = (which: string): number | null => {
      const [one] = Array.isArray(row[which]) ? (row[which] as { schedule?: Row[] }[]) : [];
      return minorOf(one?.schedule?.[0]?.value_with_tax, marketplace.currency);
    };
    const [least, most] = [limit("minimum_seller_allowed_price"), limit("maximum_seller_allowed_price")];
    if ((least !== null && minor < least) || (most !== null && minor > most))
      return [wrong(name, "The price is outside of the seller's own limits.", "INVALID_PRICE")];
    return [];
  });
}

/** So many times more or less than before is taken for an error of pricing. */
const DOUBTED = 1000;

/** Takes a submission in: it has its effect later, whatever else has changed by then. */
export function submit(store: Store, submission: Submission): void {
  later(store, nowOf(store) + (store.options.listingSeconds ?? 20), () => apply(store, submission));
}

function apply(store: Store, submission: Submission): void {
  const { sku, productType, patches, attributes } = submission;
  let listing = store.listings.get(sku) ?? null;
  if (patches === undefined && attributes === undefined) {
    if (listing !== null) remove(store, listing);
    return;
  }
  if (listing === null) {
    if (attributes === undefined) return;
    listing = draft(store, sku, productType);
    listing.attributes = attributes;
    register(store, listing);
    return;
  }
  const told = listing;
  change(store, told, "api", () => {
    told.attributes = nextOf(told, submission);
    doubt(store, told);
  });
}

/** A price beyond all belief takes the offer down, until another one is told. */
function doubt(store: Store, listing: Listing): void {
  const before = listing.issues.length;
  listing.issues = listing.issues.filter(({ code }) => code !== "INVALID_PRICE");
  for (const marketplace of store.marketplaces) {
    const price = priceOf(listing, marketplace);
    if (price === null) continue;
    const trusted = listing.trusted.get(marketplace.id) ?? price;
    if (price * DOUBTED > trusted && price < trusted * DOUBTED) listing.trusted.set(marketplace.id, price);
    else {
      const issue = error("INVALID_PRICE", "The price looks like an error.", "purchasable_offer", "INVALID_PRICE");
      listing.issues.push({ ...issue, actions: ["LISTING_SUPPRESSED"] });
    }
  }
  if (listing.issues.length !== before) announceIssues(store, listing);
}
