/** Buyer and address. Nothing is masked; what a site has erased is not passed on. */
import type { Address, Buyer } from "../../../core/model/records.ts";
import { META_KEYS } from "../codes.ts";
import { metaText, type OrderDocument, type Party } from "../schemas/index.ts";

/** True after an erasure or the store's own retention job. */
export function isAnonymized(order: OrderDocument): boolean {
  return metaText(order.meta_data, META_KEYS.anonymized) === "yes" || order.billing.email === "deleted@site.invalid";
}

export function toBuyer(order: OrderDocument): Buyer | null {
  if (isAnonymized(order)) return null;
  const { billing } = order;
  const buyer = {
    externalId: order.customer_id,
    name: nameOf(billing) ?? nameOf(order.shipping),
    email: billing.email,
    phone: billing.phone ?? order.shipping.phone,
    taxId: null,
  };
  return Object.values(buyer).every((value) => value === null) ? null : buyer;
}

/** The shipping address; where the shop asked for none, the billing address is it. */
export function toShipTo(order: OrderDocument): Address | null {
  if (isAnonymized(order)) return null;
  const party = hasAddress(order.shipping) ? order.shipping : order.billing;
  if (!hasAddress(party)) return null;
  return {
    name: nameOf(party),
    phone: party.phone ?? order.billing.phone,
    company: party.company,
    lines: [party.address_1, party.address_2].filter((line) => line !== ""),
    district: null,
    city: party.city,
    region: party.state,
    postcode: party.postcode,
    country: party.country,
    privacy: "clear",
    encrypted: null,
  };
}

function hasAddress(party: Party): boolean {
  return party.address_1 !== "" || party.city !== null || party.postcode !== null || party.last_name !== "";
}

const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\s・ー々]+$/u;

/** First and last name; family name first, and no space, where both are written in Chinese, Japanese or Korean. */
function nameOf(party: Party): string | null {
  const { first_name: first, last_name: last } = party;
  if (first !== "" && last !== "" && EAST_ASIAN.test(first) && EAST_ASIAN.test(last)) return last + first;
  return [first, last].filter((part) => part !== "").join(" ") || null;
}
