import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signOauth } from "../../../src/adapters/woocommerce/auth/signing.ts";
import { buildRequest, type Params } from "../../../src/adapters/woocommerce/client/index.ts";
import type { Credentials, Store } from "../../../src/core/adapter.ts";
import { createManualClock } from "../../../src/fakes/fake.ts";
import { createWooCommerceFake } from "../../../src/fakes/woocommerce/index.ts";
import { givenStore } from "../../adapters/woocommerce/stub.ts";
import { algorithm, authorize, method, oddName, oddParams, oddValue, once, query } from "./oauth.ts";

const secret = fc.oneof(fc.constant(`cs_${"b2".repeat(20)}`), fc.string({ unit: "grapheme", minLength: 1 }));
const key = fc.record({ key: fc.constant(`ck_${"a1".repeat(20)}`), secret });
const host = fc.tuple(
  fc.constantFrom("http://shop.example.test", "http://127.0.0.1", "http://xn--fiqs8s.example.test"),
  fc.constantFrom("", ":80", ":8080", ":65535"),
  fc.constantFrom("", "/shop", "/a/b.c~d"),
);
const root = host.map((parts) => parts.join(""));

const credentialsOf = (pair: { key: string; secret: string }): Credentials => ({
  purpose: "api",
  values: { consumer_key: pair.key, consumer_secret: pair.secret },
  version: 1,
  expiresAt: null,
});

describe("the adapter signs as oauth-1.0a does", () => {
  it("whatever the parameters", () => {
    fc.assert(
      fc.property(
        fc.record({ method, root, params: oddParams, key, once, algorithm }),
        ({ method, root, params, key, once, algorithm }) => {
          const request = { method, url: `${root}/wp-json/wc/v3/orders`, params };
          const ours = Object.fromEntries(signOauth(request, credentialsOf(key), once, algorithm));
          const { values } = authorize(request, key, once, algorithm);
          expect(ours).toEqual(values);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("in the address that goes over the wire", () => {
    fc.assert(
      fc.property(
        fc.record({ method, root, params: fc.dictionary(oddName, oddValue, { maxKeys: 7 }), key, once }),
        ({ method, root, params, key, once }) => {
          const store: Store = { ...givenStore(), baseUrl: root };
          const endpoint = { operation: "orders.list", method, route: "/wc/v3/orders", params: params as Params };
          const sent = new URL(buildRequest(store, endpoint, "oauth1", credentialsOf(key), once).url);
          const read = [...sent.searchParams].filter(([name]) => !name.startsWith("oauth_"));
          expect(new Map(read)).toEqual(new Map(Object.entries(params)));
          const request = { method, url: `${root}/wp-json/wc/v3/orders`, params: read };
          expect(sent.searchParams.get("oauth_signature")).toBe(
            authorize(request, key, once, "sha256").values.oauth_signature,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

const ORDERS = "/wp-json/wc/v3/orders";

function givenFake() {
  const clock = createManualClock("2026-11-21T23:34:49Z");
  const home = "http://shop.example.test:8081/shop";
  const fake = createWooCommerceFake({ clock, name: "zz", orders: 0, baseUrl: home });
  let count = 0;
  const nextOnce = () => {
    count += 1;
    return { nonce: `nonce${count}`, timestamp: clock.now().getTime() / 1000 };
  };
  const ask = async (method: string, address: string, headers: Record<string, string> = {}) => {
    const response = await fake.fetch(new Request(address, { method, headers }));
    return { status: response.status, code: ((await response.json()) as { code?: string }).code };
  };
  return { home, key: fake.keys.readWrite, nextOnce, ask };
}

const uniqueParams = fc.dictionary(oddName, oddValue, { maxKeys: 6 }).map((params) => Object.entries(params));

describe("the fake", () => {
  it("accepts what oauth-1.0a signed, in the query and in the header", async () => {
    const { home, key, nextOnce, ask } = givenFake();
    await fc.assert(
      fc.asyncProperty(uniqueParams, algorithm, fc.boolean(), async (params, algorithm, inHeader) => {
        const request = { method: "GET", url: home + ORDERS, params };
        const { values, header } = authorize(request, key, nextOnce(), algorithm);
        const pairs = inHeader ? params : [...params, ...Object.entries(values)];
        const headers: Record<string, string> = inHeader ? { authorization: header } : {};
        expect((await ask("GET", `${home}${ORDERS}?${query(pairs)}`, headers)).status).toBe(200);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses it when one character is another", async () => {
    const { home, key, nextOnce, ask } = givenFake();
    const place = fc.constantFrom("value", "name", "path", "method", "oauth_signature", "oauth_nonce", "port");
    await fc.assert(
      fc.asyncProperty(uniqueParams, algorithm, place, fc.nat(), async (params, algorithm, place, at) => {
        const signed: [string, string][] = [...params, ["xlast", "茶a"]];
        const signedHome = place === "port" ? home.replace(":8081", ":8082") : home;
        const request = { method: "GET", url: signedHome + ORDERS, params: signed };
        const { values } = authorize(request, key, nextOnce(), algorithm);
        const sent = new Map([...signed, ...Object.entries(values)]);
        const index = at % signed.length;
        const [name = "", value = ""] = signed[index] ?? [];
        if (place === "value") sent.set(name, changed(value, at));
        if (place === "name") {
          sent.delete(name);
          sent.set(`${name}y`, value);
        }
        if (place.startsWith("oauth_")) sent.set(place, changed(sent.get(place) ?? "", at));
        const path = place === "path" ? ORDERS.replace("orders", "order5") : ORDERS;
        const answer = await ask(place === "method" ? "POST" : "GET", `${home}${path}?${query(sent)}`);
        expect([place, answer]).toEqual([place, { status: 401, code: "woocommerce_rest_authentication_error" }]);
      }),
      { numRuns: 500 },
    );
  });
});

/** Another text: one character replaced, or one added to an empty text. */
function changed(text: string, at: number): string {
  const characters = [...text];
  const index = characters.length === 0 ? 0 : at % characters.length;
  characters[index] = characters[index] === "k" ? "j" : "k";
  return characters.join("");
}
