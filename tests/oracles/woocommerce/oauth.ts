/** Requests signed by the published library `oauth-1.0a`, with digests of `crypto-js`: nothing of ours is in it. */
import CryptoJS from "crypto-js";
import fc from "fast-check";
import OAuth from "oauth-1.0a";

export type Algorithm = "sha256" | "sha1";
export type Pairs = readonly (readonly [string, string])[];
export interface Once {
  nonce: string;
  timestamp: number;
}

/** The parameters that the library adds, the signature among them. `url` is without a query. */
export function authorize(
  request: { method: string; url: string; params: Pairs },
  key: { key: string; secret: string },
  once: Once,
  algorithm: Algorithm,
): { values: Record<string, string>; header: string } {
  const digest = algorithm === "sha256" ? CryptoJS.HmacSHA256 : CryptoJS.HmacSHA1;
  const oauth = new OAuth({
    consumer: key,
    signature_method: algorithm === "sha256" ? "HMAC-SHA256" : "HMAC-SHA1",
    hash_function: (base, secret) => digest(base, secret).toString(CryptoJS.enc.Base64),
  });
  oauth.getNonce = () => once.nonce;
  oauth.getTimeStamp = () => once.timestamp;
  const data: Record<string, string | string[]> = {};
  for (const [name, value] of request.params) {
    const present = data[name];
    data[name] = present === undefined ? value : [...(Array.isArray(present) ? present : [present]), value];
  }
  const authorized = oauth.authorize({ method: request.method, url: request.url, data });
  // The library gives the request's own parameters back as well.
  const added = Object.entries(authorized).filter(([name]) => name.startsWith("oauth_"));
  return {
    values: Object.fromEntries(added.map(([name, value]) => [name, String(value)])),
    header: oauth.toHeader(authorized).Authorization,
  };
}

const ODD = [
  ..."[]%+~ !'()*,;:@$&=#?/\\\"<>|^`{}.-_",
  ..."aZ09",
  "é",
  "茶",
  "杯",
  "😀",
  "%20",
  "%2B",
  "\n",
  "\u00a0",
  "9223372036854775807",
  "18446744073709551615",
];
const oddText = (maxLength: number) => fc.string({ unit: fc.constantFrom(...ODD), maxLength });

export const oddValue = fc.oneof(
  oddText(8),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }).map(String),
  fc.constantFrom("", " ", "+", "%", "~", "100% 棉 + lace ~ 2/3", "2026-11-01T00:00:00+08:00"),
);

/** Never a name that means something to the platform. */
export const oddName = fc.oneof(
  oddText(6).map((text) => `x${text}`),
  fc.constantFrom("x[]", "x[0]", "x[a][b]", "状态", "x y", "x%5B%5D"),
);

/** Names may come again, with other values or the same. */
export const oddParams: fc.Arbitrary<[string, string][]> = fc.array(fc.tuple(oddName, oddValue), { maxLength: 7 });

export const once = fc.record({
  nonce: fc.string({ unit: fc.constantFrom(..."abcXYZ0189"), minLength: 8, maxLength: 32 }),
  timestamp: fc.integer({ min: 1_500_000_000, max: 4_000_000_000 }),
});

export const algorithm = fc.constantFrom<Algorithm>("sha256", "sha1");
export const method = fc.constantFrom("GET", "POST", "PUT", "DELETE" as const);

/** As a query string of an address. */
export function query(pairs: Iterable<readonly [string, string]>): string {
  return [...pairs].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
}
