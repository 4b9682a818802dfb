/** Amazon's stores: ids, currencies, regions, and how each writes amounts and dates into its text reports. */

export type Region = "na" | "eu" | "fe";

export interface Marketplace {
  id: string;
  country: string;
  currency: string;
  region: Region;
  /** After `Amazon.`. */
  host: string;
  language: string;
}

const row = (
  country: string,
  id: string,
  currency: string,
  region: Region,
  host: string,
  language: string,
): Marketplace => ({ country, id, currency, region, host, language });

export const MARKETPLACES: readonly Marketplace[] = [
  row("US", "ATVPDKIKX0DER", "USD", "na", "com", "en_US"),
  row("CA", "A2EUQ1WTGCTBG2", "CAD", "na", "ca", "en_CA"),
  row("MX", "A1AM78C64UM0Y8", "MXN", "na", "com.mx", "es_MX"),
  row("BR", "A2Q3Y263D00KWC", "BRL", "na", "com.br", "pt_BR"),
  row("GB", "A1F83G8C2ARO7P", "GBP", "eu", "co.uk", "en_GB"),
  row("DE", "A1PA6795UKMFR9", "EUR", "eu", "de", "de_DE"),
  row("FR", "A13V1IB3VIYZZH", "EUR", "eu", "fr", "fr_FR"),
  row("IT", "APJ6JRA9NG5V4", "EUR", "eu", "it", "it_IT"),
  row("ES", "A1RKKUPIHCS9HS", "EUR", "eu", "es", "es_ES"),
  row("NL", "A1805IZSGTT6HS", "EUR", "eu", "nl", "nl_NL"),
  row("IE", "A28R8C7NBKEWEA", "EUR", "eu", "ie", "en_IE"),
  row("PL", "A1C3SOZRARQ6R3", "PLN", "eu", "pl", "pl_PL"),
  row("SE", "A2NODRKZP88ZB9", "SEK", "eu", "se", "sv_SE"),
  row("BE", "AMEN7PMS3EDWL", "EUR", "eu", "com.be", "fr_BE"),
  row("TR", "A33AVAJ2PDY3EV", "TRY", "eu", "com.tr", "tr_TR"),
  row("AE", "A2VIGQ35RCS4UG", "AED", "eu", "ae", "en_AE"),
  row("SA", "A17E79C6D8DWNP", "SAR", "eu", "sa", "ar_AE"),
  row("EG", "ARBP9OOSHTCHU", "EGP", "eu", "eg", "ar_EG"),
  row("ZA", "AE08WJ6YKNBMC", "ZAR", "eu", "co.za", "en_ZA"),
  row("IN", "A21TJRUUN4KGV", "INR", "eu", "in", "en_IN"),
  row("JP", "A1VC38T7YXB528", "JPY", "fe", "co.jp", "ja_JP"),
  row("AU", "A39IBJ37TRP1C6", "AUD", "fe", "com.au", "en_AU"),
  row("SG", "A19VAU5U5O7RUS", "SGD", "fe", "sg", "en_SG"),
];

/** Fails for what is no marketplace: a mistake of the test's. */
export function marketplaceOf(id: string): Marketplace {
  const found = MARKETPLACES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no marketplace: ${id}`);
  return found;
}

export function storeNameOf({ host }: Marketplace): string {
  return `Amazon.${host}`;
}

/** Digits after the decimal point. */
export function digitsOf(currency: string): number {
  return currency === "JPY" ? 0 : 2;
}

/** The price holds the tax, as everywhere but in America. */
export function isTaxIncluded({ region }: Marketplace): boolean {
  return region !== "na";
}

/** The platform collects the tax and remits it by itself, as marketplace facilitator. */
export const isTaxWithheld = ({ region }: Marketplace): boolean => region === "na";

const COMMA = new Set(["DE", "FR", "IT", "ES", "NL", "PL", "SE", "BE", "TR", "BR"]);

/** An amount as a text report of this marketplace writes it: `95,00` or `95.00`. */
export function localAmount({ country }: Marketplace, decimal: string): string {
  return COMMA.has(country) ? decimal.replace(".", ",") : decimal;
}

/** A time as a settlement report of this marketplace writes it: `31.01.2026 12:00:00 UTC` or `2026-01-31 12:00:00 UTC`. */
export function localTime({ country }: Marketplace, seconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  const [date, clock] = [iso.slice(0, 10), iso.slice(11, 19)];
  return `${COMMA.has(country) ? date.split("-").reverse().join(".") : date} ${clock} UTC`;
}

export type Charset = "UTF-8" | "windows-1252" | "Shift_JIS";

export function charsetOf({ country, region }: Marketplace): Charset {
  if (country === "JP") return "Shift_JIS";
  return region === "eu" && country !== "PL" ? "windows-1252" : "UTF-8";
}

/** Text in an encoding; of Japanese only the half-width signs, which is all that this fake writes. */
export function encode(text: string, charset: Charset): Uint8Array {
  if (charset === "UTF-8") return new TextEncoder().encode(text);
  return Uint8Array.from(text, (sign) => {
    const code = sign.charCodeAt(0);
    if (charset === "Shift_JIS") return code < 0x80 ? code : code >= 0xff61 && code <= 0xff9f ? code - 0xfec0 : 0x3f;
    if (sign === "€") return 0x80;
    return code < 0x100 ? code : 0x3f;
  });
}
