import { afterEach, describe, expect, test } from "vitest";
import { serviceName, staticInstance } from "../testing/index.ts";
import { runAction } from "./policy-actions.ts";
import { causeOf, causeOfHealth } from "./policy-causes.ts";
import { openWeb } from "./policy-web.fixture.ts";
import { closeAll, shiftTo, webState } from "./test-engine.fixture.ts";
import type { HealthEvent } from "./views.ts";

afterEach(closeAll);

const BY = { author: "interlock", via: "engine", reason: 'policy "p": web@1.1.0: a test' } as const;
const HALF = { "1.0.0": 5_000, "1.1.0": 5_000 };

describe("an action", () => {
  test("about another service is not about the version of what set it off", async () => {
    const { mesh } = await openWeb();
    await mesh.apply({ kind: "service.register", service: "cart", hosts: [] });
    for (const [at, version] of ["1.0.0", "1.1.0"].entries()) {
      await mesh.apply({ kind: "version.register", service: "cart", version, requirements: {} });
      await mesh.apply(staticInstance("cart", version, 9_200 + at));
    }
    await mesh.apply({
      kind: "split.set",
      service: "cart",
      rev: mesh.engine.state().services.get(serviceName("cart"))?.rev,
      weights: HALF,
    });
    await shiftTo(mesh, HALF);
    const cause = causeOf("web@1.1.0", mesh.engine.state());
    const other = await runAction(mesh.engine, { kind: "drain", service: serviceName("cart") }, cause, BY);
    expect(other).toMatchObject({ ok: false, error: { detail: "Nothing says which version of cart to drain." } });
    expect(mesh.engine.state().services.get(serviceName("cart"))?.weights).toEqual(HALF);
    const own = await runAction(mesh.engine, { kind: "drain", service: serviceName("web") }, cause, BY);
    expect(own.ok).toBe(true);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
  });
});

describe("a health event", () => {
  test("is about the service and version that its subject names, where it says no more", async () => {
    const { mesh } = await openWeb();
    const event = { at: "", kind: "release-worse", subject: "web@1.1.0", sentence: "It is worse." } as HealthEvent;
    expect(causeOfHealth(event, mesh.engine.state())).toEqual({
      cause: { subject: "web@1.1.0", service: "web", version: "1.1.0", instance: null },
      why: "It is worse",
    });
  });
});
