/**
 * THE CONTRACT between the engine and a platform's adapter. Data and functions: an adapter is a value made by
 * `createAdapter(context)`; it holds no state between calls, never loops over pages, sleeps, retries or stores anything.
 */
import type { ZodType } from "zod";
import type { Clock } from "./clock.ts";
import type { AdapterError, ErrorCategory, ErrorScope, Issue } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Unified, Warning } from "./model/records.ts";
import type { Resource } from "./model/vocabulary.ts";

/* ------------------------------------------------------------------ stores */

/** One marketplace of a store: a platform's national or regional site. */
export interface Marketplace {
  code: string;
  currency: string;
  language: string | null;
  timeZone: string;
  country: string | null;
}

/** Interactive calls and zeroes go first, a backfill last; the budget keeps a share for those before it. */
export type Priority = "interactive" | "zero" | "normal" | "background";

/** What a grant opens: "api" for most; others where money or files come through another sign-in. */
export type CredentialPurpose = "api" | "statements" | "files";

/** Decrypted credentials as the adapter's `config` describes them. `version` rises with each refresh. */
export interface Credentials {
  purpose: CredentialPurpose;
  values: Record<string, string>;
  version: number;
  expiresAt: Date | null;
}

/** Our registration with a platform, shared by many stores. */
export interface App {
  id: string;
  platform: string;
  key: string;
  secret: string;
  settings: Record<string, unknown>;
}

/** One authorised seller, as an adapter sees it. Handed in by the engine; credentials are read when they are needed. */
export interface Store {
  readonly id: string;
  readonly platform: string;
  readonly name: string;
  /** The platform's own id of the seller, known after the first probe. */
  readonly externalId: string | null;
  /** The root of the platform's addresses for this store: a relay, a fake, or the adapter's default when null. */
  readonly baseUrl: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly marketplaces: readonly Marketplace[];
  readonly currency: string;
  /** IANA zone in which the store's day and month begin. */
  readonly timeZone: string;
  readonly app: App | null;
  readonly priority: Priority;
  /** A slot that the engine took beforehand; the client spends it on the first call that draws on the same groups. */
  readonly prepaid: PrepaidSlot | null;
  /** Facts found by `probe` (version, features): what `available` and requests may depend on. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Told before a write is repeated within its call, where the attempt before may have arrived, or may yet arrive. */
  readonly onDoubt?: (() => void) | undefined;
  credentials(purpose?: CredentialPurpose): Promise<Credentials>;
  /** One refresh for all who met the same stale credentials; the losers get what the winner got. */
  refresh(stale: Credentials): Promise<Credentials>;
}

/* ----------------------------------------------------------------- network */

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  bytes: Uint8Array;
  /** The body as UTF-8 text (decoded on first use). */
  text(): string;
}

/** What the platform's envelope says went wrong; also inside an HTTP 200. */
export interface PlatformFailure {
  code: string | null;
  subCode?: string | null;
  message?: string | null;
  requestId?: string | null;
  retryAfterMs?: number | null;
  issues?: Issue[];
}

/** A row of an adapter's error table. The first row that matches wins; then the defaults of core/error-table.ts. */
export interface ErrorRow {
  status?: number | readonly number[];
  code?: string | RegExp;
  subCode?: string | RegExp;
  message?: RegExp;
  /** Matches only this operation (or those that match). */
  operation?: string | RegExp;
  category: ErrorCategory;
  /** Wait that the platform documents for this refusal. */
  retryAfterMs?: number;
  /** What it means, shown to people. */
  hint?: string;
  /** What to do about it, where the category does not say enough: stands beside the hint in alerts. */
  remedy?: string;
  /** Whom it concerns where not this call alone: nothing that the store or the app asks for would be answered. */
  scope?: ErrorScope;
  /** Whose turn it is, where not the category's: an address list or a clock is the operator's matter. */
  whose?: "seller" | "operator";
  /** Matches only answers of this content type. */
  contentType?: RegExp;
}

/**
 * What must not be exceeded. `capacity` calls (or cost units) per `windowMs` as the platform counts them, in any sliding
 * window. `scope` says who shares it.
 */
