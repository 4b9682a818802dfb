import { describe, expect, it } from "vitest";
import { randomBytes, toBase64, toHex } from "../../src/core/crypto.ts";
import { InputError } from "../../src/core/errors.ts";
import {
  createDataKey,
  createKeyring,
  envelopeKey,
  keyedHash,
  openBytes,
  openText,
  parseMasterKeys,
  rewrap,
  sealBytes,
  sealText,
} from "../../src/core/secrets.ts";

const AT = { table: "orders", store: "store-1", id: "order-1" };

function givenSecret(): string {
  return toBase64(randomBytes(32));
}

function givenRows(secret: string) {
  const masters = parseMasterKeys(secret);
  return [createDataKey(1, "seal", masters), createDataKey(2, "hash", masters)];
}

describe("parseMasterKeys", () => {
  it("reads base64, hexadecimal and passphrases, the first one first", () => {
    const bytes = randomBytes(32);
    const keys = parseMasterKeys(`${toBase64(bytes)}, correct horse battery staple ,${toHex(randomBytes(32))}`);
    expect(keys).toHaveLength(3);
    expect(toHex(keys[0]!.key)).toBe(toHex(bytes));
    expect(keys.every((key) => key.key.byteLength === 32 && /^[0-9a-f]{16}$/.test(key.id))).toBe(true);
    expect(parseMasterKeys(toHex(bytes))[0]!.id).toBe(keys[0]!.id);
  });

  it.each([
    ["", /is empty/],
    ["short", /has 5 characters/],
    ["a long enough passphrase,", /entry 2 .* is empty/],
    ["a long enough passphrase,a long enough passphrase", /same key twice: remove entry 2/],
  ])("refuses %j and says what to do", (secret, message) => {
    expect(() => parseMasterKeys(secret)).toThrow(InputError);
    expect(() => parseMasterKeys(secret)).toThrow(message);
  });
});

describe("sealing", () => {
  it("gives back text and bytes in their place", () => {
    const secret = givenSecret();
    const keyring = createKeyring(givenRows(secret), parseMasterKeys(secret));
    const envelope = sealText(keyring, AT, "张三");
    expect(openText(keyring, AT, envelope)).toBe("张三");
    expect(envelope).toHaveLength(33 + Buffer.byteLength("张三"));
    expect(envelopeKey(envelope)).toBe(1);
    const bytes = randomBytes(2048);
    expect(toHex(openBytes(keyring, AT, sealBytes(keyring, AT, bytes)))).toBe(toHex(bytes));
  });

  it("opens nothing that was moved to another table, store or record, or changed", () => {
    const secret = givenSecret();
    const keyring = createKeyring(givenRows(secret), parseMasterKeys(secret));
    const envelope = sealText(keyring, AT, "secret name");
    for (const place of [
      { ...AT, table: "inbox" },
      { ...AT, store: null },
      { ...AT, id: "order-2" },
    ]) {
      expect(() => openText(keyring, place, envelope)).toThrow(/does not belong to this record/);
    }
    for (const index of [6, 20, envelope.length - 1]) {
      const changed = Uint8Array.from(envelope);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => openText(keyring, AT, changed)).toThrow(/was changed/);
    }
    expect(() => openText(keyring, AT, Uint8Array.from([2, ...envelope.slice(1)]))).toThrow(/known version/);
    expect(() => openText(keyring, AT, new Uint8Array(3))).toThrow(/known version/);
  });

  it("never uses an iv twice, beyond the pool as well", () => {
    const secret = givenSecret();
    const keyring = createKeyring(givenRows(secret), parseMasterKeys(secret));
    const ivs = new Set(Array.from({ length: 1000 }, () => toHex(sealText(keyring, AT, "x").subarray(5, 17))));
    expect(ivs.size).toBe(1000);
  });

  it("does not put the plain text in the error", () => {
    const secret = givenSecret();
    const keyring = createKeyring(givenRows(secret), parseMasterKeys(secret));
    expect(() => openText(keyring, { ...AT, id: "other" }, sealText(keyring, AT, "Secretia"))).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("Secretia") }),
    );
  });
});

describe("rotation", () => {
  it("seals with the newest key and still opens what earlier ones sealed", () => {
    const secret = givenSecret();
    const masters = parseMasterKeys(secret);
    const rows = givenRows(secret);
    const before = sealText(createKeyring(rows, masters), AT, "old");
    const retired = rows.map((row) => (row.number === 1 ? { ...row, retiredAt: new Date(0) } : row));
    const keyring = createKeyring([...retired, createDataKey(3, "seal", masters)], masters);
    expect(keyring.sealNumber).toBe(3);
    expect(openText(keyring, AT, before)).toBe("old");
    expect(envelopeKey(sealText(keyring, AT, "new"))).toBe(3);
  });

  it("keeps values and hashes when the master key changes", () => {
    const oldSecret = givenSecret();
    const newSecret = givenSecret();
    const rows = givenRows(oldSecret);
    const first = createKeyring(rows, parseMasterKeys(oldSecret));
    const envelope = sealText(first, AT, "value");
    const both = parseMasterKeys(`${newSecret},${oldSecret}`);
    const rewrapped = rewrap(rows, both);
    expect(rewrapped).toHaveLength(2);
    expect(rewrap(rewrapped, both)).toEqual([]);
    const second = createKeyring(rewrapped, parseMasterKeys(newSecret));
    expect(openText(second, AT, envelope)).toBe("value");
    expect(toHex(keyedHash(second, "buyer", "42"))).toBe(toHex(keyedHash(first, "buyer", "42")));
  });

  it("says which secret is missing and what to do when a master key is lost", () => {
    const secret = givenSecret();
    const rows = givenRows(secret);
    const id = parseMasterKeys(secret)[0]!.id;
    expect(() => createKeyring(rows, parseMasterKeys(givenSecret()))).toThrow(InputError);
    expect(() => createKeyring(rows, parseMasterKeys(givenSecret()))).toThrow(
      new RegExp(`master key ${id}.*Append the earlier secret`),
    );
  });

  it("refuses a data key whose row was changed or whose purpose was swapped", () => {
    const secret = givenSecret();
    const masters = parseMasterKeys(secret);
    const [sealRow, hashRow] = givenRows(secret);
    expect(() => createKeyring([{ ...sealRow!, purpose: "hash" }, hashRow!], masters)).toThrow(/was changed/);
    expect(() => createKeyring([sealRow!], masters)).toThrow(/needs one key/);
  });
});

describe("keyedHash", () => {
  it("differs by purpose and by installation, and is the same for text and its bytes", () => {
    const secret = givenSecret();
    const keyring = createKeyring(givenRows(secret), parseMasterKeys(secret));
    const other = createKeyring(givenRows(secret), parseMasterKeys(secret));
    const hash = toHex(keyedHash(keyring, "buyer", "a@example.com"));
    expect(toHex(keyedHash(keyring, "buyer", new TextEncoder().encode("a@example.com")))).toBe(hash);
    expect(toHex(keyedHash(keyring, "document", "a@example.com"))).not.toBe(hash);
    expect(toHex(keyedHash(other, "buyer", "a@example.com"))).not.toBe(hash);
  });
});
