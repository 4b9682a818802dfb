/** What the core has for all platforms, with this one's name. */
import { outcomesOf } from "../../../core/outcomes.ts";
import { pagingOf } from "../../../core/paging.ts";
import { ID } from "../config.ts";

export const OUTCOMES = outcomesOf(ID);
export const { done, refusable, refuse, unconfirmed } = OUTCOMES;
export const PAGING = pagingOf(ID);

/** Ids are digits; anything else is none of the platform's, and is not asked for. */
export const isId = (id: string): boolean => /^\d+$/.test(id);
