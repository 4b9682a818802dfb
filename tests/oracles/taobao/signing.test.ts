import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signCall } from "../../../src/adapters/taobao/auth/signing.ts";
import { signOf } from "../../../src/fakes/taobao/signing.ts";
import { signers } from "./clients.ts";

const secret = fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), fc.string({ unit: "grapheme", minLength: 1 }));
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,20}$/),
  fc.constantFrom("tid", "Tid", "t.id", "session"),
);
// Blank values are never sent, so that the clients have nothing to sign of them.
const value = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.trim() !== "");
const parameters = fc
  .dictionary(name, value, { minKeys: 1, maxKeys: 12 })
  .map((made) => Object.fromEntries(Object.entries(made).filter(([key]) => key !== "sign")));

for (const [client, sign] of Object.entries(signers)) {
  describe(`MD5 as ${client} signs`, () => {
    it("the platform's own example", () => {
      const example = {
        method: "taobao.item.seller.get",
        app_key: "12345678",
        session: "test",
        timestamp: "2016-01-01 12:00:00",
        format: "json",
        v: "2.0",
        sign_method: "md5",
        fields: "num_iid,title,nick,price,num",
        num_iid: "11223344",
      };
      expect(sign("helloworld", example)).toBe("66987CB115214E59E6EC978214934FB8");
      expect(signCall("md5", "helloworld", example)).toBe("66987CB115214E59E6EC978214934FB8");
    });

    it("whatever the parameters, by the adapter and by the fake's check", () => {
      fc.assert(
        fc.property(secret, parameters, (secret, parameters) => {
          const theirs = sign(secret, parameters);
          expect(signCall("md5", secret, parameters)).toBe(theirs);
          expect(signOf(secret, "md5", Object.entries(parameters))).toBe(theirs);
        }),
        { numRuns: 2_000 },
      );
    });
  });
}
