/** Changes are polled. */
import { absent } from "../../core/adapter.ts";
import { DOCS } from "./codes.ts";

export const webhooks = absent(
  "no messages by HTTP: pushes go to approved apps inside the platform's cloud, into a database of theirs; polling finds all",
  DOCS,
);
