import CryptoJS from "crypto-js";
import fc from "fast-check";
import { expect, it } from "vitest";
import { receive } from "../../../src/adapters/woocommerce/webhooks/index.ts";
import { signatureOf } from "../../../src/fakes/woocommerce/webhooks.ts";
import { createTestClock } from "../../support/clock.ts";

const signed = (body: string, secret: string) => CryptoJS.HmacSHA256(body, secret).toString(CryptoJS.enc.Base64);

/** Without entities, which the platform decodes before it signs. */
const secret = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."ABCxyz0189"), minLength: 1, maxLength: 64 }),
  fc.string({ unit: "grapheme", minLength: 1 }).map((text) => text.replaceAll("&", "and")),
);
const body = fc.oneof(
  fc.json({ stringUnit: "grapheme" }),
  fc.string({ unit: "binary" }).map((text) => JSON.stringify({ id: 7, text })),
  fc.constantFrom("", '{"id":16,"customer_note":"Caf\\u00e9 \\u2615"}', '{"note":"青空雑貨 \n"}'),
);

const clock = createTestClock();
const verified = (text: string, signature: string, secrets: string[]) =>
  receive(
    {
      method: "POST",
      path: "/webhooks/woocommerce/1",
      query: {},
      headers: { "x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.updated" },
      body: new TextEncoder().encode(text),
    },
    secrets,
    clock,
  ).verified;

it("the fake signs a delivery as crypto-js does", () => {
  fc.assert(
    fc.property(body, secret, (body, secret) => {
      expect(signatureOf(body, secret)).toBe(signed(body, secret));
    }),
    { numRuns: 500 },
  );
});

it("the adapter takes what crypto-js signed, and nothing that differs in one character", () => {
  fc.assert(
    fc.property(body, secret, (body, secret) => {
      const signature = signed(body, secret);
      expect(verified(body, signature, ["another", secret])).toBe(true);
      expect(verified(`${body} `, signature, [secret])).toBe(false);
      expect(verified(body, signature, [`${secret}x`])).toBe(false);
      expect(verified(body, (signature[0] === "A" ? "B" : "A") + signature.slice(1), [secret])).toBe(false);
    }),
    { numRuns: 500 },
  );
});

it.each([
  ["s3cr&amp;t", "s3cr&t"],
  ["s3cr&t&lt;k&gt;", "s3cr&t<k>"],
  ["&quot;quoted&quot; &#039;x&#039;", "\"quoted\" 'x'"],
])("both sign with the text that the secret %s shows", (stored, shown) => {
  expect(signatureOf('{"id":15}', stored)).toBe(signed('{"id":15}', shown));
  expect(verified('{"id":15}', signed('{"id":15}', shown), [stored])).toBe(true);
});
