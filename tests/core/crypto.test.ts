import { generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  deflate,
  fromBase64,
  fromHex,
  hkdf,
  hmac,
  inflate,
  md5,
  open,
  randomBytes,
  seal,
  sha256,
  signWithKey,
  timingSafeEqual,
  toBase64,
  toBase64Url,
  toHex,
  verifyWithKey,
} from "../../src/core/crypto.ts";

describe("digests", () => {
  it("equal the published vectors", () => {
    expect(toHex(sha256("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(toHex(md5("message digest"))).toBe("f96b697d7cb7938d525a2f31aaf161d0");
    // RFC 2104 and RFC 4231, key "Jefe".
    expect(toHex(hmac("md5", "Jefe", "what do ya want for nothing?"))).toBe("750c783e6ab0b503eaa86e310a5db738");
    expect(toHex(hmac("sha1", "Jefe", "what do ya want for nothing?"))).toBe(
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    );
    expect(toHex(hmac("sha256", "Jefe", "what do ya want for nothing?"))).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    // RFC 5869, test case 3 (no salt, no info).
    expect(toHex(hkdf(new Uint8Array(22).fill(0x0b), "", 42))).toBe(
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    );
  });

  it("hash text as UTF-8", () => {
    expect(toHex(sha256("测试"))).toBe(toHex(sha256(new TextEncoder().encode("测试"))));
  });
});

describe("timingSafeEqual", () => {
  it("compares text and bytes of any length", () => {
    expect(timingSafeEqual("abc", new TextEncoder().encode("abc"))).toBe(true);
    expect(timingSafeEqual("abc", "abd")).toBe(false);
    expect(timingSafeEqual("abc", "abcd")).toBe(false);
    expect(timingSafeEqual("", "")).toBe(true);
  });
});

describe("seal and open", () => {
  const key = randomBytes(32);
  const iv = randomBytes(12);

  it("give back what went in", () => {
    expect(Buffer.from(open(key, iv, "place", seal(key, iv, "place", "内容"))).toString()).toBe("内容");
    expect(open(key, iv, "place", seal(key, iv, "place", new Uint8Array(0)))).toHaveLength(0);
  });

  it("refuse another place, another key, a changed byte and a cut end", () => {
    const sealed = seal(key, iv, "place", "content");
    const changed = Uint8Array.from(sealed);
    changed[0] = (changed[0] ?? 0) ^ 1;
    expect(() => open(key, iv, "elsewhere", sealed)).toThrow();
    expect(() => open(randomBytes(32), iv, "place", sealed)).toThrow();
    expect(() => open(key, iv, "place", changed)).toThrow();
    expect(() => open(key, iv, "place", sealed.subarray(0, sealed.length - 1))).toThrow();
    expect(() => open(key, iv, "place", sealed.subarray(0, 5))).toThrow(/too short/);
  });
});

describe("deflate and inflate", () => {
  it("give back what went in and make repetitive text small", () => {
    const text = JSON.stringify({ lines: Array.from({ length: 40 }, (_, index) => ({ index, title: "Example" })) });
    const small = deflate(text);
    expect(small.length).toBeLessThan(text.length / 3);
    expect(Buffer.from(inflate(small, 1_000_000)).toString()).toBe(text);
  });

  it("stop at the bound given", () => {
    expect(() => inflate(deflate("a".repeat(100_000)), 1000)).toThrow();
  });
});

describe("encodings", () => {
  it("round-trip and refuse other text", () => {
    const bytes = Uint8Array.from([0, 250, 255, 62, 63]);
    expect(Array.from(fromHex(toHex(bytes)))).toEqual(Array.from(bytes));
    expect(Array.from(fromBase64(toBase64(bytes)))).toEqual(Array.from(bytes));
    expect(Array.from(fromBase64(toBase64Url(bytes)))).toEqual(Array.from(bytes));
    expect(() => fromHex("abc")).toThrow();
    expect(() => fromHex("zz")).toThrow();
    expect(() => fromBase64("a b")).toThrow();
  });
});

describe("signatures with key pairs", () => {
  it("sign with RSA and Ed25519, and verify", () => {
    for (const [pair, digest] of [
      [generateKeyPairSync("rsa", { modulusLength: 2048 }), "sha256"],
      [generateKeyPairSync("ed25519"), null],
    ] as const) {
      const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      const publicPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
      const publicDer = pair.publicKey.export({ type: "spki", format: "der" }).toString("base64");
      const signature = signWithKey(pem, "text", digest);
      expect(verifyWithKey(publicPem, "text", signature, digest)).toBe(true);
      expect(verifyWithKey(publicDer, "text", signature, digest)).toBe(true);
      expect(verifyWithKey(publicPem, "other", signature, digest)).toBe(false);
    }
  });

  it("are each key's own, however many were used since, and those that do not parse are refused every time", () => {
    const pairs = Array.from({ length: 130 }, () => generateKeyPairSync("ed25519"));
    for (let turn = 0; turn < 2; turn += 1)
      for (const { privateKey, publicKey } of pairs) {
        const signature = signWithKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString(), "text", null);
        expect(verify(null, Buffer.from("text"), publicKey, signature)).toBe(true);
      }
    for (let turn = 0; turn < 2; turn += 1) expect(() => signWithKey("no key", "text", null)).toThrow();
  });

  it("verify ECDSA in DER, and answer false for a key that does not parse", () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    const signature = sign("sha1", Buffer.from("body"), pair.privateKey);
    expect(verifyWithKey(publicPem, "body", signature, "sha1")).toBe(true);
    expect(verifyWithKey("no key", "body", signature, "sha1")).toBe(false);
  });
});
