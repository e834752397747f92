import { describe, expect, test } from "vitest";
import { RELEASE_STATES, RELEASE_VERBS, type Release, type ReleaseState, type ReleaseVerb, type Strategy } from "../model/index.ts";
import { AT, THREE_STEPS, testRelease } from "./test-release.fixture.ts";
import { type ReleaseStimulus, transition, verbsOf } from "./transition.ts";

const MOMENT = { nowIso: "2026-05-01T03:13:00.000Z", author: "mira", reason: "because" };

/** A release as it stands in each state, in the middle of its way. */
const STANDING: Readonly<Record<ReleaseState, Partial<Release>>> = {
  pending: {},
  running: { step: 1, weightBp: 5_000 },
  paused: { step: 1, weightBp: 5_000, because: "Paused." },
  promoting: { step: 2, weightBp: 10_000 },
  succeeded: { step: 2, weightBp: 10_000 },
  "rolling-back": { step: -1, weightBp: 0 },
  "rolled-back": { step: -1, weightBp: 0 },
  aborting: { step: -1, weightBp: 0 },
  aborted: { step: -1, weightBp: 0 },
};

/** Where each legal verb leads: state, step and weight. What is not here is refused. */
const LEGAL: Readonly<Partial<Record<ReleaseVerb, Partial<Record<ReleaseState, readonly [ReleaseState, number, number]>>>>> = {
  start: { pending: ["running", 0, 1_000] },
  pause: { running: ["paused", 1, 5_000], "rolling-back": ["paused", -1, 0] },
  resume: { paused: ["running", 1, 5_000] },
  promote: { running: ["promoting", 2, 10_000], paused: ["promoting", 2, 10_000] },
  "step-back": { running: ["running", 0, 1_000], paused: ["running", 0, 1_000] },
  jump: { running: ["running", 0, 3_000], paused: ["running", 0, 3_000] },
  hold: { running: ["running", 1, 5_000] },
  abort: {
    pending: ["aborted", -1, 0],
    running: ["aborting", -1, 0],
    paused: ["aborting", -1, 0],
    promoting: ["aborting", -1, 0],
    "rolling-back": ["aborting", -1, 0],
  },
  retry: { "rolled-back": ["running", 0, 1_000], aborted: ["running", 0, 1_000] },
  rollback: {
    running: ["rolling-back", -1, 0],
    paused: ["rolling-back", -1, 0],
    promoting: ["rolling-back", -1, 0],
    succeeded: ["rolling-back", -1, 0],
  },
  "rollback-gradually": {
    running: ["rolling-back", 0, 1_000],
    paused: ["rolling-back", 0, 1_000],
    promoting: ["rolling-back", 1, 5_000],
    succeeded: ["rolling-back", 1, 5_000],
  },
};

const CASES = RELEASE_VERBS.flatMap((verb) => RELEASE_STATES.map((state) => ({ verb, state, wanted: LEGAL[verb]?.[state] })));

function ask(verb: ReleaseVerb, state: ReleaseState) {
  const release = testRelease(THREE_STEPS, { ...STANDING[state], state });
  return transition(release, { kind: "verb", verb, ...(verb === "jump" ? { weightBp: 3_000 } : {}) }, MOMENT);
}

describe("every verb in every state", () => {
  test.each(CASES.filter(({ wanted }) => wanted !== undefined))(
    "$verb of a release that is $state leads to $wanted",
    ({ state, verb, wanted }) => {
      const moved = ask(verb, state);
      if (!moved.ok) throw new Error(moved.error.detail);
      const { cursor, sentence } = moved.value;
      expect([cursor.state, cursor.step, cursor.weightBp]).toEqual(wanted);
      expect(sentence).not.toBe("");
    },
  );

  test.each(CASES.filter(({ wanted }) => wanted === undefined))(
    "$verb of a release that is $state is refused, with the way on",
    ({ state, verb }) => {
      const error = { path: "", detail: expect.stringContaining(`rel-7 is ${state}`), fix: expect.stringMatching(/\w+\.$/) };
      expect(ask(verb, state)).toMatchObject({ ok: false, error });
    },
  );

  test("the list of verbs says the same", () => {
    for (const state of RELEASE_STATES) {
      const allowed = verbsOf(testRelease(THREE_STEPS, { ...STANDING[state], state })).filter((verb) => verb.allowed);
      const legal = RELEASE_VERBS.filter((verb) => LEGAL[verb]?.[state] !== undefined && !(verb === "resume" && state === "running"));
      expect(allowed.map(({ verb }) => verb)).toEqual(legal);
    }
  });
});

const STIMULI: readonly (readonly [ReleaseStimulus, Partial<Record<ReleaseState, ReleaseState>>])[] = [
  [{ kind: "advance" }, { running: "promoting" }],
  [{ kind: "settled" }, { promoting: "succeeded", "rolling-back": "rolled-back", aborting: "aborted" }],
  [
    { kind: "fail", by: "judge", because: "errors" },
    { running: "rolling-back", promoting: "rolling-back" },
  ],
  [{ kind: "stall", because: "nothing moves" }, { running: "paused" }],
  [
    { kind: "taken-over", because: "by hand" },
    { running: "paused", promoting: "paused", "rolling-back": "paused", aborting: "paused" },
  ],
];

