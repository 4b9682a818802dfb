/** What doctor finds: one line each, with a remedy where something is to be done. */
export interface Finding {
  level: "ok" | "warn" | "fail";
  check: string;
  /** The store it speaks of; null: the installation. */
  store: string | null;
  message: string;
  remedy: string | null;
}

export const ok = (check: string, message: string, store: string | null = null): Finding => ({
  level: "ok",
  check,
  store,
  message,
  remedy: null,
});

export const warn = (check: string, message: string, remedy: string, store: string | null = null): Finding => ({
  level: "warn",
  check,
  store,
  message,
  remedy,
});

export const fail = (check: string, message: string, remedy: string, store: string | null = null): Finding => ({
  level: "fail",
  check,
  store,
  message,
  remedy,
});
