import { afterEach, describe, expect, test } from "vitest";
import { staticInstance } from "../testing/index.ts";
import { openWeb, pass } from "./policy-web.fixture.ts";
import { closeAll } from "./test-engine.fixture.ts";

afterEach(closeAll);

describe("an instance that was taken out", () => {
  test("comes back when nothing else of its version takes requests any more", async () => {
    const { clock, mesh } = await openWeb();
    await mesh.apply(staticInstance("web", "1.0.0", 9_010));
    const first = "web-1.0.0-9000";
    const health = () => mesh.engine.instances().find(({ id }) => id === first)?.health;
    expect(mesh.engine.ejections.eject(first, 3_600_000, "a test").ok).toBe(true);
    await pass(clock, 10);
    expect(health()).toBe("ejected");
    await mesh.apply({ kind: "instance.remove", service: "web", id: "web-1.0.0-9010" });
    await pass(clock, 2);
    expect(health()).toBe("ready");
    expect(mesh.engine.healthEvents().at(-1)).toMatchObject({
      kind: "instance-returned",
      sentence: `${first} takes requests again: no other instance of web 1.0.0 takes requests.`,
    });
  });

  test("stays out while another one takes requests, and one alone comes back where several were", async () => {
    const { clock, mesh } = await openWeb();
    for (const port of [9_010, 9_011]) await mesh.apply(staticInstance("web", "1.0.0", port));
    const ids = ["web-1.0.0-9000", "web-1.0.0-9010"];
    for (const id of ids) mesh.engine.ejections.eject(id, 3_600_000, "a test");
    await pass(clock, 4);
    const out = () => mesh.engine.instances().filter(({ health }) => health === "ejected").length;
    expect(out()).toBe(2);
    await mesh.apply({ kind: "instance.remove", service: "web", id: "web-1.0.0-9011" });
    await pass(clock, 6);
    expect(out()).toBe(1);
  });
});
