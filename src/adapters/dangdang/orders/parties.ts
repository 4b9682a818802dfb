/** Who receives an order: masked since September 2021; the ciphertext goes along. */
import type { Address } from "../../../core/model/records.ts";
import type { Tree } from "../../../core/tree.ts";

/** Where the ciphertext stands is not published: at the root, or beside what it hides. */
export const CIPHERTEXT = ["encrypt_content", "sendGoodsInfo/encrypt_content"];

export function toShipTo(order: Tree): Address | null {
  const to = (field: string) => order.text(`sendGoodsInfo/consignee${field}`);
  const name = to("Name") ?? order.text("consigneeName");
  const phone = to("MobileTel") ?? to("Tel");
  const street = to("Addr");
  const region = to("Addr_Province");
  const state = to("Addr_State");
  const ciphertext = order.text(...CIPHERTEXT);
  if ([name, phone, street, region].every((value) => value === null)) return null;
  const isMasked = ciphertext !== null || [name, phone, street].some((value) => value?.includes("*"));
  return {
    name,
    phone,
    company: null,
    lines: street === null ? [] : [street],
    district: to("Addr_Area"),
    city: to("Addr_City"),
    region,
    postcode: to("Postcode"),
    country: state === null || state === "中国" ? countryOf(region) : null,
    privacy: isMasked ? "masked" : "clear",
    encrypted: ciphertext === null ? null : { encrypt_content: ciphertext },
  };
}

/** Regions that have a code of their own. */
const countryOf = (region: string | null): string =>
  region?.startsWith("香港") ? "HK" : region?.startsWith("澳门") ? "MO" : region?.startsWith("台湾") ? "TW" : "CN";
