/** What core asks of the adapters where money is summed: which books of each platform are trusted, and in which order. */
import { isAbsent } from "../core/adapter.ts";
import type { TrustedBook } from "../core/finance/counted-books.ts";
import type { Api } from "./types.ts";

export const trustedBooks = ({ adapters }: Pick<Api, "adapters">): TrustedBook[] =>
  [...adapters.values()].flatMap(({ id, settlements }) =>
    isAbsent(settlements)
      ? []
      : settlements.books.flatMap((group, rank) => group.map((book) => ({ platform: id, book, rank }))),
  );
