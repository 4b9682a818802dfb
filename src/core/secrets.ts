/**
 * Envelope encryption. A MASTER KEY comes from the environment and never touches the data; DATA KEYS are random, wrapped
 * by a master key and stored in the table `data_keys`; an ENVELOPE is what a sealed column holds:
 * 1 byte version | 4 bytes data key number | 12 bytes iv | ciphertext | 16 bytes tag.
 * The table, the store and the id of the record are authenticated with it, so that a value moved elsewhere does not open.
 */
import {
  fromBase64,
  fromHex,
  hkdf,
  hmac,
  open,
  passphraseKey,
  randomBytes,
  SEAL_IV_BYTES,
  SEAL_TAG_BYTES,
  seal,
  sha256,
  toHex,
} from "./crypto.ts";
import { InputError } from "./errors.ts";

export interface MasterKey {
  /** Names the key without telling it: 16 hexadecimal digits of a digest. */
  id: string;
  key: Uint8Array;
}

/** `seal` keys encrypt; the one `hash` key makes keyed hashes and stays the same for the life of the data. */
export type DataKeyPurpose = "seal" | "hash";

/** A row of `data_keys`. */
export interface DataKeyRow {
  number: number;
  purpose: DataKeyPurpose;
  wrapped: Uint8Array;
  masterId: string;
  /** A retired key opens what it sealed, and seals nothing more. */
  retiredAt: Date | null;
}

/** Where a sealed value lives. `store` is null for what belongs to no store. */
export interface SealedAt {
  table: string;
  store: string | null;
  id: string;
}

export interface Keyring {
  /** Number of the key that seals; a value sealed under a lower one may be sealed anew. */
  readonly sealNumber: number;
  readonly sealKey: Uint8Array;
  readonly keys: ReadonlyMap<number, Uint8Array>;
  readonly hashKey: Uint8Array;
  readonly subkeys: Map<string, Uint8Array>;
  /** Envelope headers made ahead: drawing 12 random bytes costs as much as encrypting 2 KB. */
  readonly headers: { pool: Uint8Array; used: number };
}

const VERSION = 1;
const HEADER_BYTES = 1 + 4 + SEAL_IV_BYTES;
const MIN_PASSPHRASE = 16;
const POOLED_HEADERS = 256;
const KEY_EXAMPLE = "make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64'))\"";

/**
 * Master keys of TALLYPORT_SECRET: a comma-separated list whose first key seals and whose others only open. Each is 32
 * bytes in base64 or hexadecimal, or a passphrase of 16 characters or more (scrypt, about 60 ms each). Throws `InputError`.
 */
export function parseMasterKeys(secret: string): MasterKey[] {
  const parts = secret.split(",").map((part) => part.trim());
  if (parts.length === 1 && parts[0] === "") {
    throw new InputError("secret_missing", `TALLYPORT_SECRET is empty; ${KEY_EXAMPLE}`);
  }
  const keys = parts.map((part, index) => {
    const key = masterKeyBytes(part, index + 1);
    return { id: toHex(sha256(Buffer.concat([Buffer.from("tallyport master key\0"), key]))).slice(0, 16), key };
  });
  const twice = keys.findIndex((key, index) => keys.findIndex((other) => other.id === key.id) !== index);
  if (twice >= 0) {
    throw new InputError("secret_repeated", `TALLYPORT_SECRET names the same key twice: remove entry ${twice + 1}`);
  }
  return keys;
}

function masterKeyBytes(text: string, position: number): Uint8Array {
  const where = `entry ${position} of TALLYPORT_SECRET`;
  if (text === "") throw new InputError("secret_empty", `${where} is empty: remove the comma or ${KEY_EXAMPLE}`);
  if (/^[0-9a-f]{64}$/i.test(text)) return fromHex(text);
  if (/^(?:[A-Za-z0-9+/]{43}=?|[A-Za-z0-9_-]{43}=?)$/.test(text)) return fromBase64(text);
  if (text.length < MIN_PASSPHRASE) {
    throw new InputError(
      "secret_too_short",
      `${where} has ${text.length} characters; give 32 bytes in base64 or hexadecimal, or a passphrase of at least ` +
        `${MIN_PASSPHRASE} characters; ${KEY_EXAMPLE}`,
    );
  }
  // The salt is fixed: there is nowhere to keep one before the database is open. The length makes up for it.
  return passphraseKey(text, "tallyport master key v1");
}

