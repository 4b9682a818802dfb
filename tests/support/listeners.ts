/** As the command line does for its process: one signal stops everything, and every call that waits listens to it. */
import { setMaxListeners } from "node:events";

setMaxListeners(1_000);
