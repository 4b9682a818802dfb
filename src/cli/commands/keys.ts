/** `keys`: who may use the API. */
import { Option } from "commander";
import { ROLES } from "../../api/scopes.ts";
import { instant } from "../arguments.ts";
import { withBackend } from "../backend.ts";
import { type Define, UsageError } from "../cli.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";
import type { KeyView } from "../views.ts";

interface CreateOptions {
  role?: string;
  scopes?: string;
  stores?: string;
  expires?: Date;
}

export const define: Define = (program, cli) => {
  const keys = program.command("keys").description("keys of the API: create, list, revoke");
  keys
    .command("create")
    .description("make a key; it is shown this once")
    .argument("<name>", "who or what uses it")
    .addOption(new Option("--role <role>", "a set of scopes (default: admin)").choices(Object.keys(ROLES)))
    .option("--scopes <list>", "scopes instead of a role, separated by commas")
    .option("--stores <list>", "the stores it may see, ids or names separated by commas (default: all)")
    .option("--expires <time>", "when it ends", instant)
    .action(async (name: string, options: CreateOptions) => {
      if (options.role !== undefined && options.scopes !== undefined)
        throw new UsageError("Give either --role or --scopes.");
      const rights =
        options.scopes === undefined ? { role: options.role ?? "admin" } : { scopes: listOf(options.scopes) };
      await withBackend(cli, async (backend) => {
        const stores =
          options.stores === undefined
            ? undefined
            : await Promise.all(listOf(options.stores).map(async (text) => (await findStore(backend, text)).id));
        const made = await backend.createKey({ name, ...rights, stores, expires_at: options.expires });
        cli.output.result(made, () => made.key);
      });
    });
  keys
    .command("list")
    .description("all keys, without the keys themselves")
    .action(() =>
      withBackend(cli, async (backend) => {
        const all = await backend.listKeys();
        cli.output.result(all, () =>
          all.length === 0
            ? "There is no key yet: tallyport keys create --help"
            : table(["id", "key", "name", "rights", "last used", "state"], all.map(rowOf)),
        );
      }),
    );
  keys
    .command("revoke")
    .description("end a key")
    .argument("<id>", "the key's id, as `keys list` shows it")
    .action((id: string) =>
      withBackend(cli, async (backend) => {
        await backend.revokeKey(id);
        cli.output.result({ id, revoked: true }, () => `The key ${id} is revoked.`);
      }),
    );
};

function rowOf(key: KeyView): (string | null)[] {
  const state = key.revoked_at ? "revoked" : key.expires_at ? `until ${key.expires_at}` : "valid";
  return [key.id, `${key.prefix}…`, key.name, key.role ?? key.scopes.join(" "), key.last_used_at, state];
}

const listOf = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