/** A new random data key, wrapped by the first master key. */
export function createDataKey(number: number, purpose: DataKeyPurpose, masterKeys: readonly MasterKey[]): DataKeyRow {
  return wrapDataKey(randomBytes(32), { number, purpose, retiredAt: null }, firstOf(masterKeys));
}

/** Wraps a data key: 12 bytes iv | ciphertext | tag, bound to its number and purpose. */
export function wrapDataKey(
  key: Uint8Array,
  row: Pick<DataKeyRow, "number" | "purpose" | "retiredAt">,
  master: MasterKey,
): DataKeyRow {
  const iv = randomBytes(SEAL_IV_BYTES);
  return { ...row, wrapped: seal(wrappingKey(master), iv, wrapAad(row), key, iv), masterId: master.id };
}

/** The data key of a row. Throws `InputError` when its master key is not at hand, or the row was changed. */
export function unwrapDataKey(row: DataKeyRow, masterKeys: readonly MasterKey[]): Uint8Array {
  const master = masterKeys.find((candidate) => candidate.id === row.masterId);
  if (!master) {
    throw new InputError(
      "master_key_missing",
      `Data key ${row.number} is wrapped by master key ${row.masterId}, which TALLYPORT_SECRET does not hold. Append the ` +
        "earlier secret to TALLYPORT_SECRET after a comma (new,old), start again and re-wrap the keys. If it is lost, " +
        "what it protects cannot be read: start with an empty database, or restore the secret from its backup.",
      { status: 500 },
    );
  }
  try {
    const { wrapped } = row;
    return open(wrappingKey(master), wrapped.subarray(0, SEAL_IV_BYTES), wrapAad(row), wrapped.subarray(SEAL_IV_BYTES));
  } catch (cause) {
    throw new InputError(
      "data_key_damaged",
      `Data key ${row.number} does not open with master key ${row.masterId}: the row of data_keys was changed. Restore it from a backup.`,
      { status: 500, cause },
    );
  }
}

/** The rows that the first master key does not wrap yet, wrapped by it. The data keys themselves stay the same. */
export function rewrap(rows: readonly DataKeyRow[], masterKeys: readonly MasterKey[]): DataKeyRow[] {
  const master = firstOf(masterKeys);
  return rows
    .filter((row) => row.masterId !== master.id)
    .map((row) => wrapDataKey(unwrapDataKey(row, masterKeys), row, master));
}

/** All data keys, unwrapped. Pure; throws `InputError` when a master key or a purpose is missing. */
export function createKeyring(rows: readonly DataKeyRow[], masterKeys: readonly MasterKey[]): Keyring {
  const keys = new Map<number, Uint8Array>();
  for (const row of rows) keys.set(row.number, unwrapDataKey(row, masterKeys));
  const current = (purpose: DataKeyPurpose) =>
    rows.filter((row) => row.purpose === purpose && row.retiredAt === null).sort((a, b) => b.number - a.number);
  const sealNumber = current("seal")[0]?.number;
  // The oldest: were two made at once, all processes agree on the first.
  const hashNumber = current("hash").at(-1)?.number;
  const sealKey = sealNumber === undefined ? undefined : keys.get(sealNumber);
  const hashKey = hashNumber === undefined ? undefined : keys.get(hashNumber);
  if (sealNumber === undefined || !sealKey || !hashKey) {
    throw new InputError(
      "data_keys_missing",
      'data_keys needs one key of purpose "seal" and one of "hash": create them',
      {
        status: 500,
      },
    );
  }
  return { sealNumber, sealKey, keys, hashKey, subkeys: new Map(), headers: { pool: new Uint8Array(0), used: 0 } };
}

/** Seals UTF-8 text for its place. */
export function sealText(keyring: Keyring, at: SealedAt, text: string): Uint8Array {
  return sealAny(keyring, at, text);
}

