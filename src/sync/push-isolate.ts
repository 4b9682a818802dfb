/**
 * Finding the item that sinks a whole call. Where the answer names items, each of them goes alone and the rest together:
 * two more calls. Where it names none, halves: a half that went well proves that the other one holds the bad item, which
 * is then split without being tried whole. Pure; what is sent is chosen anew for every part, so the newest value goes.
 */
import type { AdapterError } from "../core/errors.ts";

/** Offers that go in one call by themselves. */
export interface Part {
  ids: readonly string[];
  /** The other half: known to hold the bad item when this one goes well, and tried whole when it does not. */
  otherwise: readonly string[] | null;
}

/** More named items than this are rather a call that is wrong as a whole. */
const MOST_NAMED = 3;

/** What to send after a call of several failed for the fault of some of its items. */
export function partsAfterFailure(part: Part, error: Pick<AdapterError, "issues">): Part[] {
  const rest = part.otherwise ? [{ ids: part.otherwise, otherwise: null }] : [];
  const named = namedItems(error, part.ids.length);
  if (named.length > 0 && named.length <= MOST_NAMED && named.length < part.ids.length) {
    const isNamed = new Set(named);
    return [
      { ids: part.ids.filter((_, index) => !isNamed.has(index)), otherwise: null },
      ...named.map((index) => ({ ids: part.ids.slice(index, index + 1), otherwise: null })),
      ...rest,
    ];
  }
  return [...halves(part.ids), ...rest];
}

/** What to send after a part went well. */
export function partsAfterSuccess({ otherwise }: Part): Part[] {
  return otherwise ? halves(otherwise) : [];
}

function halves(ids: readonly string[]): Part[] {
  if (ids.length <= 1) return ids.length === 0 ? [] : [{ ids, otherwise: null }];
  const middle = Math.ceil(ids.length / 2);
  return [{ ids: ids.slice(0, middle), otherwise: ids.slice(middle) }];
}

/** Places of the items that a refusal names: the first number in an issue's path, as in `items.17.quantity`. */
function namedItems({ issues }: Pick<AdapterError, "issues">, count: number): number[] {
  const places = issues.map(({ path }) => {
    const number = /(?:^|[.[])(\d+)(?:[.\]]|$)/.exec(path)?.[1];
    return number === undefined ? -1 : Number(number);
  });
  if (places.some((place) => place < 0 || place >= count)) return [];
  return [...new Set(places)].sort((a, b) => a - b);
}
