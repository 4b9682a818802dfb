/** What a seller has granted: codes, access tokens, refresh tokens. */

import { DAY, MINUTE } from "../beijing-time.ts";
import { createRandom } from "../fake.ts";

export interface Grant {
  token: string;
  refreshToken: string;
  until: number;
}

export interface Grants {
  /** By access token. */
  readonly tokens: Map<string, Grant>;
  /** A code that the seller's consent brings; good once. */
  consent(now: number): string;
  exchange(code: string, now: number): Grant | null;
  /** The refresh token is used up. */
  refresh(refreshToken: string, now: number): Grant | null;
  issue(now: number): Grant;
  /** The seller withdraws everything. */
  revoke(): void;
}

export function createGrants(seed: number, life = 365 * DAY): Grants {
  const random = createRandom(seed);
  const tokens = new Map<string, Grant>();
  const refreshable = new Map<string, Grant>();
  const codes = new Map<string, number>();
  const issue: Grants["issue"] = (now) => {
    const grant = { token: `${random.hex(32)}fa4e`, refreshToken: `${random.hex(32)}fa4f`, until: now + life };
    tokens.set(grant.token, grant);
    refreshable.set(grant.refreshToken, grant);
    return grant;
  };
  return {
    tokens,
    issue,
    consent(now) {
      const code = random.hex(6);
      codes.set(code, now + 10 * MINUTE);
      return code;
    },
    exchange(code, now) {
      const until = codes.get(code) ?? -1;
      codes.delete(code);
      return until < now ? null : issue(now);
    },
    refresh(refreshToken, now) {
      const old = refreshable.get(refreshToken);
      if (old === undefined) return null;
      refreshable.delete(refreshToken);
      tokens.delete(old.token);
      return issue(now);
    },
    revoke() {
      tokens.clear();
      refreshable.clear();
      codes.clear();
    },
  };
}
