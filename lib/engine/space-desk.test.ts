import { afterEach, describe, expect, test } from "vitest";
import type { Command } from "../model/index.ts";
import { command, createFakeClock } from "../testing/index.ts";
import { answerTo } from "../versions/index.ts";
import { type DecideMesh, shop } from "./decide/decide-mesh.fixture.ts";
import { decide } from "./decide/index.ts";
import { planQuestion, wayIn } from "./decide/plan-create.ts";
import { create, TO_NEW } from "./decide/plan-mesh.fixture.ts";
import { SpaceDesk } from "./space-desk.ts";
import { askSpace, spaceQuestion, spaceView } from "./views/version-space.ts";

const desks: SpaceDesk[] = [];
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close();
});

function deskOf(mesh: DecideMesh): SpaceDesk {
  const onFault = (error: unknown) => {
    throw error;
  };
  const desk = new SpaceDesk({ clock: createFakeClock(), telemetry: { flows: () => [] }, context: () => mesh.context(), onFault });
  desks.push(desk);
  return desk;
}

const toNew = command(create(TO_NEW)) as Extract<Command, { kind: "plan.create" }>;

/** The new checkout may not meet the old payments any more, which the way leads over. */
const VETO = {
  kind: "evidence.record",
  consumer: { service: "checkout", version: "2.0.0" },
  provider: { service: "payments", version: "2.3.0" },
  verdict: "incompatible",
  reason: "it double charged",
} as const;

function wayNow(mesh: DecideMesh) {
  const asked = planQuestion(mesh.context(), toNew);
  if (!asked.ok) throw new Error(asked.error.detail);
  return wayIn(answerTo(asked.value.question));
}

describe("a way that was searched beside the engine", () => {
  test("is kept where its certificate holds, and makes the same plan as one searched on the spot", () => {
    const mesh = shop();
    const decided = decide({ ...mesh.context(), way: wayNow(mesh) }, toNew);
    expect(decided.ok).toBe(true);
    expect(decided).toEqual(decide(mesh.context(), toNew));
  });

  test("is refused where something on it is not allowed any more", () => {
    const mesh = shop();
    const way = wayNow(mesh);
    mesh.must(VETO);
    expect(decide({ ...mesh.context(), way }, toNew)).toMatchObject({ ok: false, error: { code: "plan.stale" } });
  });

  test("is searched again where the mesh moved meanwhile", async () => {
    const mesh = shop();
    const before = wayNow(mesh);
    const searched = deskOf(mesh).search(toNew);
    mesh.must(VETO);
    const found = await searched;
    expect(found).toEqual({ ok: true, value: wayNow(mesh) });
    expect(found.ok && found.value).not.toEqual(before);
  });
});

test("the space of versions is told as if it had been solved on the spot", async () => {
  const mesh = shop();
  const query = { pins: ["payments@3.0.0"], live: false };
  const asked = askSpace(mesh.context(), query);
  if (!asked.ok) throw new Error(asked.error.detail);
  const question = spaceQuestion(asked.value);
  expect(await deskOf(mesh).versionSpace(query)).toEqual({
    ok: true,
    value: spaceView(asked.value, question === null ? null : answerTo(question)),
  });
});

test("a pin to a version that no instance serves is answered without a search", async () => {
  const mesh = shop();
  mesh.must({ kind: "version.register", service: "payments", version: "4.0.0", requirements: {} });
  const space = await deskOf(mesh).versionSpace({ pins: ["payments@4.0.0"], live: true });
  expect(space).toMatchObject({
    ok: true,
    value: { count: { exact: "0" }, why: ["You pinned payments 4.0.0.", "No instance of payments 4.0.0 is ready."] },
  });
});