export interface QuotaGroup {
  name: string;
  scope: "app" | "store" | "endpoint" | "listing" | "host";
  capacity: number;
  windowMs: number;
  /** Calls in flight at once, in this process. */
  concurrency?: number;
  /** Calls are at least this far apart. */
  spacingMs?: number;
  /** Units that may be used at once after a rest, where the platform fills a bucket at the rate of the group. Default 1: evenly. */
  burst?: number;
  /** Allowance per day, and the zone in which the day begins. */
  daily?: { limit: number; timeZone: string };
  /** Share that background work may use (default 0.8). */
  backgroundShare?: number;
  /** What the platform may learn us: the answer's limit replaces `capacity`. */
  learned?: boolean;
}

/** A draw on a group. `key` tells apart what shares it (an endpoint, a listing). */
export interface QuotaUse {
  group: string;
  cost?: number;
  key?: string;
}

/** A slot already taken from the budget; spent once. */
export interface PrepaidSlot {
  readonly quota: readonly QuotaUse[];
  /** False when it was spent or its time has passed: the call then takes one of its own. */
  spend(): boolean;
}

/** What an answer said about a quota group. */
export interface QuotaObservation {
  group: string;
  key?: string;
  remaining?: number;
  capacity?: number;
  /** Nothing may be sent to the group for this long. */
  pauseMs?: number;
}

/** One call. `request` is asked before every attempt, so that nonces, times and tokens are fresh. */
export interface HttpCall<T> {
  store: Store;
  operation: string;
  /** `read`: may be repeated. `write`: not repeated when its answer is lost. `keyed-write`: carries an idempotency key. */
  effect: "read" | "write" | "keyed-write";
  quota: readonly QuotaUse[];
  purpose?: CredentialPurpose;
  request(credentials: Credentials): HttpRequest;
  parse(answer: HttpAnswer): T;
  timeoutMs?: number;
  maxBytes?: number;
}

export interface HttpClient {
  /** Sends within budget and limiter, repeats what may be repeated, refreshes credentials once; throws `AdapterError`. */
  send<T>(call: HttpCall<T>, signal: AbortSignal): Promise<T>;
}

/** What a platform's client is made of. */
export interface ClientDefinition {
  platform: string;
  errors: readonly ErrorRow[];
  quotas: readonly QuotaGroup[];
  /** Finds the failure in an answer, or null. Called for every answer; statuses of 400 and more fail in any case. */
  failure(answer: HttpAnswer): PlatformFailure | null;
  observe?(answer: HttpAnswer, call: { operation: string; quota: readonly QuotaUse[] }): QuotaObservation[];
}

export interface AdapterContext {
  http(definition: ClientDefinition): HttpClient;
  clock: Clock;
  log: Log;
}

/* ----------------------------------------------------------------- reading */

/** Opaque to the engine: a position inside one listing of pages. JSON, below 8 KB. */
export type Cursor = string;

/** What a record is asked for by: its id, and what else the platform wants to be named with it (an order, a parent). */
export interface RecordKey {
  externalId: string;
  key?: Readonly<Record<string, string>>;
}

/** Names a record and its version. A reference whose stored version is the same costs no call. */
export interface Reference extends RecordKey {
  sourceUpdatedAt: Date | null;
  /** Compared for equality only. */
  sourceVersion: string | null;
}

/**
 * The platform's own document, untouched but for 64-bit and fractional numbers, which are strings (core/wire.ts).
 * `form` names shape and API version. A resource gives `sourceUpdatedAt` always or never. At most 1 MB: larger ones are
 * parts with ids of their own.
 */
export interface RawDocument extends Reference {
  form: string;
  payload: unknown;
  /** Facts that only the request knew (the status asked for, the country of the host); hashed with the payload. */
  via?: Readonly<Record<string, string>>;
  /** Set where a file too large for one document comes in parts. */
  part?: { of: string; index: number; last: boolean };
}

export interface Page {
  documents: RawDocument[];
  references: Reference[];
  /** Null on the last page of the window. */
  next: Cursor | null;
  /** A report or bulk run is being made: keep `next`, ask again after this time. */
  waitMs?: number;
  /** The window holds more than the platform pages: the engine bisects it. */
  tooMany?: boolean;
  /** The id of a run that the platform is making: a message that it has finished wakes the stream. */
  run?: string;
  /** For progress: records in the window, as far as the platform says. */
  total?: number;
  warnings?: Warning[];
}

