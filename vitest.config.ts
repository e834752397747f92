import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Long runs, which `npm test` leaves to `npm run test:soak`. */
const isSoak = process.env["INTERLOCK_SOAK"] === "1";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    include: isSoak ? ["**/*.soak.ts"] : ["{lib,scripts,components,app,bench}/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "**/.next/**", "scripts/check/planted/**"],
    passWithNoTests: false,
    // Many tests wait for real processes and timers: the runner's own choice, one worker on two cores, leaves half of the machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Crash and process tests start real processes; the default of 5 s is too near on two busy cores.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: { provider: "v8", include: ["lib/**/*.ts"], exclude: ["**/*.test.ts", "lib/testing/**", "lib/*/main.ts"] },
  },
});
