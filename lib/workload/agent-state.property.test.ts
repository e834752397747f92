import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invariant } from "../std/index.ts";
import {
  type Action,
  backOffMs,
  type Desired,
  type Happening,
  happen,
  openSlot,
  type ProgramSpec,
  type Slot,
  step,
} from "./agent-state.ts";

const SPEC: ProgramSpec = {
  service: "a",
  version: "1.0.0",
  generation: 1,
  command: ["x"],
  env: {},
  health: { kind: "tcp", startWithinMs: 5_000 },
};
const PATIENCE = { standByMs: 3_000, drainMs: 1_000, graceMs: 10_000 };
const TICK_MS = 100;
const PROBLEM = { code: "engine.unreachable", detail: "" };

type Noted = Action | "crashed" | "exited" | "stood by";

/** A world in which each action of the machine has an outcome, drawn. */
class World {
  nowMs = 0;
  slot: Slot;
  runs = false;
  leased = false;
  isServing = false;
  startedAtMs = 0;
  readonly log: { readonly atMs: number; readonly what: Noted }[] = [];
  #pending: (() => Happening)[] = [];
  luck: () => number;

  constructor(luck: () => number) {
    this.luck = luck;
    this.slot = openSlot("a-1", SPEC, { desired: "run", restartSeq: 0 }, 0);
  }

  wish(desired: Desired, restartSeq: number): void {
    this.slot = { ...this.slot, wish: { desired, restartSeq: Math.max(restartSeq, this.slot.wish.restartSeq) } };
    this.turn();
  }

  turn(): void {
    const { actions, slot } = step(this.slot, PATIENCE, this.nowMs);
    this.slot = slot;
    for (const action of actions) this.#act(action);
    const again = step(this.slot, PATIENCE, this.nowMs);
    invariant(this.#pending.length > 0 || actions.length > 0 || again.actions.length === 0, "asked twice, nothing new");
  }

  tick(): void {
    this.nowMs += TICK_MS;
    const pending = this.#pending;
    this.#pending = [];
    for (const event of pending) this.slot = happen(this.slot, event(), this.nowMs);
    this.turn();
  }

  /** The program ends by itself. */
  crash(): void {
    if (!this.runs) return;
    this.#note("crashed");
    this.#gone();
    this.turn();
  }

  healthy(): void {
    if (this.runs && this.slot.phase === "starting") this.isServing = true;
    if (this.runs) this.slot = happen(this.slot, { kind: "healthy" }, this.nowMs);
  }

  #gone(): void {
    this.runs = false;
    this.isServing = false;
    this.slot = happen(this.slot, { kind: "ended", problem: null }, this.nowMs);
  }

  #note(what: Noted): void {
    this.log.push({ atMs: this.nowMs, what });
  }

  #act(action: Action): void {
    this.#note(action);
    const luck = this.luck();
    switch (action) {
      case "join":
        invariant(!this.leased, "one lease");
        this.#pending.push(() => {
          if (luck < 0.2) return { kind: "join-failed", problem: PROBLEM };
          this.leased = true;
          return { kind: "joined" };
        });
        return;
      case "start":
        invariant(!this.runs, "one life");
        invariant(this.leased, "a lease before a life");
        if (luck < 0.1) return void this.#pending.push(() => ({ kind: "not-started", problem: PROBLEM }));
        this.runs = true;
        this.startedAtMs = this.nowMs;
        this.slot = happen(this.slot, { kind: "started" }, this.nowMs);
        return;
      case "stand-by":
        // One in five is never answered.
        if (luck < 0.2) return;
        this.isServing = false;
        return void this.#pending.push(() => {
          this.#note("stood by");
          return { kind: "stood-by" };
        });
      case "serve":
        this.isServing = true;
        return;
      case "term":
        if (luck < 0.7 && this.runs) {
          this.#note("exited");
          this.#gone();
        }
        return;
      case "kill":
        this.#note("exited");
        return this.#gone();
      case "leave":
        invariant(!this.runs, "no lease is given up under a running program");
        this.leased = false;
        this.slot = happen(this.slot, { kind: "left" }, this.nowMs);
        return;
    }
  }
}

const moves = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("ticks" as const), count: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("healthy" as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("wish" as const), desired: fc.constantFrom<Desired>("run", "stop") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  ),
  { maxLength: 60 },
);
const lucks = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 50 });