/** How the windows of a stream are cut. */
export interface WindowRules {
  /** Longest window that the platform accepts. */
  maxMinutes: number;
  /** How far behind the platform's clock a window ends: what is younger may still move. */
  safetyLagSeconds: number;
  /** How far before the watermark the next window begins. */
  overlapSeconds: number;
  /** How far back the platform answers at all; null: no bound. */
  maxAgeDays: number | null;
  /** Windows that hold too much are halved down to this. */
  minSeconds: number;
}

/**
 * One list of a resource. `change`: by change time, drives the watermark. `creation`: by creation time, a second source
 * for the audit sweep. `sweep`: everything there is, without a window. `parent`: has no list of its own; it is read by
 * `getMany` for the orders that changed since (their ids are its keys), and for open ones every `rereadOpenMinutes`.
 */
export interface Stream {
  name: string;
  by: "change" | "creation" | "sweep" | "parent";
  window: WindowRules;
  /** How often it is read when nothing else asks for it. */
  everySeconds: number;
  /** `audit` streams do not raise the stock-freshness watermark; they find what the others missed. */
  audit?: boolean;
  /** Whether a backfill may use it (a report or bulk route may be marked as the only one). */
  backfill?: boolean;
}

export interface ListInput {
  stream: string;
  since: Date;
  until: Date;
  cursor: Cursor | null;
  /** Records per page that the engine would like; the adapter bounds it by the platform's limit. */
  limit: number;
}

/** What `toUnified` may know beside the document. */
export interface MapContext {
  storeId: string;
  currency: string;
  timeZone: string;
  marketplaces: readonly Marketplace[];
  settings: Readonly<Record<string, unknown>>;
}

/** A record that was asked for and did not come. `beyond_reach`: too old for the platform to answer, no sign of deletion. */
export interface Missing {
  externalId: string;
  means: "gone" | "beyond_reach";
}

export interface ReadCapability {
  readonly absent?: never;
  readonly streams: readonly Stream[];
  /** Open records are read again this often, where the platform's change time misses some edits. */
  readonly rereadOpenMinutes?: number;
  readonly getBatch: number;
  list(store: Store, input: ListInput, signal: AbortSignal): Promise<Page>;
  getMany(
    store: Store,
    keys: readonly RecordKey[],
    signal: AbortSignal,
  ): Promise<{ documents: RawDocument[]; missing: Missing[] }>;
  /** Pure and total for documents of a known shape; throws `ZodError` or `Error` for those that do not map. */
  toUnified(raw: RawDocument, context: MapContext): Unified;
  /** Bare or whole wire answers of a file, as documents: what `map` and `import` read. Throws on what it does not know. */
  parseFile(bytes: Uint8Array, context: MapContext): RawDocument[];
}

/* ----------------------------------------------------------------- writing */

export type PushOutcome = { key: string } & (
  | { outcome: "accepted"; shown?: string | null }
  | { outcome: "submitted"; receipt: string }
  | { outcome: "rejected"; error: AdapterError }
  | { outcome: "unknown"; error: AdapterError }
);

/** One absolute value for one offer. `value` is an integer (stock) or a decimal string (price). */
export interface PushItem {
  key: string;
  listingExternalId: string;
  variantExternalId: string;
  sellerCode: string | null;
  /** The variant's further codes that the platform wants to be named (see `Variant.codes`). */
  codes: Readonly<Record<string, string>>;
  place: string | null;
  value: string;
  currency: string | null;
  /** What the platform showed when we last read it: for compare-and-set. */
  observed: string | null;
  /** Same for every attempt at this version of the value. */
  idempotencyKey: string;
}

/** One way on which values reach a platform. */
export interface PushRoute {
  /** `complete`: what a call must name whole, changed or not (a listing's variants whose array replaces the old one). */
  readonly batch: { max: number; groupBy: "none" | "listing" | "place"; complete: "item" | "variant" | "listing" };
  /** What one call draws on: the engine takes the slot before it selects what to send, so that the newest value goes. */
  readonly quota: readonly QuotaUse[];
  set(store: Store, items: readonly PushItem[], signal: AbortSignal): Promise<PushOutcome[]>;
}

