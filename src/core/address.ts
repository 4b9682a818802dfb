/**
 * Which addresses our server may be made to call. A store's base URL and a webhook's target are typed in by people;
 * without this guard they could reach what only our own network reaches.
 */
import ipaddr from "ipaddr.js";
import { InputError } from "./errors.ts";

/** Ranges of ipaddr.js that the internet routes. Everything else is refused: private, loopback, link-local, reserved … */
const PUBLIC_RANGE = "unicast";
const LOCAL_NAMES = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|localdomain)\.?$/i;

/** Whether an IP address in text form is one of the public internet; false also for text that is no address. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  // `process` reads IPv4 inside IPv6 (::ffff:10.0.0.1) as IPv4.
  const address = ipaddr.process(text);
  if (address.kind() === "ipv6") {
    const embedded = embeddedIpv4(address as ipaddr.IPv6);
    if (embedded) return embedded.range() === PUBLIC_RANGE;
  }
  return address.range() === PUBLIC_RANGE;
}

/** The IPv4 address that NAT64 (64:ff9b::/96), 6to4 (2002::/16) and the old compatible form (::/96) lead to. */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray();
  if (address.match(ipaddr.IPv6.parse("64:ff9b::"), 96) || address.match(ipaddr.IPv6.parse("::"), 96))
    return new ipaddr.IPv4(bytes.slice(12));
  if (address.match(ipaddr.IPv6.parse("2002::"), 16)) return new ipaddr.IPv4(bytes.slice(2, 6));
  return null;
}

/**
 * Resolves a host name and rejects when any of its addresses is not public (see `assertPublic`). Entries hand it in: only
 * they may use the runtime's resolver.
 */
export type CheckAddress = (hostname: string) => Promise<void>;

/**
 * The addresses of a host name, for one connection that is then made to them; rejects when any of them is not public, as
 * `CheckAddress` does. Handed in by entries.
 */
export type ResolvePublic = (hostname: string) => Promise<{ address: string; family: 4 | 6 }[]>;

/** Throws `InputError` unless the text is an address of the public internet. For the resolver of an entry. */
export function assertPublic(address: string, hostname: string): void {
  if (!isPublicAddress(address)) throw refused(hostname);
}

/**
 * Throws `InputError` unless the URL may be called (`parseHttpUrl`) and leads, by what its text says, to a public
 * host. Names are resolved by `check` where there is one.
 */
export async function assertPublicUrl(url: string, check: CheckAddress | null): Promise<void> {
  const { hostname } = parseHttpUrl(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(host)) assertPublic(host, hostname);
  else if (!host.includes(".") || LOCAL_NAMES.test(host)) throw refused(hostname);
  else await check?.(host);
}

/** A URL that may be called at all; throws `InputError` for other schemes, a user part, and text that is no URL. */
export function parseHttpUrl(url: string): URL {
  if (!URL.canParse(url)) throw new InputError("address_refused", "not a URL");
  const parsed = new URL(url);
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") {
    throw new InputError("address_refused", `${parsed.protocol} addresses are not called`);
  }
  if (parsed.username || parsed.password) {
    throw new InputError(
      "address_refused",
      `${parsed.protocol}//… carries a user name or password: leave them out, and give secrets as credentials`,
    );
  }
  return parsed;
}

function refused(hostname: string): InputError {
  return new InputError(
    "address_refused",
    `${hostname} is not on the public internet. Set TALLYPORT_ALLOW_PRIVATE_URLS=true where stores are reached inside your own network.`,
  );
}
