/** How much memory a server takes. */
import { setFlagsFromString } from "node:v8";

/**
 * The engine lets a heap grow to four times of what lives in it before it collects, since it believes that the machine is
 * its own. A server has neighbours: at twice of what lives it needs a quarter less memory and no more time (`bench -- sync`).
 * For the whole process, its threads included; to be called first.
 */
export const growHeapModestly = (): void => setFlagsFromString("--heap-growing-percent=100");
