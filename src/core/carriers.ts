/** Carriers of a platform: our code where there is one, the platform's code, and the name that its orders bear. */
export interface Carrier {
  code: string | null;
  externalCode: string;
  name: string;
}

/** Look-ups in a platform's table of carriers. */
export function carrierTable<Known extends Carrier>(carriers: readonly Known[]) {
  return {
    /** By our code, or by the platform's after `platform:`; null for one that the table does not have. */
    find(wanted: string): Known | null {
      const own = wanted.startsWith("platform:") ? wanted.slice("platform:".length) : null;
      const isWanted = ({ code, externalCode }: Known) =>
        own === null ? code === wanted.toLowerCase() : externalCode === own;
      return carriers.find(isWanted) ?? null;
    },
    /** Our code for a carrier that is only named. */
    codeOfName: (name: string | null): string | null =>
      carriers.find((known) => name?.startsWith(known.name))?.code ?? null,
    list: () =>
      carriers.map(({ code, externalCode, name }) => ({
        code: code ?? `platform:${externalCode}`,
        externalCode,
        name,
      })),
  };
}
