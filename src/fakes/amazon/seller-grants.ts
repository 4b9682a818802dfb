/** What a seller has granted: codes, tokens of an hour, grantless tokens of the app, and restricted tokens. */

import { DAY, HOUR, MINUTE } from "../beijing-time.ts";
import type { Grant, Grants } from "../grants.ts";
import { createRandom } from "../random.ts";

interface Restricted {
  until: number;
  resources: readonly { method: string; path: string; dataElements: readonly string[] }[];
}

export interface SellerGrants extends Grants {
  /** Tokens of the app alone, by their scope. */
  readonly grantless: Map<string, { scope: string; until: number }>;
  readonly restricted: Map<string, Restricted>;
  /** Tokens that open nothing any more; once they have lapsed that is what is said of them. */
  readonly withdrawn: Set<string>;
  issueGrantless(scope: string, now: number): string;
  restrict(resources: Restricted["resources"], now: number): string;
}

/** A refresh token outlives its access tokens: it is not used up by refreshing, and ends after a year. */
export function createSellerGrants(seed: number): SellerGrants {
  const random = createRandom(seed);
  const mint = (prefix: string): string => `${prefix}|fa4e${random.hex(40)}`;
  const tokens = new Map<string, Grant>();
  const refreshable = new Map<string, number>();
  const codes = new Map<string, number>();
  const grantless: SellerGrants["grantless"] = new Map();
  const restricted: SellerGrants["restricted"] = new Map();
  const withdrawn = new Set<string>();
  const giveAccess = (refreshToken: string, refreshUntil: number, now: number): Grant => {
    const grant = { token: mint("Atza"), refreshToken, until: now + HOUR, refreshUntil };
    tokens.set(grant.token, grant);
    return grant;
  };
  const issue = (now: number): Grant => {
    const refreshToken = mint("Atzr");
    refreshable.set(refreshToken, now + 365 * DAY);
    return giveAccess(refreshToken, now + 365 * DAY, now);
  };
  return {
    tokens,
    grantless,
    restricted,
    withdrawn,
    issue,
    consent(now) {
      const code = `ANfa4e${random.hex(14)}`;
      codes.set(code, now + 5 * MINUTE);
      return code;
    },
    exchange(code, now) {
      const until = codes.get(code) ?? -1;
      codes.delete(code);
      return until < now ? null : issue(now);
    },
    refresh(refreshToken, now) {
      const until = refreshable.get(refreshToken) ?? -1;
      return until <= now ? null : giveAccess(refreshToken, until, now);
    },
    expire(now) {
      for (const grant of tokens.values()) grant.until = Math.min(grant.until, now);
    },
    revoke() {
      for (const token of tokens.keys()) withdrawn.add(token);
      for (const kept of [refreshable, codes, restricted]) kept.clear();
    },
    issueGrantless(scope, now) {
      const token = mint("Atza");
      grantless.set(token, { scope, until: now + HOUR });
      return token;
    },
    restrict(resources, now) {
      const token = mint("Atz.sprdt");
      restricted.set(token, { until: now + HOUR, resources });
      return token;
    },
  };
}
