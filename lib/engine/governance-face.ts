import type { Approval, Freeze, Governance, Lifecycle, MeshState, VersionRef } from "../model/index.ts";
import { type FreezeSpan, freezeSpanAt, nextFreezeSpan } from "../release/index.ts";
import { isOpen, whyOver } from "./decide/approval.ts";
import type { TrafficLook } from "./decide/context.ts";
import { governanceOf } from "./decide/governance.ts";
import { lifecycleOf } from "./decide/lifecycle.ts";

/** Lifecycles and approvals as people look at them; they themselves are in the state, and are moved by commands. */
export interface GovernanceFace {
  /** Who called a version in the last minute, those that call most first. */
  callersOf: TrafficLook["callersOf"];
  lifecycleOf(state: MeshState, ref: VersionRef): Lifecycle;
  settings(state: MeshState): Governance;
  /** An approval as it stands at this moment: one whose time is up, or whose ground has moved, is void before that is recorded. */
  standing(approval: Approval): Approval;
  /** The span in which a freeze holds at this moment, and the next one. */
  spans(freeze: Freeze): { readonly active: Span | null; readonly next: Span | null };
}

interface Span {
  readonly from: string;
  readonly until: string;
}

export function createGovernanceFace(
  traffic: TrafficLook,
  look: () => { readonly state: MeshState; readonly nowIso: string },
): GovernanceFace {
  return {
    callersOf: (ref) => traffic.callersOf(ref),
    lifecycleOf,
    settings: governanceOf,
    standing(approval) {
      const why = isOpen(approval) ? whyOver(look(), approval) : null;
      return why === null ? approval : { ...approval, state: "void", because: why };
    },
    spans(freeze) {
      const nowMs = Date.parse(look().nowIso);
      const active = freezeSpanAt(freeze, nowMs);
      return { active: shown(active), next: shown(nextFreezeSpan(freeze, active?.untilMs ?? nowMs)) };
    },
  };
}

function shown(span: FreezeSpan | null): Span | null {
  return span === null ? null : { from: new Date(span.fromMs).toISOString(), until: new Date(span.untilMs).toISOString() };
}
