/** What a seller has granted: codes, access tokens, refresh tokens. Times are whole seconds. */

import { createRandom, type Random } from "./random.ts";

export interface Grant {
  token: string;
  refreshToken: string;
  until: number;
  /** The refresh token's own end. */
  refreshUntil: number;
}

export interface Grants {
  /** By access token. */
  readonly tokens: Map<string, Grant>;
  /** A code that the seller's consent brings; good once, for ten minutes. */
  consent(now: number): string;
  exchange(code: string, now: number): Grant | null;
  /** The refresh token is used up. */
  refresh(refreshToken: string, now: number): Grant | null;
  issue(now: number): Grant;
  /** Access tokens lapse; the refresh tokens stay. */
  expire(now: number): void;
  /** The seller withdraws everything. */
  revoke(): void;
}

export interface GrantOptions {
  seed: number;
  /** Seconds that tokens live. */
  life: number;
  refreshLife: number;
  /** The platform's form of a token. */
  mint(random: Random): string;
}

/** Creates the grants of one shop; the same seed mints the same tokens. */
export function createGrants({ seed, life, refreshLife, mint }: GrantOptions): Grants {
  const random = createRandom(seed);
  const tokens = new Map<string, Grant>();
  const refreshable = new Map<string, Grant>();
  const codes = new Map<string, number>();
  const issue: Grants["issue"] = (now) => {
    const grant = {
      token: mint(random),
      refreshToken: mint(random),
      until: now + life,
      refreshUntil: now + refreshLife,
    };
    tokens.set(grant.token, grant);
    refreshable.set(grant.refreshToken, grant);
    return grant;
  };
  return {
    tokens,
    issue,
    consent(now) {
      const code = random.hex(12);
      codes.set(code, now + 600);
      return code;
    },
    exchange(code, now) {
      const until = codes.get(code) ?? -1;
      codes.delete(code);
      return until < now ? null : issue(now);
    },
    refresh(refreshToken, now) {
      const old = refreshable.get(refreshToken);
      if (old === undefined || old.refreshUntil <= now) return null;
      refreshable.delete(refreshToken);
      tokens.delete(old.token);
      return issue(now);
    },
    expire(now) {
      for (const grant of tokens.values()) grant.until = now;
    },
    revoke() {
      tokens.clear();
      refreshable.clear();
      codes.clear();
    },
  };
}
