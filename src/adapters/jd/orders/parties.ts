/**
 * Buyer and receiver, as they come: ciphertext, masked copies, or clear. In records the fields change places, so that a
 * value's form decides what it is, not its field's name. Nothing is decrypted.
 */
import type { Address, Buyer } from "../../../core/model/records.ts";
import type { OrderDocument } from "../schemas.ts";

/** Base64 or a digest: letters and digits in a run that no name, number or account is. */
const OPAQUE = /^(?=.*[A-Za-z])[A-Za-z0-9+/_-]{20,}={0,2}$/;
const isOpaque = (value: string): boolean => OPAQUE.test(value);
const isMasked = (value: string): boolean => value.includes("*");

/** The account is ciphertext that differs from order to order; the open id is the same for one buyer. */
export function toBuyer({ open_id_buyer, xid_buyer, pin }: OrderDocument): Buyer | null {
  const externalId = open_id_buyer ?? xid_buyer ?? null;
  const name = pin !== null && !isOpaque(pin) ? pin : null;
  return externalId === null && name === null ? null : { externalId, name, email: null, phone: null, taxId: null };
}

type Receiver = Partial<
  Readonly<Record<(typeof PERSONAL)[number] | "province" | "city" | "county" | "town", string | null>>
>;
const PERSONAL = ["fullname", "mobile", "telephone", "fullAddress", "desen_mobile", "desen_telephone"] as const;

export function toShipTo(receiver: Receiver): Address | null {
  const values = PERSONAL.flatMap((name) => (receiver[name] ? [[name, receiver[name]] as const] : []));
  const { province: region = null, city = null, county: district = null, town = null } = receiver;
  if (values.length === 0 && region === null) return null;
  const readable = (...names: (typeof PERSONAL)[number][]): string | null =>
    names.map((name) => receiver[name]).find((value) => value && !isOpaque(value)) ?? null;
  const opaque = values.filter(([, value]) => isOpaque(value));
  const privacy = opaque.length > 0 ? "encrypted" : values.some(([, value]) => isMasked(value)) ? "masked" : "clear";
  return {
    name: readable("fullname"),
    phone: readable("mobile", "desen_mobile", "telephone", "desen_telephone"),
    company: null,
    lines: [town, readable("fullAddress")].filter((line) => line !== null),
    district,
    city,
    region,
    postcode: null,
    country: countryOf(region),
    privacy,
    encrypted: opaque.length === 0 ? null : Object.fromEntries(opaque),
  };
}

const REGIONS: readonly (readonly [RegExp, string | null])[] = [
  [/^香港/, "HK"],
  [/^澳门/, "MO"],
  [/^台湾/, "TW"],
  [/^(?:港澳|海外)/, null],
];

/** Orders name no country; regions that have a code of their own do. */
function countryOf(region: string | null): string | null {
  const special = REGIONS.find(([pattern]) => pattern.test(region ?? ""));
  return special ? special[1] : "CN";
}
