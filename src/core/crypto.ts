/**
 * Digests, signatures, sealing and compression. The only home of `node:crypto` and `node:zlib`: Web Crypto has neither
 * MD5 nor HMAC-MD5, with which several platforms sign; Workers run with `nodejs_compat`.
 */
import * as nodeCrypto from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

export type HmacAlgorithm = "md5" | "sha1" | "sha256";
type Data = string | Uint8Array;

export const SEAL_IV_BYTES = 12;
export const SEAL_TAG_BYTES = 16;

/** SHA-256 of UTF-8 text or bytes: 32 bytes. */
export function sha256(data: Data): Uint8Array {
  return nodeCrypto.hash("sha256", data, "buffer");
}

/** SHA-256 of UTF-8 text, in lower-case hexadecimal: quicker than the bytes, where text is wanted. */
export function sha256Hex(text: string): string {
  return nodeCrypto.hash("sha256", text, "hex");
}

/** MD5 of UTF-8 text or bytes: 16 bytes. For platform signatures only. */
export function md5(data: Data): Uint8Array {
  return nodeCrypto.createHash("md5").update(data).digest();
}

/** HMAC of UTF-8 text or bytes. */
export function hmac(algorithm: HmacAlgorithm, key: Data, data: Data): Uint8Array {
  return nodeCrypto.createHmac(algorithm, key).update(data).digest();
}

/** Cryptographically strong random bytes. Never called while a module loads (Workers forbid it). */
export function randomBytes(length: number): Uint8Array {
  return nodeCrypto.randomBytes(length);
}

/** Whether two secrets are equal, in a time that does not depend on where they differ; any lengths. */
export function timingSafeEqual(a: Data, b: Data): boolean {
  const left = toBytes(a);
  const right = toBytes(b);
  // Digests have one length, so that the comparison itself takes the same time; the length check is exact.
  const same = nodeCrypto.timingSafeEqual(sha256(left), sha256(right));
  return same && left.byteLength === right.byteLength;
}

/** Signs with a private key (PEM, or PKCS#8 in base64). `digest` is null for Ed25519; RSA uses PKCS#1 v1.5. */
export function signWithKey(privateKey: string, data: Data, digest: "sha256" | "sha1" | null): Uint8Array {
  return nodeCrypto.sign(digest, toBytes(data), readPrivateKey(privateKey));
}

/** What a text is as a key for `signWithKey`; `bits` is null where the runtime does not tell. Null for what is no private key. */
export function describePrivateKey(privateKey: string): { type: string; bits: number | null } | null {
  try {
    const key = readPrivateKey(privateKey);
    return { type: key.asymmetricKeyType ?? "unknown", bits: key.asymmetricKeyDetails?.modulusLength ?? null };
  } catch {
    return null;
  }
}

/** Keys that were read already, by the digest of their text, the one used last at the end: reading one takes longer than to sign with many. */
const KEYS = new Map<string, nodeCrypto.KeyObject>();
const MOST_KEYS = 100;

function readPrivateKey(privateKey: string): nodeCrypto.KeyObject {
  const name = sha256Hex(privateKey);
  const key = KEYS.get(name) ?? parsePrivateKey(privateKey);
  KEYS.delete(name);
  KEYS.set(name, key);
  for (const oldest of KEYS.keys()) {
    if (KEYS.size <= MOST_KEYS) break;
    KEYS.delete(oldest);
  }
  return key;
}

const parsePrivateKey = (privateKey: string): nodeCrypto.KeyObject =>
  privateKey.includes("-----BEGIN")
    ? nodeCrypto.createPrivateKey(privateKey)
    : nodeCrypto.createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });

/** Whether `signature` (DER for ECDSA) was made over `data`; false also for keys and signatures that do not parse. */
export function verifyWithKey(
  publicKey: string,
  data: Data,
  signature: Uint8Array,
  digest: "sha256" | "sha1" | null,
): boolean {
  try {
    const key = publicKey.includes("-----BEGIN")
      ? nodeCrypto.createPublicKey(publicKey)
      : nodeCrypto.createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return nodeCrypto.verify(digest, toBytes(data), key, signature);
  } catch {
    return false;
  }
}

/** Subkey of `length` bytes by HKDF-SHA256. `info` separates uses of one key. */
export function hkdf(key: Uint8Array, info: string, length = 32): Uint8Array {
  return new Uint8Array(nodeCrypto.hkdfSync("sha256", key, new Uint8Array(0), info, length));
}

/** 32-byte key from a passphrase (scrypt, N = 2^15, r = 8: some 60 ms and 32 MB, once at start). */
export function passphraseKey(passphrase: string, salt: string): Uint8Array {
  return nodeCrypto.scryptSync(passphrase, salt, 32, { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}

/**
 * AES-256-GCM. Answers `header` (not encrypted), ciphertext and the 16-byte tag, in one piece. `iv` (12 bytes) must never
 * repeat under one key.
 */
export function seal(key: Uint8Array, iv: Uint8Array, aad: Data, plain: Data, header?: Uint8Array): Uint8Array {
  const cipher = nodeCrypto.createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(toBytes(aad));
  const body = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain);
  // GCM is a stream cipher: `final` has nothing left to give, it only makes the tag.
  cipher.final();
  const start = header?.byteLength ?? 0;
  const sealed = Buffer.allocUnsafe(start + body.byteLength + SEAL_TAG_BYTES);
  if (header) sealed.set(header, 0);
  sealed.set(body, start);
  sealed.set(cipher.getAuthTag(), start + body.byteLength);
  return sealed;
}

/** Opens what `seal` made. Throws when key, additional data or bytes are not the same. */
export function open(key: Uint8Array, iv: Uint8Array, aad: Data, sealed: Uint8Array): Uint8Array {
  if (sealed.byteLength < SEAL_TAG_BYTES) throw new Error("sealed bytes are too short to hold an authentication tag");
  const end = sealed.byteLength - SEAL_TAG_BYTES;
  const decipher = nodeCrypto.createDecipheriv("aes-256-gcm", key, iv, { authTagLength: SEAL_TAG_BYTES });
  decipher.setAAD(toBytes(aad));
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  decipher.final();
  return plain;
}

/**
 * Raw deflate, level 1: some 35 µs for a document of 4 KB, which then takes a third of the room. Small buffers spare the
 * heap, and small tables their clearing, which for such documents is a quarter of the time.
 */
export function deflate(data: Data): Uint8Array {
  return deflateRawSync(data, { level: constants.Z_BEST_SPEED, memLevel: 6, chunkSize: 4096 });
}

/** Undoes `deflate`; throws when the result would be longer than `maxBytes`. */
export function inflate(data: Uint8Array, maxBytes: number): Uint8Array {
  return inflateRawSync(data, { maxOutputLength: maxBytes });
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("hex");
}

/** Bytes of hexadecimal text in either case; throws on anything else. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || /[^0-9a-f]/i.test(text)) throw new Error("not hexadecimal text");
  return Buffer.from(text, "hex");
}

/** Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("base64");
}

/** Base64 for addresses (`-` and `_`), without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("base64url");
}

/** Bytes of base64 in either alphabet, padded or not; throws on anything else. */
export function fromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new Error("not base64 text");
  return Buffer.from(text, "base64");
}

function toBytes(data: Data): Uint8Array {
  return typeof data === "string" ? Buffer.from(data, "utf8") : data;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
