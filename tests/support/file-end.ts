/** Run for each test file: the modules of a worker are loaded once, so what ends with a file is said here. */
import { afterAll } from "vitest";
import { disposeOfFile } from "./database.ts";

afterAll(disposeOfFile);
