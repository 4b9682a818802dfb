/**
 * Secrets in texts that we did not write: platforms quote keys, tokens and whole signed calls in what they answer. Every
 * error is masked when it is made (errors.ts), every alert, audit entry and log line when it is written; nobody has to
 * think of it.
 */

/** What stands where a secret stood. */
export const MASK = "[secret]";

/** Shorter values are words of every other sentence. */
const SHORTEST = 6;
/** Stores that a process works for are few; the values that were used longest ago go first. */
const MOST = 4096;
const LONGEST_TEXT = 2000;

/**
 * Values that were sent to platforms as credentials, in the order of their last use. One for the process on purpose: that
 * a value is a secret holds everywhere, and knowing one more can only mask more.
 */
const known = new Set<string>();

/** Values that must not be shown from now on: credentials as they are used. Times, addresses and short words are none. */
export function noteSecrets(values: Iterable<string | null | undefined>): void {
  for (const value of values) {
    if (!value || /^\d{4}-\d\d-\d\d|^https?:\/\//.test(value)) continue;
    // Keys of several lines are quoted line by line.
    const parts = value.includes("\n") ? value.split(/\s+/).filter((part) => part.length >= 16) : [value];
    for (const part of parts) for (const form of [part, encodeURIComponent(part)]) note(form);
  }
}

function note(value: string): void {
  if (value.length < SHORTEST) return;
  known.delete(value);
  known.add(value);
  if (known.size <= MOST) return;
  const [oldest] = known;
  if (oldest !== undefined) known.delete(oldest);
}

const NAMES =
  "session(?:_?key)?|(?:access|refresh|auth|app_auth)_?token|token|(?:app|client|consumer)_?secret|secret|sign|signature|password|passwd|authorization|api_?key|consumer_key|private_?key";
const NAMED = new RegExp(`\\b(${NAMES})(["']?\\s*=\\s*["']?)[^\\s&"',;<>]{4,}`, "gi");
/** After a colon prose may follow: only what has a digit in it, or is long, is taken for a value. */
const LABELLED = new RegExp(
  `\\b(${NAMES})(["']?\\s*:\\s*["']?)(?=[^\\s&"',;<>]*\\d|[^\\s&"',;<>]{20})[^\\s&"',;<>]{6,}`,
  "gi",
);
const SCHEMES = /\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi;
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]+)?/g;

/** The text without values that are known to be secret, or that are named as such. */
export function maskSecrets(text: string): string {
  const found: string[] = [];
  for (const value of known) if (text.includes(value)) found.push(value);
  // The longest first: of one that begins with another, nothing is to be left.
  found.sort((a, b) => b.length - a.length);
  let masked = text;
  for (const value of found) masked = masked.replaceAll(value, MASK);
  return masked
    .replace(SCHEMES, `$1 ${MASK}`)
    .replace(JWT, MASK)
    .replace(NAMED, `$1$2${MASK}`)
    .replace(LABELLED, `$1$2${MASK}`);
}

const QUERY = /(?:[\w.]+=[^&\s"'<>]*&){2,}[\w.]+=[^&\s"'<>]*/g;
/** Runs of letters and digits that nobody writes: hexadecimal digests, session keys. Ids of digits alone, and UUIDs, stay. */
const RUN = /(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[A-Za-z])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{32,}/g;
const BASE64 = /(?<![\w+/-])(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])(?=[\w+/-]*\d)[\w+/-]{40,}={0,2}/g;

/** A platform's words as they may be shown and kept: no secrets, nothing that looks like one, and not without end. */
export function maskPlatformText(text: string): string {
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return maskSecrets(cut).replace(QUERY, "[query]").replace(RUN, MASK).replace(BASE64, MASK);
}