function play(world: World, script: readonly (typeof moves extends fc.Arbitrary<infer Moves> ? Moves : never)[number][]): void {
  let restartSeq = 0;
  world.turn();
  for (const move of script) {
    if (move.kind === "ticks") for (let each = 0; each < move.count; each++) world.tick();
    else if (move.kind === "healthy") world.healthy();
    else if (move.kind === "crash") world.crash();
    else if (move.kind === "wish") world.wish(move.desired, restartSeq);
    else world.wish(world.slot.wish.desired, ++restartSeq);
  }
}

function worldOf(draws: readonly number[]): World {
  let next = 0;
  return new World(() => draws[next++ % draws.length] ?? 1);
}

/** Nothing goes wrong from here on: joins and starts work, it gets healthy, it ends when told. */
function calm(world: World): void {
  for (let each = 0; each < 600; each++) {
    world.tick();
    world.healthy();
  }
}

/** Signals that came before their time: TERM within the drain, which begins when the engine took it or had its time, KILL within the grace. */
function tooSoon(log: World["log"]): readonly string[] {
  let [quietMs, termMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return log.flatMap(({ atMs, what }) => {
    if (what === "start" || what === "serve") quietMs = Number.NEGATIVE_INFINITY;
    if (what === "stand-by") quietMs = atMs + PATIENCE.standByMs;
    if (what === "stood by") quietMs = Math.min(quietMs, atMs);
    const wasSoon = (what === "term" && atMs - quietMs < PATIENCE.drainMs) || (what === "kill" && atMs - termMs < PATIENCE.graceMs);
    if (what === "term") termMs = atMs;
    return wasSoon ? [`${what} at ${atMs}`] : [];
  });
}

describe("one process of a node, whatever happens to it", () => {
  test("has one life and one lease at a time, and is out of traffic before it is told to end", () => {
    fc.assert(fc.property(moves, lucks, (script, draws) => play(worldOf(draws), script)));
  });

  test("serves in the end when it is wanted and nothing goes wrong any more", () => {
    fc.assert(
      fc.property(moves, lucks, (script, draws) => {
        const world = worldOf(draws);
        play(world, script);
        world.luck = () => 0.5;
        world.wish("run", 0);
        calm(world);
        expect([world.slot.phase === "serving", world.runs, world.isServing]).toEqual([true, true, true]);
      }),
    );
  });

  test.each(["stop", "drain"] as const)("does not run in the end when it is to %s", (desired) => {
    fc.assert(
      fc.property(moves, lucks, (script, draws) => {
        const world = worldOf(draws);
        play(world, script);
        world.wish(desired, 0);
        calm(world);
        expect([world.runs, world.leased && desired === "drain"]).toEqual([false, false]);
        expect(world.slot.phase).toBe(desired === "drain" ? "over" : "down");
      }),
    );
  });

  test("is killed only when it did not end within its grace, and told to end only after its drain", () => {
    fc.assert(
      fc.property(moves, lucks, (script, draws) => {
        const world = worldOf(draws);
        play(world, script);
        expect(tooSoon(world.log)).toEqual([]);
      }),
    );
  });
});

describe("the pause after a crash", () => {
  const crashAndWait = (world: World): number => {
    const before = world.log.filter(({ what }) => what === "start").length;
    const fromMs = world.nowMs;
    world.crash();
    while (world.log.filter(({ what }) => what === "start").length === before) world.tick();
    return world.nowMs - fromMs;
  };
  const serving = (): World => {
    const world = worldOf([1]);
    world.turn();
    while (world.slot.phase !== "serving") {
      world.tick();
      world.healthy();
    }
    return world;
  };

  test("is half a second, doubles up to 30 s, and is half a second again after a minute of life", () => {
    const world = serving();
    const pauses = Array.from({ length: 8 }, () => crashAndWait(world));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    world.healthy();
    for (let each = 0; each < 600; each++) world.tick();
    expect(crashAndWait(world)).toBe(500);
    expect(world.slot.restarts).toBe(9);
  });

  test("never passes its bounds", () => {
    fc.assert(fc.property(fc.nat(), (failures) => backOffMs(failures) >= 500 && backOffMs(failures) <= 30_000));
  });

  test("ends at once when somebody asks for a new life", () => {
    const world = serving();
    for (let each = 0; each < 6; each++) crashAndWait(world);
    world.crash();
    world.wish("run", 1);
    expect([world.runs, world.slot.failures]).toEqual([true, 0]);
  });

  test("follows a program that never gets healthy, which is ended and says so", () => {
    const world = worldOf([0.5]);
    world.turn();
    for (let each = 0; each < 52; each++) world.tick();
    expect(world.log.map(({ what }) => what)).toEqual(["join", "start", "term", "exited"]);
    expect([world.slot.phase, world.slot.problem?.code]).toEqual(["backing-off", "workload.never-healthy"]);
  });
});
