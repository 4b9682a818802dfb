/** `doctor`: is everything as it should be, and what is to be done where it is not. */
import type { Define } from "../cli.ts";
import type { Finding } from "../doctor/finding.ts";

export const define: Define = (program, cli) => {
  program
    .command("doctor")
    .description("check runtime, settings, database, keys and every store; each line says what to do")
    .action(async () => {
      const { checkInstallation } = await import("../doctor/installation.ts");
      const { findings, place } = await checkInstallation(cli);
      if (place) {
        const { createBackend } = await import("../backend.ts");
        const { checkStore } = await import("../doctor/stores.ts");
        try {
          const backend = createBackend(place, cli.signal);
          for (const store of await backend.listStores()) {
            cli.output.progress(`asking ${store.name}`);
            findings.push(...(await checkStore(backend, store, new Date())));
          }
          cli.output.progressEnd();
        } finally {
          await place.close();
        }
      }
      cli.output.result({ findings }, () => findings.map(textOf).join("\n"));
      if (findings.some((finding) => finding.level === "fail")) cli.exitCode = 1;
    });
};

function textOf({ level, check, store, message, remedy }: Finding): string {
  const line = `${level.padEnd(5)} ${store === null ? "" : `${store}: `}${check}: ${message}`;
  return remedy === null ? line : `${line}\n      ${remedy}`;
}
