import type { Command, MeshState, Refusal, RootRotationStep } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";

type RotateRoot = Extract<Command, { readonly kind: "identity.rotate-root" }>;

const NEXT: Readonly<Record<RootRotationStep, RootRotationStep>> = {
  "trust-new": "issue-new",
  "issue-new": "drop-old",
  "drop-old": "trust-new",
};

/** The step that comes after the last one. */
export function nextRootStep(last: MeshState["rootRotation"]): RootRotationStep {
  return NEXT[last?.step ?? "drop-old"];
}

/** Takes the next step of a root change. The steps have one order, and none leads back. */
export function decideRootRotation({ state }: DecideContext, { step, fingerprint }: RotateRoot): Result<Draft, Refusal> {
  const expected = nextRootStep(state.rootRotation);
  if (step !== expected) {
    const detail = `The next step of the root change is ${expected}, not ${step}.`;
    return err({
      code: "identity.rotation-order",
      detail,
      problems: [{ path: "step", code: "identity.rotation-order", detail, fix: `Take ${expected}.` }],
    });
  }
  return ok({
    kind: "identity.rotate-root",
    subject: "trust root",
    before: state.rootRotation,
    after: { step, fingerprint },
    events: [{ kind: "root-rotated", step, fingerprint }],
    services: [],
  });
}
