/**
 * Deciding: (state, command, context) → the change that the command makes, or a refusal. Pure: the same input gives the same answer, and a
 * dry run is this and nothing more.
 *
 * Order of judgement, first hit wins: unknown name (404) → stale rev (412) → what is wrong with the input (422, and conflicts with other
 * registrations, 409), all problems at once → nothing differs (null) → the state after the change: readiness and compatibility (409), all at once.
 * Commands arrive with unread text in branded types; each noun reads every name itself and reports the path at which it stood.
 */
import type {
  AutomationCommand,
  ChannelCommand,
  Command,
  DeploymentCommand,
  GovernanceCommand,
  MeshState,
  Refusal,
  ReleaseCommand,
} from "../../model/index.ts";
import { ok, type Result, unreachable } from "../../std/index.ts";
import { passGate } from "../gate.ts";
import { invertChange } from "../invert.ts";
import { decideAlert } from "./alerts.ts";
import { decideApproval, decideApprovalRequest } from "./approval.ts";
import { decideAutomationRemove, decideAutomationSet } from "./automation.ts";
import { decideChangeSet } from "./change-set.ts";
import { decideChannelRemove, decideChannelSet } from "./channels.ts";
import type { DecideContext, Decision, Draft } from "./context.ts";
import { decideDeployment } from "./deployments.ts";
import { decideEvidenceRecord, decideEvidenceWithdraw, decideObservation, decideVerification } from "./evidence.ts";
import { decideFreezeRemove, decideFreezeSet } from "./freeze.ts";
import { decideGovernance } from "./governance.ts";
import { decideInstanceRegister, decideInstanceRemove } from "./instances.ts";
import { decideLifecycle } from "./lifecycle.ts";
import { decideManifest } from "./manifest.ts";
import { passApproval, passFreezes } from "./pass-governance.ts";
import { withPausedPlans } from "./plan-pause.ts";
import { decidePlan } from "./plans.ts";
import { decideAuthorization, decidePolicy } from "./policies.ts";
import { decideInstanceMove } from "./processes.ts";
import { decideRelease } from "./release.ts";
import { withPausedReleases } from "./release-pause.ts";
import { decideRollback } from "./rollback.ts";
import { decideRootRotation } from "./root-rotation.ts";
import { decideRoutes } from "./routes.ts";
import { decideServiceRegister, decideServiceRemove, decideServiceUpdate } from "./services.ts";
import { shownByAspect } from "./shown.ts";
import { decideSplit } from "./splits.ts";
import { decideStrategyRemove, decideStrategySet } from "./strategies.ts";
import { decideUndo } from "./undo.ts";
import { decideVersionRegister, decideVersionRemove, decideVersionUpdate } from "./versions.ts";

/** The change that `command` makes; null when nothing differs. */
export function decide(context: DecideContext, command: Command): Result<Decision | null, Refusal> {
  const drafted = draft(context, command);
  if (!drafted.ok) return drafted;
  if (drafted.value === null) return ok(null);
  const { kind, subject, services, undoes } = drafted.value;
  const unfrozen = passFreezes(context, withPausedReleases(context, withPausedPlans(context, drafted.value)));
  if (!unfrozen.ok) return unfrozen;
  const gated = passGate(context, unfrozen.value.draft);
  if (!gated.ok) return gated;
  const passed = passApproval(context, command, unfrozen.value, gated.value);
  if (!passed.ok) return passed;
  const { events, state, notes, risk } = passed.value;
  if (events.length === 0) return ok(null);
  const change = { ...context.place, at: context.nowIso, author: context.author.author, events };
  const { before, after } = shownOf(context.state, state, { ...drafted.value, events });
  return ok({
    kind,
    subject,
    before,
    after,
    events,
    inverse: invertChange(context.state, change),
    undoable: isUndoable(kind),
    services,
    ...(undoes === undefined ? {} : { undoes }),
    notes,
    risk,
    state,
  });
}

/** Plans, approvals and the like go back by verbs of their own; what asks for a second person is not taken back by one. */
function isUndoable(kind: Draft["kind"]): boolean {
  if (kind === "identity.rotate-root" || kind === "governance.set") return false;
  return !FINAL.some((noun) => kind.startsWith(noun));
}

