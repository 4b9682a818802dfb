/** Refusals as outcomes of acts and pushes. */
import { outcomesOf } from "../../../core/outcomes.ts";

export const { done, isRefusal, pushEach, refusable, refuse } = outcomesOf("jd");