describe("what the engine does by itself", () => {
  test.each(STIMULI.flatMap(([stimulus, legal]) => RELEASE_STATES.map((state) => [stimulus.kind, state, stimulus, legal] as const)))(
    "%s of a release that is %s",
    (_, state, stimulus, legal) => {
      const moved = transition(testRelease(THREE_STEPS, { ...STANDING[state], state }), stimulus, MOMENT);
      expect(moved.ok ? moved.value.cursor.state : undefined).toBe(legal[state]);
    },
  );

  test("a release that is held does not go on, and is rolled back where harm is shown", () => {
    const held = testRelease(THREE_STEPS, { ...STANDING.running, state: "running", held: true });
    expect(transition(held, { kind: "advance" }, MOMENT).ok).toBe(false);
    expect(transition(held, { kind: "fail", by: "judge", because: "errors" }, MOMENT).ok).toBe(true);
  });
});

describe("other strategies", () => {
  const walk = (strategy: Strategy) => {
    const started = transition(testRelease(strategy), { kind: "verb", verb: "start" }, MOMENT);
    if (!started.ok) throw new Error(started.error.detail);
    return testRelease(strategy, started.value.cursor);
  };

  test("blue-green begins with nothing, and all moves when somebody promotes", () => {
    const begun = walk({ kind: "blue-green", previewHost: "next.example.com" });
    expect(begun).toMatchObject({ state: "running", step: 0, weightBp: 0 });
    expect(transition(begun, { kind: "verb", verb: "promote" }, MOMENT)).toMatchObject({
      value: { cursor: { state: "promoting", weightBp: 10_000 } },
    });
    expect(transition(begun, { kind: "verb", verb: "jump", weightBp: 100 }, MOMENT).ok).toBe(false);
  });

  test("a shadow ends without having moved traffic", () => {
    const begun = walk({ kind: "shadow", percent: 50 });
    expect(transition(begun, { kind: "verb", verb: "promote" }, MOMENT)).toMatchObject({
      value: { cursor: { state: "promoting", weightBp: 0 } },
    });
  });

  test("a harm budget begins before its only step, and takes the weights that it is given", () => {
    const begun = walk({ kind: "harm-budget", excessErrors: 50 });
    expect(begun).toMatchObject({ state: "running", step: -1, weightBp: 0 });
    expect(transition(begun, { kind: "advance", weightBp: 240 }, MOMENT)).toMatchObject({
      value: { cursor: { state: "running", step: -1, weightBp: 240 } },
    });
    const full = transition(begun, { kind: "advance", weightBp: 10_000 }, MOMENT);
    expect(full).toMatchObject({ value: { cursor: { state: "running", step: -1, weightBp: 10_000 } } });
    const stayed = testRelease(begun.strategy, full.ok ? full.value.cursor : {});
    expect(transition(stayed, { kind: "advance" }, MOMENT)).toMatchObject({ value: { cursor: { state: "promoting", step: 0 } } });
  });

  test("what goes back at once has nothing to be paused at", () => {
    const back = testRelease({ kind: "ab", match: { method: "GET" } }, { ...STANDING["rolling-back"], state: "rolling-back" });
    expect(transition(back, { kind: "verb", verb: "pause" }, MOMENT).ok).toBe(false);
  });

  test("the last sentence says the weight, not that all requests follow it", () => {
    const last = testRelease(THREE_STEPS, { ...STANDING.promoting, state: "promoting" });
    expect(transition(last, { kind: "settled" }, MOMENT)).toMatchObject({
      value: { sentence: "Succeeded: the proxies acknowledged it. The weight of 2.4.0 is 100 %." },
    });
  });

  test("a last step with a gate is stayed at before it is the end", () => {
    const baked: Strategy = { kind: "canary", steps: [{ weightBp: 5_000 }, { weightBp: 10_000, gate: "manual" }] };
    const last = testRelease(baked, { state: "running", step: 0, weightBp: 5_000 });
    const at100 = transition(last, { kind: "advance" }, MOMENT);
    expect(at100).toMatchObject({ value: { cursor: { state: "running", step: 1, weightBp: 10_000 } } });
  });
});

test.each([
  [0, "no weight"],
  [10_001, "no weight"],
  [2.5, "no weight"],
  [5_000, "already"],
])("a jump to %d is refused at the weight", (weightBp, why) => {
  const release = testRelease(THREE_STEPS, { ...STANDING.running, state: "running", stepSince: AT });
  expect(transition(release, { kind: "verb", verb: "jump", weightBp }, MOMENT)).toMatchObject({
    error: { path: "weightBp", detail: expect.stringContaining(why) },
  });
});
