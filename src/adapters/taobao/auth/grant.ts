/** The answer of the token address as a grant: the session, and when each of its levels ends. */
import type { Grant } from "../../../core/adapter.ts";
import type { Warning } from "../../../core/model/records.ts";
import { TOKEN, type Token } from "../schemas/shop.ts";

/** Levels of methods: reading, reading what is sensitive, writing, writing what is sensitive. */
const LEVELS = ["r1", "r2", "w1", "w2"] as const;
const MEANING: Readonly<Record<(typeof LEVELS)[number], string>> = {
  r1: "reading",
  r2: "reading of orders",
  w1: "writing",
  w2: "writing of what is sensitive",
};

/** The grant of a token answer. `known` are credentials that the answer does not replace (an employee's session). */
export function toGrant(answer: unknown, now: Date, known: Readonly<Record<string, string>> = {}): Grant {
  const token = TOKEN.parse(answer);
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const ends = LEVELS.flatMap((level) => {
    const seconds = token[`${level}_expires_in`];
    // Nought is a level that the app does not have.
    return seconds === null || seconds <= 0 ? [] : [{ level, at: after(seconds) }];
  });
  const whole = token.expires_in === null ? [] : [after(token.expires_in)];
  const all = [...whole, ...ends.map((end) => end.at)];
  const expiresAt = all.length === 0 ? null : new Date(Math.min(...all.map((at) => at.getTime())));
  const renewable = token.re_expires_in !== null && token.re_expires_in > 0;
  const values: Record<string, string> = { ...known, session: token.access_token };
  if (token.refresh_token !== null) values.refresh_token = token.refresh_token;
  for (const { level, at } of ends) values[`${level}_until`] = at.toISOString();
  const externalId = token.taobao_user_id;
  return {
    values,
    expiresAt,
    authorisedUntil: renewable ? after(token.re_expires_in ?? 0) : expiresAt,
    ...(externalId === null ? {} : { stores: [{ externalId, name: nickOf(token) ?? externalId }] }),
  };
}

/** Names come percent-encoded. */
function nickOf({ taobao_user_nick: nick }: Token): string | null {
  if (nick === null) return null;
  try {
    return decodeURIComponent(nick);
  } catch {
    return nick;
  }
}

const SOON_MS = 7 * 86_400_000;

/** Levels that end within a week, or have ended. */
export function levelWarnings(values: Readonly<Record<string, string>>, now: Date): Warning[] {
  return LEVELS.flatMap((level) => {
    const until = values[`${level}_until`];
    const at = until === undefined ? Number.NaN : Date.parse(until);
    if (Number.isNaN(at) || at - now.getTime() > SOON_MS) return [];
    const ended = at <= now.getTime() ? "has ended" : "ends";
    const detail = `The permission for ${MEANING[level]} (${level}) ${ended} at ${until}; authorise the shop again.`;
    return [{ code: "authorisation_ends", detail }];
  });
}
