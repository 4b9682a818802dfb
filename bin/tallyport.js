#!/usr/bin/env node
// Runs the command line from its TypeScript source, so that a checkout needs no build step.
import { register } from "tsx/esm/api";

register();
await import("../src/cli/index.ts");
