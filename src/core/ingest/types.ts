import type { RawDocument } from "../adapter.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Issue } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Order, OrderLine, Unified } from "../model/records.ts";
import type { Resource } from "../model/vocabulary.ts";
import type { Keyring } from "../secrets.ts";
import type { LineStock } from "../stock/line-stock.ts";

/** What ingest needs to know of a store. */
export interface IngestStore {
  id: string;
  platform: string;
  stockFrom: Date;
  adoptSkus: boolean;
  locationId: string;
  /** The platform's clock minus ours. */
  clockSkewMs?: number | null;
}

export interface IngestContext {
  db: Database;
  keyring: Keyring;
  clock: Clock;
  log: Log;
}

/** A document with the number that its read took before the request left. */
export interface ReadDocument {
  raw: RawDocument;
  readSeq: number;
}

export interface IngestPage {
  store: IngestStore;
  resource: Resource;
  documents: readonly ReadDocument[];
  /** When the first request of this reading left: what the documents show is no older. Default: now. */
  readAt?: Date;
  toUnified(raw: RawDocument): Unified;
  /** Runs in the page's transaction, last: the fenced checkpoint, the inbox entries that are done. Throws to refuse it all. */
  conclude?(tx: Database, counts: IngestCounts): Promise<void>;
}

export interface IngestCounts {
  read: number;
  unchanged: number;
  changed: number;
  rejected: number;
  /** Records that were not there before. */
  created: number;
}

export interface IngestResult extends IngestCounts {
  /** External ids of the documents that were new to us. */
  createdIds: string[];
  rejections: { externalId: string; reason: string }[];
  /** Stores whose offers now want a push. */
  dirtyStores: string[];
}

/** A document with the id of its row. */
export interface NamedDocument extends ReadDocument {
  id: string;
}

/** A document ready to be written. */
export interface PreparedDocument extends NamedDocument {
  hash: Uint8Array;
  text: string;
}

/** An order with its rows. Those of itself and of its lines lack what only the mapping knows: see `closeRow`. */
export interface PreparedOrder {
  record: Order;
  document: PreparedDocument;
  id: string;
  row: OpenRow;
  lines: PreparedLine[];
  /** Rows of order_charges, as JSON. */
  charges: string[];
  /** The seller's memo. The buyer's remark is sealed with the buyer. */
  note: { id: string; row: string } | null;
}

export interface PreparedLine {
  id: string;
  line: OrderLine;
  stock: LineStock;
  row: OpenRow;
}

/** A JSON object that lacks its closing brace, so that more columns can follow. */
export type OpenRow = string;

/** A document that mapped. */
export interface MappedDocument extends PreparedDocument {
  unified: Unified;
  /** Its row of raw_documents, as JSON. */
  row: string;
  /** Its orders with their rows. */
  orders: PreparedOrder[];
}

export interface RejectedDocument extends PreparedDocument {
  reason: string;
  issues: Issue[];
}

/** A record of one kind with the version of the document it came from. */
export interface Versioned<T> {
  record: T;
  document: PreparedDocument;
}

export interface Change {
  entity: "order" | "listing" | "shipment" | "dispute" | "refund" | "settlement" | "stock" | "sku" | "store";
  entityId: string;
  version: number;
  kind: "created" | "updated" | "deleted";
}
