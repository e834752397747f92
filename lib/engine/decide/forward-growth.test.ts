import { describe, expect, test } from "vitest";
import type { Command, RouteRule } from "../../model/index.ts";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
import { type DecideMesh, shop } from "./decide-mesh.fixture.ts";
import { decide } from "./index.ts";

type Plain = Parameters<typeof command>[0];
type Weights = Readonly<Record<string, number>>;

const HOUR = 3_600_000;
const BETA = { headers: [{ name: "x-beta", value: "1" }] };

const split = (mesh: DecideMesh, weights: Weights): Plain => ({
  kind: "split.set",
  service: "payments",
  rev: mesh.rev("payments"),
  weights,
});
const back = (mesh: DecideMesh, to?: string): Plain => ({
  kind: "rollback",
  service: "payments",
  rev: mesh.rev("payments"),
  ...(to === undefined ? {} : { to }),
});
const routes = (mesh: DecideMesh, ...rules: readonly object[]): Plain => ({
  kind: "routes.set",
  service: "payments",
  rev: mesh.rev("payments"),
  rules,
});
const rule = (version: string, match: object = {}, more: Partial<RouteRule> = {}) => ({
  matches: [match],
  split: { weights: { [version]: 10_000 } },
  ...more,
});

function freeze(mesh: DecideMesh): void {
  const [from, until] = [mesh.nowMs - HOUR, mesh.nowMs + HOUR].map((ms) => new Date(ms).toISOString());
  mesh.must({ kind: "freeze.set", id: "sale", rev: 0, name: "Big sale", from, until, weekly: false, services: [] });
}

/** The shop without checkout, which cannot meet every version of payments. */
function alone(): DecideMesh {
  const mesh = shop();
  mesh.must({ kind: "service.remove", service: "checkout", rev: mesh.rev("checkout") });
  return mesh;
}

/** payments after these splits and rules, frozen. */
function frozen(splits: readonly Weights[], ...rules: readonly object[]): DecideMesh {
  const mesh = alone();
  for (const weights of splits) mesh.must(split(mesh, weights));
  if (rules.length > 0) mesh.must(routes(mesh, ...rules));
  freeze(mesh);
  return mesh;
}

const [V2, V3] = [{ "2.4.0": 10_000 }, { "3.0.0": 10_000 }];
const V1 = { "2.3.0": 10_000 };

describe("in a freeze, a rollback", () => {
  test("to a newer version is refused like any move forward, and needs the second person as one", () => {
    const mesh = frozen([]);
    expect(mesh.refusal(back(mesh, "2.4.0"))).toMatchObject({ code: "freeze.active", problems: [{ path: "to" }] });
    const careful = shop();
    careful.must({ kind: "governance.set", rev: 0, secondPersonFrom: "hold" });
    expect(careful.refusal(back(careful, "2.4.0")).code).toBe("approval.required");
  });

  test("to what served before the last forward change goes through, be it newer than what serves some of the requests", () => {
    const mesh = frozen([{ "2.3.0": 5_000, "3.0.0": 5_000 }, V2]);
    expect(mesh.dryRun(back(mesh)).ok).toBe(true);
  });

  test("to any older version goes through", () => {
    const mesh = alone();
    for (const weights of [V2, V3]) mesh.must(split(mesh, weights));
    freeze(mesh);
    for (const to of ["2.3.0", "2.4.0", undefined]) expect(mesh.dryRun(back(mesh, to)).ok).toBe(true);
  });

  test("does not bring back what somebody lowered by hand", () => {
    const mesh = frozen([V2, V1]);
    expect(mesh.refusal(back(mesh)).code).toBe("freeze.active");
  });

  test("goes through whatever it leads to where Interlock itself rolls back", () => {
    const mesh = frozen([V2, V1]);
    const context = { ...mesh.context(), author: { ...TEST_AUTHOR, via: "engine" as const } };
    expect(decide(context, command(back(mesh)) as Command).ok).toBe(true);
  });
});

describe("in a freeze, rules", () => {
  const refused = (mesh: DecideMesh, ...rules: readonly object[]) => {
    const done = mesh.dryRun(routes(mesh, ...rules));
    return done.ok ? "passes" : done.error.code;
  };

  test("that match more requests for a newer version are refused", () => {
    const mesh = frozen([], rule("2.4.0", BETA));
    expect(refused(mesh, rule("2.4.0"))).toBe("freeze.active");
    expect(refused(mesh, rule("2.4.0", { path: { type: "PathPrefix", value: "/" } }))).toBe("freeze.active");
    expect(refused(mesh, { ...rule("2.4.0", BETA), matches: [BETA, { method: "POST" }] })).toBe("freeze.active");
  });

  test("that kept requests at an older version are not taken away", () => {
    const mesh = frozen([V2], rule("2.3.0"));
    expect(refused(mesh)).toBe("freeze.active");
    expect(refused(mesh, rule("2.3.0", BETA))).toBe("freeze.active");
    const tried = frozen([], rule("2.3.0", { ...BETA, method: "GET" }), rule("2.4.0", BETA));
    expect(refused(tried, rule("2.4.0", BETA))).toBe("freeze.active");
  });

  test("that do not send it more, or send it less, go through", () => {
    const mesh = frozen([], rule("2.4.0", BETA), rule("2.3.0", { path: { type: "PathPrefix", value: "/old" } }));
    const old = rule("2.3.0", { path: { type: "PathPrefix", value: "/old" } });
    expect(refused(mesh, old)).toBe("passes");
    expect(refused(mesh, old, rule("2.4.0", { ...BETA, method: "POST" }))).toBe("passes");
    expect(refused(mesh, old, { ...rule("2.4.0", BETA), timeouts: { requestMs: 500 } })).toBe("passes");
    expect(
      refused(mesh, old, rule("2.4.0", BETA), { matches: [{ path: { type: "Exact", value: "/slow" } }], retry: { attempts: 1 } }),
    ).toBe("passes");
    const wide = frozen([], rule("2.4.0"));
    expect(refused(wide, rule("2.4.0", BETA))).toBe("passes");
  });

  test("of a lane count like others", () => {
    const mesh = frozen([], { matches: [], lane: "try", split: { weights: { "2.3.0": 10_000 } } });
    expect(refused(mesh, { matches: [], lane: "try", split: { weights: { "2.4.0": 10_000 } } })).toBe("freeze.active");
    expect(refused(mesh, { matches: [], lane: "other", split: { weights: { "2.3.0": 10_000 } } })).toBe("passes");
  });
});
