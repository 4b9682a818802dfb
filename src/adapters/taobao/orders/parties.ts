/** Buyer and receiver: masked, with the oaid that stands for the receiver. Regions are clear. */
import type { Address, Buyer } from "../../../core/model/records.ts";
import type { TradeDocument } from "../schemas/order.ts";

export function toBuyer(trade: TradeDocument): Buyer | null {
  if (trade.buyer_open_uid === null && trade.buyer_nick === null) return null;
  return { externalId: trade.buyer_open_uid, name: trade.buyer_nick, email: null, phone: null, taxId: null };
}

export function toShipTo(trade: TradeDocument): Address | null {
  const { receiver_address: street, receiver_town: town, receiver_state: region, receiver_district: district } = trade;
  const lines = [town, street].filter((line) => line !== null);
  if (lines.length === 0 && trade.receiver_name === null && region === null && trade.oaid === null) return null;
  return {
    name: trade.receiver_name,
    phone: trade.receiver_mobile ?? trade.receiver_phone,
    company: null,
    lines,
    district,
    // County-level cities stand below a province without a city of their own.
    city: trade.receiver_city ?? district,
    region,
    postcode: trade.receiver_zip === "000000" ? null : trade.receiver_zip,
    country: countryOf(trade.receiver_country, region),
    privacy: isMasked(trade) ? "masked" : "clear",
    encrypted: trade.oaid === null ? null : { oaid: trade.oaid },
  };
}

function isMasked(trade: TradeDocument): boolean {
  const values = [trade.receiver_name, trade.receiver_mobile, trade.receiver_phone, trade.receiver_address];
  return trade.oaid !== null || values.some((value) => value?.includes("*") ?? false);
}

const COUNTRIES: Readonly<Record<string, string>> = {
  中国: "CN",
  中国大陆: "CN",
  CN: "CN",
  中国香港: "HK",
  中国澳门: "MO",
  中国台湾: "TW",
};
const REGIONS: readonly (readonly [string, string | null])[] = [
  ["香港", "HK"],
  ["澳门", "MO"],
  ["台湾", "TW"],
  ["海外", null],
];

/** Domestic trades name no country; regions that have a code of their own do. Null for a country that is only named. */
export function countryOf(country: string | null, region: string | null): string | null {
  if (region === null) return country === null ? null : (COUNTRIES[country] ?? null);
  const special = REGIONS.find(([name]) => region.startsWith(name));
  if (special) return special[1];
  return country === null ? "CN" : (COUNTRIES[country] ?? null);
}
