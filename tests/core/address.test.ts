import { describe, expect, it } from "vitest";
import { assertPublicUrl, isPublicAddress } from "../../src/core/address.ts";
import { InputError } from "../../src/core/errors.ts";

describe("isPublicAddress", () => {
  it.each(["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])(
    "knows %s as public",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001:db8::1",
    "::127.0.0.1",
    "example.com",
    "",
  ])("refuses %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("assertPublicUrl", () => {
  const check = (url: string) => assertPublicUrl(url, null);

  it.each([
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://[::1]:8080/",
    "http://localhost:3000/",
    "http://db.internal/",
    "http://printer.local/",
    "http://intranet/",
    "ftp://example.com/",
    "https://user@example.com/",
    "not a url",
  ])("refuses %s", async (url) => {
    await expect(check(url)).rejects.toThrow(InputError);
  });

  it("says what to do, and asks the resolver about names only", async () => {
    await expect(check("http://10.0.0.1/")).rejects.toThrow(
      /10\.0\.0\.1 is not on the public internet.*TALLYPORT_ALLOW_PRIVATE_URLS/,
    );
    const asked: string[] = [];
    const resolver = async (hostname: string) => void asked.push(hostname);
    await assertPublicUrl("https://api.example.com/x", resolver);
    await assertPublicUrl("https://93.184.216.34/x", resolver);
    expect(asked).toEqual(["api.example.com"]);
    const refuse = () => Promise.reject(new InputError("address_refused", "private"));
    await expect(assertPublicUrl("https://rebound.example.com", refuse)).rejects.toThrow("private");
  });
});