export interface PushCapability extends PushRoute {
  readonly absent?: never;
  /** The platform refuses a write whose `observed` is no longer what it shows; then `read` must be there too. */
  readonly compareAndSet: boolean;
  /**
   * Beside a `set` whose feeds the platform works off by itself: the way that takes effect at once, often one item a call.
   * It carries what must not wait for a feed that hangs, and never answers `submitted`.
   */
  readonly direct?: PushRoute;
  /** Asynchronous feeds: what became of the receipts. Absent outcomes mean "not yet". */
  check?(
    store: Store,
    receipts: readonly string[],
    signal: AbortSignal,
  ): Promise<(PushOutcome & { receipt: string })[]>;
  /** Read-back, for drift and unknown outcomes. */
  read?(
    store: Store,
    items: readonly Pick<
      PushItem,
      "key" | "listingExternalId" | "variantExternalId" | "sellerCode" | "codes" | "place"
    >[],
    signal: AbortSignal,
  ): Promise<{ key: string; value: string | null }[]>;
}

/* -------------------------------------------------------------------- acts */

/** A one-off act on the platform: what is asked, with the key that makes a repeat have one effect. */
export interface Act<Input> {
  idempotencyKey: string;
  input: Input;
  /** What an earlier `step` of the same act left. */
  progress: string | null;
}

/** What became of an act. `step`: a part is done; call again with `progress` after `againMs`. `asks`: a person must act. */
export type ActOutcome =
  | {
      outcome: "done";
      externalId?: string | null;
      reread?: { resource: Resource; externalId: string }[];
      note?: string;
    }
  | { outcome: "step"; progress: string; againMs: number }
  | { outcome: "submitted"; receipt: string }
  | { outcome: "asks"; what: "code" | "web_page"; text: string }
  | { outcome: "rejected"; error: AdapterError };

/**
 * An act that a platform offers. `idempotent` acts may be repeated after a lost answer; others need `findEffect`, a
 * read-back by our key, and are never repeated blindly.
 */
export interface ActCapability<Input> {
  readonly absent?: never;
  readonly input: ZodType<Input>;
  readonly idempotent: boolean;
  perform(store: Store, act: Act<Input>, signal: AbortSignal): Promise<ActOutcome>;
  findEffect?(store: Store, act: Act<Input>, signal: AbortSignal): Promise<ActOutcome | null>;
  check?(store: Store, receipt: string, signal: AbortSignal): Promise<ActOutcome | null>;
}

/**
 * An act whose input was checked by its own schema: what the engine holds. Method parameters are compared both ways, so
 * that every `ActCapability<Input>` is one.
 */
// biome-ignore lint/suspicious/noExplicitAny: the input is checked by the act's own schema before it is used
export type AnyAct = ActCapability<any>;

/** The acts of a capability: those that every adapter must offer or say why not, and any others. */
export type Acts<Required extends string> = Readonly<Record<Required, AnyAct | Absent>> &
  Readonly<Record<string, AnyAct | Absent>>;

/** Why something is not there. Shown in the capability table and in the API's answer. */
export interface Absent {
  readonly absent: string;
  readonly source: string | null;
}

/** Marks a capability or an act that the platform lacks, with the reason and the page that says so. */
export function absent(reason: string, source: string | null = null): Absent {
  return { absent: reason, source };
}

export function isAbsent(value: object): value is Absent {
  return typeof (value as Partial<Absent>).absent === "string";
}

/* ---------------------------------------------------------------- messages */

