/** The message service: queues per group, at least once, not in order. What is not confirmed comes again. */

import type { Random } from "../fake.ts";
import { DAY, MINUTE } from "./time.ts";
import { TOPICS } from "./topics.ts";
import { json, type Row } from "./wire.ts";

/** An unconfirmed message is sent again after this. */
const RETRY = 5 * MINUTE;
const KEPT = 3 * DAY;
/** A benchmark without a reader must not fill the memory. */
const MOST = 50_000;

export interface Message {
  id: string;
  topic: string;
  content: string;
  at: number;
  group: string;
  sentAt: number | null;
  isConfirmed: boolean;
}

export interface MessageQueue {
  /** Topics of the app's console. */
  readonly appTopics: Set<string>;
  /** Topics of the shop's permit; null: it has none. */
  permitted: Set<string> | null;
  permittedAt: number;
  readonly groups: Map<string, { created: number; nicks: Set<string>; topics: Set<string> }>;
  readonly counts: { put: number; got: number };
  readonly waiting: readonly Message[];
  /** True when somebody would be told. */
  wants(topic: string): boolean;
  add(topic: string, content: Row): void;
  /** Up to so many messages that are new, or due to be sent again. */
  take(group: string, most: number): Message[];
  confirm(ids: readonly string[]): void;
}

export function createMessageQueue(options: {
  now: () => number;
  shop: { nick: string; userId: string };
  random: Random;
}): MessageQueue {
  let messages: Message[] = [];
  let lastId = 7_160_600_030_000_000_000n;

  const groupOf = (topic: string): string => {
    let byTopic = "default";
    for (const [name, group] of queue.groups) {
      if (group.nicks.has(options.shop.nick)) return name;
      if (group.topics.has(topic)) byTopic = name;
    }
    return byTopic;
  };

  const queue: MessageQueue = {
    appTopics: new Set(TOPICS),
    permitted: null,
    permittedAt: 0,
    groups: new Map([["default", { created: 0, nicks: new Set<string>(), topics: new Set<string>() }]]),
    counts: { put: 0, got: 0 },
    get waiting() {
      return messages;
    },
    wants: (topic) => queue.permitted?.has(topic) === true && queue.appTopics.has(topic),
    add(topic, content) {
      if (!queue.wants(topic)) return;
      lastId += BigInt(options.random.int(3, 90_000));
      const at = options.now();
      const message: Message = {
        id: String(lastId),
        topic,
        content: json(content, true),
        at,
        group: groupOf(topic),
        sentAt: null,
        isConfirmed: false,
      };
      queue.counts.put += 1;
      // Neighbours change places now and then.
      if (messages.length > 0 && options.random.chance(0.2)) messages.splice(messages.length - 1, 0, message);
      else messages.push(message);
      if (messages.length > MOST) messages = messages.slice(MOST / 2);
    },
    take(group, most) {
      const now = options.now();
      messages = messages.filter((message) => !message.isConfirmed && message.at > now - KEPT);
      const due = messages
        .filter(({ group: own, sentAt }) => own === group && (sentAt === null || sentAt <= now - RETRY))
        .slice(0, most);
      for (const message of due) message.sentAt = now;
      queue.counts.got += due.length;
      return due;
    },
    confirm(ids) {
      const wanted = new Set(ids);
      for (const message of messages) if (wanted.has(message.id)) message.isConfirmed = true;
    },
  };
  return queue;
}
