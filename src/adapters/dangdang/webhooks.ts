/** Changes are polled. */
import { absent } from "../../core/adapter.ts";
import { DOCS } from "./codes.ts";

export const webhooks = absent("no messages are documented: what has changed is found by polling", DOCS);