/** Seals bytes for their place: 33 bytes longer than what went in. */
export function sealBytes(keyring: Keyring, at: SealedAt, bytes: Uint8Array): Uint8Array {
  return sealAny(keyring, at, bytes);
}

/** Opens `sealText`. Throws when the envelope belongs elsewhere, was changed, or its key is unknown. */
export function openText(keyring: Keyring, at: SealedAt, envelope: Uint8Array): string {
  return Buffer.from(openBytes(keyring, at, envelope)).toString("utf8");
}

/** Opens `sealBytes`. Throws when the envelope belongs elsewhere, was changed, or its key is unknown. */
export function openBytes(keyring: Keyring, at: SealedAt, envelope: Uint8Array): Uint8Array {
  if (envelope.byteLength < HEADER_BYTES + SEAL_TAG_BYTES || envelope[0] !== VERSION) {
    throw new Error(`${at.table}: not a sealed value of a known version`);
  }
  const number = envelopeKey(envelope);
  const key = keyring.keys.get(number);
  if (!key) throw new Error(`${at.table}: sealed with data key ${number}, which is not in data_keys`);
  try {
    return open(key, envelope.subarray(5, HEADER_BYTES), aadOf(at), envelope.subarray(HEADER_BYTES));
  } catch (cause) {
    throw new Error(`${at.table}: the sealed value does not belong to this record, or was changed`, { cause });
  }
}

/** Number of the data key that sealed an envelope, for sealing anew after a rotation. */
export function envelopeKey(envelope: Uint8Array): number {
  return new DataView(envelope.buffer, envelope.byteOffset, envelope.byteLength).getUint32(1);
}

/**
 * Keyed hash (HMAC-SHA256, 32 bytes) for look-ups and comparisons. Each purpose has a subkey of its own, so that equal
 * values of two purposes cannot be linked. Unchanged by a rotation of the master key or of the seal keys.
 */
export function keyedHash(keyring: Keyring, purpose: string, data: string | Uint8Array): Uint8Array {
  let subkey = keyring.subkeys.get(purpose);
  if (!subkey) {
    subkey = hkdf(keyring.hashKey, `tallyport hash ${purpose}`);
    keyring.subkeys.set(purpose, subkey);
  }
  return hmac("sha256", subkey, data);
}

function sealAny(keyring: Keyring, at: SealedAt, plain: string | Uint8Array): Uint8Array {
  const header = nextHeader(keyring);
  return seal(keyring.sealKey, header.subarray(5), aadOf(at), plain, header);
}

/** Version, data key number and a fresh iv. The pool holds whole headers, filled a few hundred at a time. */
function nextHeader(keyring: Keyring): Uint8Array {
  const { headers } = keyring;
  if (headers.used === headers.pool.byteLength) {
    headers.pool = randomBytes(HEADER_BYTES * POOLED_HEADERS);
    const view = new DataView(headers.pool.buffer, headers.pool.byteOffset, headers.pool.byteLength);
    for (let at = 0; at < view.byteLength; at += HEADER_BYTES) {
      view.setUint8(at, VERSION);
      view.setUint32(at + 1, keyring.sealNumber);
    }
    headers.used = 0;
  }
  headers.used += HEADER_BYTES;
  return headers.pool.subarray(headers.used - HEADER_BYTES, headers.used);
}

function aadOf(at: SealedAt): string {
  // A store's id is a UUID or null and a table's name is ours: neither holds a line break, so the parts cannot be shifted.
  return `${at.table}\n${at.store ?? ""}\n${at.id}`;
}

function wrapAad(row: Pick<DataKeyRow, "number" | "purpose">): string {
  return `data key ${row.number} ${row.purpose}`;
}

function wrappingKey(master: MasterKey): Uint8Array {
  return hkdf(master.key, "tallyport wrap data key");
}

function firstOf(masterKeys: readonly MasterKey[]): MasterKey {
  const first = masterKeys[0];
  if (!first) throw new InputError("secret_missing", `TALLYPORT_SECRET is empty; ${KEY_EXAMPLE}`);
  return first;
}
