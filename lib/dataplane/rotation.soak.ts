import { afterEach, expect, test } from "vitest";
import { removeFolders } from "./identity/identity.fixture.ts";
import { edgesOf, type MtlsMesh, openMtlsMesh, until } from "./mtls-mesh.fixture.ts";
import { startLoad } from "./rotation-load.fixture.ts";

const TTL_MS = 30_000;
const MINUTES = Number(process.env["INTERLOCK_SOAK_MINUTES"] ?? 10);
const ROTATIONS_PER_MINUTE = 4;

let mesh: MtlsMesh;

afterEach(async () => {
  await mesh.close();
  removeFolders();
});

/** RELIABILITY 39. */
test(
  "certificates of 30 s under 200 requests per second for 10 min, with a whole root change in the middle: no request fails",
  async () => {
    mesh = await openMtlsMesh({
      callees: ["api@1.0.0", "api@1.0.0"],
      svidTtlMs: TTL_MS,
      sketch: { policies: { api: { tls: { mode: "strict" } } } },
    });
    const load = startLoad(mesh.a.proxy.outbound[0]?.port ?? 0, { connections: 8, perSecond: 200 });
    const held = () => [mesh.a, mesh.b].flatMap(({ agent, proxy }) => proxy.outbound.map(({ instance }) => agent.held(instance)));
    const seen = new Set<string>();
    const endMs = performance.now() + MINUTES * 60_000;
    const steps = ["trust-new", "issue-new", "drop-old"] as const;
    let taken = 0;
    const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    while (performance.now() < endMs) {
      const share = 1 - (endMs - performance.now()) / (MINUTES * 60_000);
      const step = steps[taken];
      if (step !== undefined && share > 0.3 + 0.2 * taken) {
        const [before] = held();
        mesh.authority.step(step);
        taken++;
        if (step === "issue-new")
          await until(() => held().every((each) => each !== null && each.rootFingerprint !== before?.rootFingerprint), TTL_MS);
      }
      for (const each of held()) if (each !== null) seen.add(each.fingerprint);
      await pass(100);
    }
    const { answered, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(taken).toBe(3);
    expect(seen.size).toBeGreaterThanOrEqual(MINUTES * ROTATIONS_PER_MINUTE * 3);
    expect(answered).toBeGreaterThan(MINUTES * 60 * 150);
    expect(edgesOf(mesh.a)["web>api"]).toMatchObject({ failed: 0, encrypted: answered });
  },
  (MINUTES + 2) * 60_000,
);
