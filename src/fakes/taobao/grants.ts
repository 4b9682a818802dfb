/** What a seller has granted: codes, session keys with a life per level of the API, refresh tokens. */

import { createRandom } from "../fake.ts";
import type { AppKind } from "./options.ts";
import { DAY, MINUTE } from "./time.ts";

/** Levels of the API: read, sensitive read, write, sensitive write. */
export type Level = "r1" | "r2" | "w1" | "w2";

export interface Session {
  key: string;
  refreshToken: string;
  isSub: boolean;
  until: Record<Level, number>;
  refreshUntil: number;
}

export interface Grants {
  readonly sessions: Map<string, Session>;
  /** A code that the seller's consent brings. */
  consent(now: number, isSub: boolean): string;
  exchange(code: string, now: number, kind: AppKind): Session | null;
  refresh(token: string, now: number, kind: AppKind): Session | null;
  issue(now: number, kind: AppKind, isSub: boolean): Session;
  /** The seller withdraws everything. */
  revoke(): void;
}

const CODE_LIFE = 10 * MINUTE;
const LIFE: Readonly<Record<AppKind, Record<Level, number>>> = {
  service: { r1: 30 * DAY, r2: 30 * DAY, w1: 30 * DAY, w2: DAY },
  in_house: { r1: 365 * DAY, r2: 365 * DAY, w1: 365 * DAY, w2: 365 * DAY },
};

export function createGrants(seed: number): Grants {
  const random = createRandom(seed);
  const sessions = new Map<string, Session>();
  const codes = new Map<string, { until: number; isSub: boolean }>();

  const issue: Grants["issue"] = (now, kind, isSub) => {
    const life = LIFE[kind];
    const session: Session = {
      key: `6100fa4e${random.hex(40)}`,
      refreshToken: `6101fa4e${random.hex(40)}`,
      isSub,
      until: { r1: now + life.r1, r2: now + life.r2, w1: now + life.w1, w2: now + life.w2 },
      refreshUntil: kind === "service" ? now + 365 * DAY : 0,
    };
    sessions.set(session.key, session);
    return session;
  };

  return {
    sessions,
    issue,
    consent(now, isSub) {
      const code = `fa4ecode${random.hex(16)}`;
      codes.set(code, { until: now + CODE_LIFE, isSub });
      return code;
    },
    exchange(code, now, kind) {
      const known = codes.get(code);
      codes.delete(code);
      return known === undefined || known.until < now ? null : issue(now, kind, known.isSub);
    },
    refresh(token, now, kind) {
      const old = [...sessions.values()].find((session) => session.refreshToken === token);
      if (old === undefined || kind !== "service" || old.refreshUntil < now) return null;
      sessions.delete(old.key);
      return issue(now, kind, old.isSub);
    },
    revoke() {
      sessions.clear();
      codes.clear();
    },
  };
}
