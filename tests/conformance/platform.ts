/** What a platform brings to the conformance suite: its adapter, its fake, and how to make things happen there. */
import type { AdapterEntry, App, ErrorRow, InboundRequest, WebhookSecrets } from "../../src/core/adapter.ts";
import type { Resource } from "../../src/core/model/vocabulary.ts";
import type { Fake, FaultAnswer, Quota } from "../../src/fakes/fake.ts";
import type { TestClock } from "../support/clock.ts";

export interface FakeSetup {
  clock: TestClock;
  name: string;
  orders?: number;
  listings?: number;
  quota?: Quota;
  /** Takes what the fake sends by itself. */
  webhookFetch(url: string, init: RequestInit): Promise<Response>;
}

/** A fake and what tests may do to it. */
export interface Subject {
  fake: Fake;
  baseUrl: string;
  credentials: Record<string, string>;
  settings?: Record<string, unknown>;
  app?: App;
  /** Names of buyers and whatever else the log may never hold; credentials and secrets are known without. */
  secrets: readonly string[];
  /** The fake's names of what is called in these cases. */
  operations: {
    probe: string;
    listOrders: string;
    setStock: string;
    refresh?: string;
    /** The writes of pushes that read before they write: a lost answer is then the write's. */
    writes?: { stock: string; prices: string };
  };
  /** Changes an order so that its change time moves. */
  editOrder(externalId: string): void;
  /** The access token lapses; the grant stays. */
  expireToken?(): void;
  /** The seller withdraws everything. */
  revoke(): void;
  /** The call back of a seller who has consented. */
  consent?: { query: Record<string, string> };
  /** An id that the platform could have given and has not. */
  missingId: string;
  /** Makes one order of an answer unreadable; the text stays JSON. */
  spoil(answer: string): string;
  /** Puts a code that no table knows into a document; answers nothing where the document holds no code. */
  drift: Partial<Record<Resource, (payload: Record<string, unknown>) => void>>;
  /** A scripted answer that the row of the error table matches, where none can be derived from the row. */
  refusal?(row: ErrorRow): FaultAnswer | undefined;
  /** An answer in the platform's language of a shape that nobody knows; JSON where none is named. */
  strangeAnswer?: FaultAnswer;
  /** The platform's failure inside an HTTP 200. */
  failureIn200: FaultAnswer;
  /** Inputs of acts by `capability.act`, on records of the fake; `operation` is the fake's name of the write. */
  acts: Record<string, () => { input: Record<string, unknown>; operation: string }>;
  webhooks?: {
    secret: string;
    address: string;
    secrets(secret: string): WebhookSecrets;
    /** A signed message of a topic that nobody has heard of. */
    unknownTopic(): InboundRequest;
    challenge?(): { request: InboundRequest; answer: string };
  };
}

export interface Platform {
  entry: AdapterEntry;
  /** Its folder below src/adapters. */
  folder: string;
  /** Signatures of the platform's own examples, ours beside them. */
  signatures: readonly { example: string; ours: string; theirs: string }[];
  makeFake(setup: FakeSetup): Subject;
}
