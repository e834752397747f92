import { afterEach, describe, expect, test, vi } from "vitest";
import type { Version } from "../../model/index.ts";
import { createFakeClock } from "../../testing/index.ts";
import { answerTo, Bitset, type PlanQuestion, Relation, type SpaceQuestion, VersionOrder } from "../../versions/index.ts";
import { Solver, WAITING_MAX } from "./solver.ts";

const solvers: Solver[] = [];
afterEach(async () => {
  for (const solver of solvers.splice(0)) await solver.close();
});

function solverOf(program?: string) {
  const clock = createFakeClock();
  const onFault = vi.fn<(error: unknown) => void>();
  const url = program === undefined ? {} : { program: new URL(`data:text/javascript,${encodeURIComponent(program)}`) };
  const solver = new Solver({ clock, onFault, ...url });
  solvers.push(solver);
  return { clock, onFault, solver };
}

const order = new VersionOrder(["1.0.0", "2.0.0"] as Version[]);
const newNeedsNew = new Relation(order, order, [Bitset.full(2), Bitset.from(2, (position) => position === 1)]);
const everything = new Relation(order, order, [Bitset.full(2), Bitset.full(2)]);
const services = ["shop", "stock"].map((name) => ({ name, order, candidates: Bitset.full(2) }));

const space: SpaceQuestion = {
  kind: "space",
  possible: { services, edges: [{ consumer: 0, provider: 1, allowed: newNeedsNew }] },
  proven: { services, edges: [{ consumer: 0, provider: 1, allowed: newNeedsNew }] },
  pins: new Map([[1, 0]]),
  trialsMax: 1_000,
  reasonsMax: 10,
};

const plan: PlanQuestion = {
  kind: "plan",
  problem: {
    services: services.map((service) => ({ ...service, live: [0], steps: everything, reversible: everything })),
    edges: [{ consumer: 0, provider: 1, allowed: newNeedsNew, proven: newNeedsNew }],
    target: new Map([[0, 1]]),
  },
};

/** Says nothing to the first question, and ends at it; answers as told from a new thread on. */
const ENDS_AT_ONCE = `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw new Error("astray"); });`;
const SILENT = `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {});`;

describe("the solver", () => {
  test("answers as the same search does on the spot, for spaces and for plans", async () => {
    const { solver } = solverOf();
    expect(await solver.ask(space)).toEqual({ ok: true, value: answerTo(space) });
    expect(await solver.ask(plan)).toEqual({ ok: true, value: answerTo(plan) });
    expect(answerTo(space)).toMatchObject({ consistent: true, feasible: [[0], [0]], lower: 1n, reasons: [{ service: 0, position: 1 }] });
    expect(answerTo(plan)).toMatchObject({ ok: true, value: { cost: { steps: 2 } } });
  });

  test("answers questions that were asked at once in their order", async () => {
    const { solver } = solverOf();
    const ended: string[] = [];
    const ask = async (name: string) => {
      const answer = await solver.ask(name === "space" ? space : plan);
      ended.push(`${name} ${answer.ok}`);
    };
    await Promise.all([ask("space"), ask("plan"), ask("space")]);
    expect(ended).toEqual(["space true", "plan true", "space true"]);
  });

  test("that breaks costs the question that it was at, and the next one gets a new thread", async () => {
    const { onFault, solver } = solverOf(ENDS_AT_ONCE);
    const answers = await Promise.all([solver.ask(space), solver.ask(plan)]);
    expect(answers).toMatchObject([
      { ok: false, error: { code: "engine.internal" } },
      { ok: false, error: { code: "engine.internal" } },
    ]);
    expect(onFault.mock.calls.map(([error]) => (error instanceof Error ? error.message : ""))).toEqual(["astray", "astray"]);
  });

  test("that is silent for a minute is given up", async () => {
    const { clock, onFault, solver } = solverOf(SILENT);
    const asked = solver.ask(space);
    clock.advance(60_000);
    expect(await asked).toMatchObject({ ok: false, error: { code: "engine.internal" } });
    expect(onFault).toHaveBeenCalledOnce();
  });

  test("takes no more than it can hold, and says that it is busy", async () => {
    const { solver } = solverOf(SILENT);
    const asked = Array.from({ length: WAITING_MAX + 1 }, () => solver.ask(space));
    expect(await solver.ask(space)).toMatchObject({ ok: false, error: { code: "engine.busy" } });
    await solver.close();
    const ends = await Promise.all(asked);
    expect(ends.every((end) => !end.ok && end.error.code === "engine.not-ready")).toBe(true);
  });
});
