/**
 * Adds to package-lock.json the platform packages that npm left out. npm drops an optional package from the lock when the registry
 * at hand does not have it, and `npm ci` then refuses the lock on every machine. Added entries carry the exact version their parent
 * asks for and no integrity, which is only known to a registry that has them; nothing that is in the lock is changed.
 * Run it after every change of dependencies: node scripts/complete-lock.js
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missingOptionals, platformEntry } from "./bootstrap/lock-gaps.js";
import { ROOT } from "./bootstrap/paths.js";

const path = join(ROOT, "package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
const missing = missingOptionals(lock);
for (const { name, version } of missing) lock.packages[`node_modules/${name}`] = platformEntry(name, version);
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(missing.length === 0 ? "package-lock.json is complete." : `Added ${missing.length} platform packages to package-lock.json.`);