const FINAL = ["plan.", "release.", "alert.", "approval.", "node.", "instance.start", "instance.stop", "instance.restart"];

/** What people compare: as the noun has it, else read off the states. A first version is shown with the weights that it got, or did not get. */
function shownOf(before: MeshState, after: MeshState, drafted: Draft): { readonly before: unknown; readonly after: unknown } {
  if (drafted.before === undefined && drafted.after === undefined) return shownByAspect(before, after, drafted.events);
  const [first] = drafted.firstVersions ?? [];
  if (first === undefined) return { before: drafted.before, after: drafted.after };
  return { before: drafted.before, after: { ...(drafted.after as object), weights: after.services.get(first.service)?.weights ?? {} } };
}

type DeliveryCommand = AutomationCommand | ChannelCommand | DeploymentCommand | GovernanceCommand | ReleaseCommand;

function draft(context: DecideContext, command: Command): Result<Draft | null, Refusal> {
  switch (command.kind) {
    case "service.register":
      return decideServiceRegister(context, command);
    case "service.update":
      return decideServiceUpdate(context, command);
    case "service.remove":
      return decideServiceRemove(context, command);
    case "version.register":
      return decideVersionRegister(context, command);
    case "version.update":
      return decideVersionUpdate(context, command);
    case "version.remove":
      return decideVersionRemove(context, command);
    case "instance.register":
      return decideInstanceRegister(context, command);
    case "instance.remove":
      return decideInstanceRemove(context, command);
    case "split.set":
      return decideSplit(context, command);
    case "routes.set":
      return decideRoutes(context, command);
    case "policy.set":
      return decidePolicy(context, command);
    case "authorization.set":
      return decideAuthorization(context, command);
    case "identity.rotate-root":
      return decideRootRotation(context, command);
    case "evidence.record":
      return decideEvidenceRecord(context, command);
    case "evidence.withdraw":
      return decideEvidenceWithdraw(context, command);
    case "evidence.observe":
      return decideObservation(context, command);
    case "verification.publish":
      return decideVerification(context, command);
    case "rollback":
      return decideRollback(context, command);
    case "undo":
      return decideUndo(context, command);
    case "plan.create":
    case "plan.execute":
    case "plan.pause":
    case "plan.resume":
    case "plan.reverse":
    case "plan.advance":
    case "plan.stop":
      return decidePlan(context, command);
    case "change-set":
      return decideChangeSet(context, command);
    case "manifest.apply":
      return decideManifest(context, command);
    default:
      return draftDelivery(context, command);
  }
}

/** Releases, policies, channels, workloads, and what people agree on. */
function draftDelivery(context: DecideContext, command: DeliveryCommand): Result<Draft | null, Refusal> {
  switch (command.kind) {
    case "automation.set":
      return decideAutomationSet(context, command);
    case "automation.remove":
      return decideAutomationRemove(context, command);
    case "alert.fire":
    case "alert.resolve":
    case "alert.ack":
    case "alert.silence":
      return decideAlert(context, command);
    case "release.create":
    case "release.move":
    case "release.advance":
      return decideRelease(context, command);
    case "strategy.set":
      return decideStrategySet(context, command);
    case "strategy.remove":
      return decideStrategyRemove(context, command);
    case "channel.set":
      return decideChannelSet(context, command);
    case "channel.remove":
      return decideChannelRemove(context, command);
    case "lifecycle.set":
      return decideLifecycle(context, command);
    case "freeze.set":
      return decideFreezeSet(context, command);
    case "freeze.remove":
      return decideFreezeRemove(context, command);
    case "approval.request":
      return decideApprovalRequest(context, command, (wanted) => decide({ ...context, isTrial: true }, wanted));
    case "approval.decide":
      return decideApproval(context, command);
    case "governance.set":
      return decideGovernance(context, command);
    case "deployment.set":
    case "deployment.scale":
    case "deployment.restart":
    case "deployment.remove":
    case "node.drain":
    case "node.undrain":
      return decideDeployment(context, command);
    case "instance.move":
      return decideInstanceMove(context, command);
    default:
      return unreachable(command);
  }
}
