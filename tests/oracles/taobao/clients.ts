/** Two clients of others for the platform's gateway: `topsdk` and `node-taobao-topclient`. */
import { createRequire } from "node:module";

// Both write the time of the machine, and the gateway wants that of the platform.
process.env.TZ = "Asia/Shanghai";

const load = createRequire(import.meta.url);

export type Parameters = Readonly<Record<string, string>>;

interface TopSdk {
  new (
    key: string,
    secret: string,
    endpoint: string,
  ): { execute(method: string, parameters: Parameters): Promise<unknown> };
}

interface TopClient {
  new (options: {
    appkey: string;
    appsecret: string;
    REST_URL?: string;
  }): {
    sign(parameters: Parameters): string;
    request(parameters: Parameters): Promise<Record<string, unknown>>;
  };
}

export const TopSdk: TopSdk = load("topsdk");
export const TopClient: TopClient = load("node-taobao-topclient").TopClient ?? load("node-taobao-topclient").default;

/** The signatures that each makes with MD5. */
export const signers: Readonly<Record<string, (secret: string, parameters: Parameters) => string>> = {
  topsdk: load("topsdk/util/sign"),
  "node-taobao-topclient": (secret, parameters) => new TopClient({ appkey: "key", appsecret: secret }).sign(parameters),
};
