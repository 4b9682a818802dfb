/** A set of ids from which one can be picked by position in constant time. */

export interface IdBag {
  readonly size: number;
  add(id: number): void;
  remove(id: number): void;
  at(position: number): number | undefined;
}

/** Creates an empty bag. */
export function createIdBag(): IdBag {
  const ids: number[] = [];
  const places = new Map<number, number>();
  return {
    get size() {
      return ids.length;
    },
    add(id) {
      if (places.has(id)) return;
      places.set(id, ids.length);
      ids.push(id);
    },
    remove(id) {
      const place = places.get(id);
      if (place === undefined) return;
      const last = ids.pop();
      places.delete(id);
      if (last === undefined || last === id) return;
      ids[place] = last;
      places.set(last, place);
    },
    at: (position) => ids[position],
  };
}
