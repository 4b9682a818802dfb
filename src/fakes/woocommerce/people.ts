/**
 * Buyers. Their family names, streets and mail addresses hold `Zzbuyer` or `Zzstreet`, so that a leak into a log is
 * found by searching for it.
 */

import type { Random } from "../fake.ts";
import { EMPTY_ADDRESS } from "./order-new.ts";
import type { Address } from "./types.ts";

interface Place {
  country: string;
  state: string;
  city: string;
  postcode: string;
}

const NAMES: readonly [string, string][] = [
  ["Ada", "Zzbuyer"],
  ["Grace", "O'Zzbuyer"],
  ["José", "Zzbuyer-Núñez"],
  ["Zoë", "Zzbuyer & Söhne"],
  ["小明", "王Zzbuyer"],
  ["美玲", "陈Zzbuyer"],
  ["さくら", "佐藤Zzbuyer"],
  ["太郎", "山田Zzbuyer"],
  ["فاطمة", "Zzbuyer العلي"],
  ["Ömer", "Zzbuyer-Şahin"],
];

const PLACES: readonly Place[] = [
  { country: "US", state: "NY", city: "New York", postcode: "10001" },
  { country: "US", state: "CA", city: "Los Angeles", postcode: "90001" },
  { country: "US", state: "OR", city: "Portland", postcode: "97201" },
  { country: "DE", state: "", city: "Berlin", postcode: "10115" },
  { country: "FR", state: "", city: "Paris", postcode: "75001" },
  { country: "JP", state: "JP13", city: "東京", postcode: "100-0001" },
  { country: "CN", state: "CN2", city: "北京", postcode: "100000" },
  { country: "CA", state: "QC", city: "Montréal", postcode: "H2X 1Y4" },
  { country: "KW", state: "", city: "الكويت", postcode: "13001" },
];

/** Makes a buyer's billing address. */
export function makeAddress(random: Random): Address {
  const [first, last] = random.pick(NAMES);
  const place = random.pick(PLACES);
  const number = random.int(1, 99_999);
  return {
    ...EMPTY_ADDRESS,
    first_name: first,
    last_name: last,
    company: random.chance(0.1) ? "Zzbuyer Trading Ltd." : "",
    address_1: `${random.int(1, 250)} Zzstreet`,
    address_2: random.chance(0.3) ? `Apt ${random.int(1, 40)}` : "",
    ...place,
    email: `zzbuyer${number}@example.test`,
    phone: `+1 555 01${String(number % 100).padStart(2, "0")} zz`,
  };
}

/** Where the goods go: mostly the same, sometimes left empty, sometimes somebody else. */
export function shippingFor(random: Random, billing: Address): Address {
  if (random.chance(0.12)) return EMPTY_ADDRESS;
  if (random.chance(0.15)) return { ...makeAddress(random), email: "", country: billing.country, state: billing.state };
  return { ...billing, email: "", phone: random.chance(0.5) ? billing.phone : "" };
}

/** A remark of the buyer, mostly none. */
export function makeRemark(random: Random): string {
  if (!random.chance(0.2)) return "";
  return random.pick([
    "Leave at Zzbuyer's door",
    "请尽快发货 Zzbuyer",
    "ギフト包装お願いします Zzbuyer",
    'Ring "twice" & wait',
  ]);
}
