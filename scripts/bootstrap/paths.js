import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the pinned Node lies when node_modules does not have it (yet). */
export const RUNTIME_DIR = join(ROOT, ".runtime");

/** Stamps and test reports; goes away with node_modules. */
export const CACHE_DIR = join(ROOT, "node_modules", ".cache", "interlock");
