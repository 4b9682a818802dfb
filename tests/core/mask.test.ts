import { expect, it } from "vitest";
import { MASK, maskSecrets, noteSecrets } from "../../src/core/mask.ts";

it("leaves nothing of a secret that begins with another, whichever was used first", () => {
  noteSecrets(["zzkey-1", "zzkey-1-tail-of-it", "another-zzkey-1"]);
  expect(maskSecrets("it said zzkey-1-tail-of-it, then another-zzkey-1 and zzkey-1")).toBe(
    `it said ${MASK}, then ${MASK} and ${MASK}`,
  );
});
