/** Keys of a registration at the bank. */

import { generateKeyPairSync } from "node:crypto";

/** What a registration is made of: the caller's pair, and the bank's own. Several shops may share one. */
export interface AlipayPairs {
  own: Pair;
  bank: Pair;
}

interface Pair {
  publicKey: string;
  privateKey: string;
}

/** Two RSA pairs. The bank wants 2048 bits; shorter ones are for callers who sign thousands of times. */
export function makeAlipayPairs(modulusLength = 2048): AlipayPairs {
  return { own: makePair(modulusLength), bank: makePair(modulusLength) };
}

function makePair(modulusLength: number): Pair {
  return generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