/** An inbound HTTP message, read as raw bytes before anything is parsed. */
export interface InboundRequest {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * What a message says. `dedupKey` is computed by the adapter from what identifies the change; `storeKey` names the
 * store for addresses shared by an app. `document` only where the platform signs it.
 */
export interface Notification {
  dedupKey: string;
  topic: string;
  storeKey: string | null;
  resource: Resource | null;
  externalId: string | null;
  key?: Readonly<Record<string, string>>;
  occurredAt: Date | null;
  document?: RawDocument;
  /** The run that has finished: its stream is due. */
  run?: string;
  /** Something other than a record: the store's grant was revoked, a webhook was disabled. */
  signal?: "revoked" | "erasure_requested" | "other";
}

export interface InboundAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface HttpWebhooks {
  readonly absent?: never;
  readonly kind: "http";
  readonly scope: "store" | "app";
  /** Verifies first, then parses. A bad signature gives an answer of 401 and no notification. */
  receive(
    request: InboundRequest,
    secrets: WebhookSecrets,
    clock: Clock,
  ): { answer: InboundAnswer; notifications: Notification[]; verified: boolean };
  /** Makes the platform call `address`; answers what is now in place. Run at connect and checked daily. */
  ensure?(
    store: Store,
    address: string,
    secret: string,
    signal: AbortSignal,
  ): Promise<{ topics: string[]; repaired: string[] }>;
  remove?(store: Store, address: string, signal: AbortSignal): Promise<void>;
}

export interface QueueMessages {
  readonly absent?: never;
  readonly kind: "queue";
  readonly scope: "store" | "app";
  receive(store: Store, signal: AbortSignal): Promise<{ notifications: Notification[]; receipt: string | null }>;
  /** Called after the inbox has committed. */
  confirm(store: Store, receipt: string, signal: AbortSignal): Promise<void>;
}

export interface WebhookSecrets {
  /** Secrets that may have signed: the store's (newest first), or the app's. */
  secrets: readonly string[];
  appKey: string | null;
  /** Credentials of the store where a signature is made with them. */
  credentials: Readonly<Record<string, string>>;
}

/* -------------------------------------------------------------------- auth */

/** Facts that a first look at the store gives. */
export interface StoreFacts {
  externalId: string | null;
  name: string | null;
  marketplaces: Marketplace[];
  currency: string | null;
  timeZone: string | null;
  facts: Record<string, string | number | boolean>;
  /** Platform's clock minus ours, from the answer's date. */
  clockSkewMs: number | null;
  warnings: Warning[];
}

export interface Grant {
  values: Record<string, string>;
  expiresAt: Date | null;
  /** The end of the whole authorisation, after which a person has to consent again. */
  authorisedUntil?: Date | null;
  /** Stores that the grant opens, where it opens several. */
  stores?: { externalId: string; name: string }[];
}

export interface AuthCapability {
  /** `keys`: typed in. `oauth`: a person consents at the platform. */
  readonly kind: "keys" | "oauth";
  readonly credentials: ZodType<Record<string, string>>;
  readonly settings: ZodType<Record<string, unknown>>;
  probe(store: Store, signal: AbortSignal): Promise<StoreFacts>;
  authoriseUrl?(app: App, input: { state: string; redirectUrl: string; settings: Record<string, unknown> }): string;
  /** What the call back names its code; `code` where nothing is said. */
  readonly codeParameter?: string;
  /** The code (and whatever else came with the call back) for credentials. */
  exchange?(
    app: App,
    input: { query: Record<string, string>; redirectUrl: string },
    signal: AbortSignal,
  ): Promise<Grant>;
  refresh?(store: Store, current: Credentials, signal: AbortSignal): Promise<Grant>;
  revoke?(store: Store, signal: AbortSignal): Promise<void>;
}

/* ------------------------------------------------------------- the adapter */

export interface ConfirmShipmentInput {
  orderExternalId: string;
  /** Unified carrier code, or the platform's own after `platform:`. */
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  shippedAt: string | null;
  place: string | null;
  /** Empty: everything that is still open. */
  lines: { orderLineExternalId: string; quantity: number }[];
  notifyBuyer: boolean;
  /** The platform's own way, where it has several (own carrier, no parcel, platform pick-up). */
  method: string | null;
}

export interface CorrectTrackingInput extends ConfirmShipmentInput {
  shipmentExternalId: string;
}

export interface SetMemoInput {
  orderExternalId: string;
  text: string;
  flag: string | null;
}

export interface CancelOrderInput {
  orderExternalId: string;
  reason: string | null;
  lines: { orderLineExternalId: string; quantity: number }[];
  restock: boolean;
}

/** @public Input of acts that name an order and nothing else. */
export interface OrderRefInput {
  orderExternalId: string;
}

export interface ListingStateInput {
  listingExternalId: string;
  variantExternalId: string | null;
  reason: string | null;
}

export interface RefundInput {
  orderExternalId: string;
  amount: string;
  currency: string;
  reason: string | null;
  lines: { orderLineExternalId: string; quantity: number; amount: string | null }[];
  restock: boolean;
  /** Whether the payment provider is asked to give the money back, or it is only booked. */
  payBack: boolean;
}

/** @public Input of every answer to a dispute; each platform reads what it needs. */
export interface DisputeActInput {
  disputeExternalId: string;
  orderExternalId: string | null;
  system: string | null;
  reason: string | null;
  message: string | null;
  /** The platform's version of the dispute that was decided on. */
  lockToken: string | null;
  amount: string | null;
  currency: string | null;
  /** Names of stored files with their type; bytes are handed in as base64. */
  files: { name: string; contentType: string; base64: string }[];
  returnAddressId: string | null;
}

/** What an operator needs a buyer's clear data for, as far as platforms ask. */
export const REVEAL_PURPOSES = ["shipping_label", "after_sales", "manual_order"] as const;
export type RevealPurpose = (typeof REVEAL_PURPOSES)[number];

/** A receiver in the clear. `phoneUntil`: the number is lent, and rings nowhere afterwards. */
export interface RevealedReceiver {
  name: string | null;
  phone: string | null;
  phoneUntil: Date | null;
  lines: string[];
  district: string | null;
  city: string | null;
  region: string | null;
  country: string | null;
}

/**
 * One order's receiver in the clear, where the platform's documents mask or encrypt it. Asked for one order at a time, by a
 * person, within the day's budget of a quota group of its own. The answer goes to who asked and is kept nowhere. Throws
 * `AdapterError`: `conflict` where the receiver has changed since.
 */
export interface RevealCapability {
  readonly absent?: never;
  reveal(
    store: Store,
    input: { orderExternalId: string; purpose: RevealPurpose },
    signal: AbortSignal,
  ): Promise<RevealedReceiver>;
}

export interface OrderCapability extends ReadCapability {
  readonly acts: Acts<"set_memo" | "acknowledge" | "cancel" | "refund">;
  /** Left out where documents carry the buyer in the clear. */
  readonly receivers?: RevealCapability | Absent;
}

export interface ListingCapability extends ReadCapability {
  readonly acts: Acts<"activate" | "deactivate">;
}

export interface ShipmentCapability extends ReadCapability {
  readonly acts: Acts<"confirm" | "correct" | "arrange">;
  /** Carriers that the platform knows, loaded where it lists them. */
  carriers?(store: Store, signal: AbortSignal): Promise<{ code: string; externalCode: string; name: string }[]>;
}

export interface DisputeCapability extends ReadCapability {
  readonly acts: Acts<"accept" | "refuse" | "message" | "receive_return">;
}

export interface SettlementCapability extends ReadCapability {
  /**
   * Which books are summed: groups in order of trust, where the books of one group tell different money. In a store's month
   * the first group that has entries counts. Any other book tells again what stands in these, or what was moved nowhere.
   */
  readonly books: readonly (readonly string[])[];
}

/** A fact that could not be verified: what it is, where it is used, and what happens if it is wrong. */
export interface Unverified {
  fact: string;
  capability: string;
  ifWrong: string;
}

/** How far a capability's truth is proven: a documented, b checked against public code or vectors, c valid by the platform's specification or recorded answers, d run against the real software. */
export type Proof = "a" | "b" | "c" | "d";

export interface Adapter {
  readonly id: string;
  readonly label: string;
  readonly docs: string;
  /** How buyer data arrives. */
  readonly buyerData: "clear" | "masked" | "encrypted" | "mixed";
  readonly auth: AuthCapability;
  readonly orders: OrderCapability | Absent;
  readonly listings: ListingCapability | Absent;
  readonly stock: PushCapability | Absent;
  readonly prices: PushCapability | Absent;
  readonly shipments: ShipmentCapability | Absent;
  readonly disputes: DisputeCapability | Absent;
  readonly settlements: SettlementCapability | Absent;
  readonly webhooks: HttpWebhooks | QueueMessages | Absent;
  readonly quotas: readonly QuotaGroup[];
  readonly errors: readonly ErrorRow[];
  readonly proof: Readonly<Partial<Record<CapabilityName, Proof>>>;
  readonly unverified: readonly Unverified[];
  /** What this store's plan, seller type or permissions take away: capability (or `capability.act`) and reason. */
  unavailable?(store: Store): Record<string, string>;
}

export const CAPABILITIES = [
  "auth",
  "orders",
  "listings",
  "stock",
  "prices",
  "shipments",
  "disputes",
  "settlements",
  "webhooks",
] as const;
export type CapabilityName = (typeof CAPABILITIES)[number];

/** One entry of the registry. */
export interface AdapterEntry {
  readonly id: string;
  readonly label: string;
  createAdapter(context: AdapterContext): Adapter;
}

export type Registry = Readonly<Record<string, AdapterEntry>>;
