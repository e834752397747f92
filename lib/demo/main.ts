/**
 * Composition root of the demo: deploys the shop, then sends load. Environment: INTERLOCK_API_PORT, INTERLOCK_INGRESS_PORT, INTERLOCK_DATA;
 * INTERLOCK_DEMO_CRASH=on adds a version that ends by itself now and then.
 */
import { setTimeout as wait } from "node:timers/promises";
import { createApiClient } from "../client/index.ts";
import { attachToSupervisor, readLocalToken, socketPath } from "../supervisor/index.ts";
import { createSystemRandom, systemClock } from "../system/index.ts";
import { DEFAULT_TARGET_RPS } from "./catalogue.ts";
import { launchDemo } from "./launcher.ts";
import { createLoadGenerator } from "./load-generator.ts";
import { serveLoad } from "./load-server.ts";

const { INTERLOCK_API_PORT = "4600", INTERLOCK_INGRESS_PORT = "15080", INTERLOCK_DATA = ".interlock" } = process.env;
const baseUrl = `http://127.0.0.1:${INTERLOCK_API_PORT}`;
const client = createApiClient({
  baseUrl,
  headers: () => ({ "x-interlock-author": "demo", "x-interlock-token": readLocalToken(INTERLOCK_DATA) ?? "" }),
});

const stops: (() => Promise<void> | void)[] = [];
const { reportReady } = attachToSupervisor({
  async onStop() {
    for (const stop of stops.reverse()) await stop();
  },
});

await waitForEngine();
await launchDemo(client, { crashing: process.env["INTERLOCK_DEMO_CRASH"] === "on" });
const load = createLoadGenerator({
  ingressPort: Number(INTERLOCK_INGRESS_PORT),
  clock: systemClock,
  random: createSystemRandom(),
  targetRps: DEFAULT_TARGET_RPS,
});
stops.push(() => load.stop());
const server = serveLoad(socketPath(INTERLOCK_DATA, "load.sock"), load);
stops.push(() => {
  server.close();
});
// The clock's timers do not hold the process; the load's server does.
reportReady();

async function waitForEngine(): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(`${baseUrl}/healthz`)).ok) return;
    } catch {
      // Not yet listening.
    }
    await wait(50);
  }
}
