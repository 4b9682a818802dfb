/** What the parts of the pull loop share: one stream, and what one slice of work on it came to. */
import type { Adapter, Page, ReadCapability, Stream } from "../core/adapter.ts";
import type { Checkpoint, StreamKey } from "../core/db/checkpoints.ts";
import type { ReadyPage } from "../core/ingest/ingest.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import type { Engine } from "./engine.ts";
import type { OpenedStore } from "./store-handle.ts";

export interface SliceResult {
  /** done: nothing is left for now. more: due again at once. waiting: the platform prepares. busy: another has it, or the store is held. */
  state: "done" | "more" | "waiting" | "failed" | "busy";
  pages: number;
  read: number;
  unchanged: number;
  changed: number;
  rejected: number;
  created: number;
  dirtyStores: string[];
  /** `ofStore`: the platform refuses the whole store. */
  error: { category: string; text: string; ofStore: boolean } | null;
}

export interface Slice {
  engine: Engine;
  store: OpenedStore;
  adapter: Adapter;
  capability: ReadCapability;
  resource: Resource;
  stream: Stream;
  checkpoint: Checkpoint;
  result: SliceResult;
  signal: AbortSignal;
  /** When the first request of the page left. */
  readAt: Date;
  /** Whether the page after this one may be asked for while this one is saved. */
  mayReadAhead: () => boolean;
  /** The next page, under way. */
  ahead: { cursor: string; page: Promise<FetchedPage> } | null;
  /** The checkpoint as the running transaction wrote it: taken over when the transaction has committed. */
  afterCommit?: Checkpoint;
}

/** A page as the platform answered it; `ready` where nothing else must be read before it is saved. */
export interface FetchedPage {
  page: Page;
  readSeq: number;
  readAt: Date;
  ready: ReadyPage | null;
}

export const emptyResult = (): SliceResult => ({
  state: "done",
  pages: 0,
  read: 0,
  unchanged: 0,
  changed: 0,
  rejected: 0,
  created: 0,
  dirtyStores: [],
  error: null,
});

export const subjectOf = (key: StreamKey) => ({
  subject: "stream",
  subjectId: `${key.storeId}/${key.resource}/${key.stream}`,
});

export const after = (engine: Engine, seconds: number) => new Date(engine.clock.now().getTime() + seconds * 1000);
