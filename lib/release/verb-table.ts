import type { ReleaseState, ReleaseVerb } from "../model/index.ts";

/** Why a verb is not legal in a state, and what to do instead. */
export type Why = readonly [detail: string, fix: string];

const OVER: Why = ["It is over.", "Start another release."];
/** Of everything that is on its way back. */
export const BACK: Why = ["It goes back already.", "Wait until it has."];
const LAST: Why = ["Its last weight is set.", "Wait until the proxies have it, or roll it back."];
const NOT_YET: Why = ["It was not started.", "Start it, or abort it."];
const STARTED: Why = ["It was started already.", "Promote it to go on."];
const UNDERWAY: Why = ["It is under way.", "Abort it or roll it back first."];
const HELD: Why = ["It is paused.", "Resume it, or promote it."];

/** Each verb in each state: true, or why not and what to do instead. */
export const VERBS: Readonly<Record<ReleaseVerb, Readonly<Record<ReleaseState, true | Why>>>> = {
  start: row({
    pending: true,
    running: STARTED,
    paused: ["It is paused.", "Resume it."],
    promoting: LAST,
    back: BACK,
    ended: ["It is over.", "Retry it."],
    succeeded: OVER,
  }),
  pause: {
    ...row({
      pending: NOT_YET,
      running: true,
      paused: ["It is paused already.", "Resume it to go on."],
      promoting: LAST,
      back: BACK,
      ended: OVER,
      succeeded: OVER,
    }),
    // Where the versions that it goes back to are worse, somebody has to be able to stop it.
    "rolling-back": true,
  },
  resume: row({
    pending: NOT_YET,
    running: true,
    paused: true,
    promoting: LAST,
    back: BACK,
    ended: ["It is over.", "Retry it."],
    succeeded: OVER,
  }),
  promote: row({
    pending: NOT_YET,
    running: true,
    paused: true,
    promoting: LAST,
    back: BACK,
    ended: ["It is over.", "Retry it."],
    succeeded: OVER,
  }),
  "step-back": row({
    pending: NOT_YET,
    running: true,
    paused: true,
    promoting: LAST,
    back: BACK,
    ended: OVER,
    succeeded: ["It is over.", "Roll it back."],
  }),
  jump: row({
    pending: NOT_YET,
    running: true,
    paused: true,
    promoting: LAST,
    back: BACK,
    ended: ["It is over.", "Retry it."],
    succeeded: OVER,
  }),
  hold: row({ pending: NOT_YET, running: true, paused: HELD, promoting: LAST, back: BACK, ended: OVER, succeeded: OVER }),
  abort: {
    ...row({
      pending: true,
      running: true,
      paused: true,
      promoting: true,
      back: BACK,
      ended: OVER,
      succeeded: ["It is over.", "Roll it back."],
    }),
    "rolling-back": true,
  },
  retry: row({
    pending: NOT_YET,
    running: UNDERWAY,
    paused: ["It is paused.", "Resume it, or abort it first."],
    promoting: LAST,
    back: BACK,
    ended: true,
    succeeded: OVER,
  }),
  rollback: {
    ...row({
      pending: ["It has moved nothing yet.", "Abort it."],
      running: true,
      paused: true,
      promoting: true,
      back: BACK,
      ended: ["It went back.", "Retry it, or start another release."],
      succeeded: true,
    }),
    // In steps by then, perhaps; this goes back at once.
    "rolling-back": true,
  },
  "rollback-gradually": row({
    pending: ["It has moved nothing yet.", "Abort it."],
    running: true,
    paused: true,
    promoting: true,
    back: BACK,
    ended: ["It went back.", "Retry it, or start another release."],
    succeeded: true,
  }),
};

/** One verb, with the states that answer alike written once. */
function row(of: {
  readonly pending: true | Why;
  readonly running: true | Why;
  readonly paused: true | Why;
  readonly promoting: true | Why;
  readonly back: true | Why;
  readonly ended: true | Why;
  readonly succeeded: true | Why;
}): Readonly<Record<ReleaseState, true | Why>> {
  const { back, ended, paused, pending, promoting, running, succeeded } = of;
  return { pending, running, paused, promoting, succeeded, "rolling-back": back, "rolled-back": ended, aborting: back, aborted: ended };
}
