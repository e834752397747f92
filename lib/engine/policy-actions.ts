/**
 * What the actions of policies do, through the same commands as people: so the gate, freezes, capacity and the log hold for them too. An action that has nothing to do
 * (an instance that is not out is not let back in) is none, and counts against no limit.
 */
import {
  type Change,
  type ChangeAuthor,
  type Command,
  FULL_WEIGHT_BP,
  type MeshState,
  type PolicyAction,
  type Refusal,
  type Release,
  type Service,
  type ServiceName,
  type Version,
  type Weights,
} from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { movedServices } from "./decide/plan-walk.ts";
import { isWalking } from "./decide/plans.ts";
import { findService, refuse } from "./decide/refusals.ts";
import { hasEnded } from "./fold-delivery.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import { weightsBeforePolicies } from "./policy-moves.ts";

/** What set a policy off. */
export interface PolicyCause {
  /** As alerts and limits name it; "" for the whole mesh. */
  readonly subject: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly instance: string | null;
}

/** What an action did, in a sentence; null where there was nothing to do. */
export type Acted = Result<string | null, Refusal>;

export type ActionEngine = Pick<MeshEngine, "state" | "execute" | "instances" | "ejections">;

type Act = Exclude<PolicyAction, { readonly kind: "alert" | "notify" | "refuse" }>;

export async function runAction(engine: ActionEngine, action: Act, cause: PolicyCause, author: ChangeAuthor): Promise<Acted> {
  const service = "service" in action ? (action.service ?? cause.service) : cause.service;
  // The version of what set it off is none of another service's.
  const version = service === cause.service ? cause.version : null;
  switch (action.kind) {
    case "eject":
    case "readmit":
      return moveInstance(engine, action, action.instance ?? cause.instance, author);
    case "restart":
      return restart(
        engine,
        {
          instance: action.instance ?? (action.service === undefined ? cause.instance : null),
          service,
          version,
        },
        author,
      );
    default:
      break;
  }
  const found = findService(engine.state(), service ?? "", "service");
  if (!found.ok) return found;
  switch (action.kind) {
    case "shift":
      return setWeights(engine, found.value, action.weights, author);
    case "drain":
      return drain(engine, found.value, action.version ?? version, author);
    case "restore":
      return restore(engine, found.value, author);
    case "rollback":
      return rollback(engine, found.value, author);
    case "pause":
      return pause(engine, found.value, author);
    case "scale":
      return scale(engine, found.value, { ...action, version: action.version ?? version }, author);
  }
}

async function run(engine: ActionEngine, command: Command, author: ChangeAuthor, says: (change: Change) => string): Promise<Acted> {
  const done = await engine.execute(command, author);
  if (!done.ok) return done;
  return ok(done.value.change === null ? null : says(done.value.change));
}

function setWeights(engine: ActionEngine, { name, rev }: Service, weights: Weights, author: ChangeAuthor): Promise<Acted> {
  return run(engine, { kind: "split.set", service: name, rev, weights }, author, ({ id }) => `set the weights of ${name} (${id})`);
}

async function drain(engine: ActionEngine, service: Service, version: string | null, author: ChangeAuthor): Promise<Acted> {
  if (version === null) {
    const detail = `Nothing says which version of ${service.name} to drain.`;
    return refuse({
      path: "version",
      code: "version.unknown",
      detail,
      fix: "Name the version in the action, or use a trigger about versions.",
    });
  }
  const weightBp = service.weights[version] ?? 0;
  if (weightBp === 0) return ok(null);
  const ready = readyVersions(engine, service);
  const others = Object.fromEntries(
    Object.entries(service.weights).filter(([other, weight]) => other !== version && weight > 0 && ready.has(other)),
  );
  if (Object.keys(others).length === 0) {
    const detail = `No other version of ${service.name} with weight has a ready instance.`;
    return refuse({ path: "version", code: "split.no-ready-instance", detail, fix: "Start instances, or give another version weight." });
  }
  const next: Record<string, number> = { ...service.weights, [version]: 0 };
  for (const [other, share] of inProportion(weightBp, others)) next[other] = (next[other] ?? 0) + share;
  return setWeights(engine, service, next, author);
}

/** Versions without instances get nothing back yet; the rest is given back when they have some. */
async function restore(engine: ActionEngine, service: Service, author: ChangeAuthor): Promise<Acted> {
  const before = weightsBeforePolicies(service);
  if (before === null) return ok(null);
  const ready = readyVersions(engine, service);
  const kept = Object.fromEntries(
    Object.entries(before).filter(([version, weight]) => weight > 0 && (ready.has(version) || (service.weights[version] ?? 0) > 0)),
  );
  if (Object.keys(kept).length === 0) return ok(null);
  return setWeights(engine, service, Object.fromEntries(inProportion(FULL_WEIGHT_BP, kept)), author);
}

function readyVersions(engine: ActionEngine, { name }: Service): ReadonlySet<string> {
  return new Set(engine.instances(name).flatMap(({ health, version }) => (health === "ready" ? [version as string] : [])));
}

function rollback(engine: ActionEngine, { name, rev }: Service, author: ChangeAuthor): Promise<Acted> {
  const release = releaseOf(engine.state(), name);
  if (release === undefined)
    return run(engine, { kind: "rollback", service: name, rev }, author, ({ id }) => `rolled ${name} back (${id})`);
  const command: Command = { kind: "release.move", release: release.id, verb: "rollback", by: "policy" };
  return run(engine, command, author, ({ id }) => `rolled ${release.id} back (${id})`);
}

async function pause(engine: ActionEngine, { name }: Service, author: ChangeAuthor): Promise<Acted> {
  const done: string[] = [];
  const release = releaseOf(engine.state(), name);
  if (release !== undefined && (release.state === "running" || release.state === "promoting")) {
    const command: Command = { kind: "release.move", release: release.id, verb: "pause", by: "policy" };
    const paused = await run(engine, command, author, ({ id }) => `paused ${release.id} (${id})`);
    if (!paused.ok) return paused;
    if (paused.value !== null) done.push(paused.value);
  }
  for (const plan of engine.state().plans.values()) {
    if (!isWalking(plan) || !movedServices(plan).includes(name)) continue;
    const paused = await run(engine, { kind: "plan.pause", plan: plan.id }, author, ({ id }) => `paused ${plan.id} (${id})`);
    if (!paused.ok) return paused;
    if (paused.value !== null) done.push(paused.value);
  }
  return ok(done.length === 0 ? null : done.join(", "));
}

function scale(
  engine: ActionEngine,
  service: Service,
  { by, replicas, version }: { readonly by?: number; readonly replicas?: number; readonly version: string | null },
  author: ChangeAuthor,
): Promise<Acted> {
  const wanted = version ?? heaviest(service.weights);
  const deployment = engine.state().deployments.get(`${service.name}@${wanted ?? ""}`);
  const to = replicas ?? Math.max(0, (deployment?.replicas ?? 0) + (by ?? 0));
  const command: Command = { kind: "deployment.scale", service: service.name, version: (wanted ?? "") as Version, replicas: to };
  return run(engine, command, author, ({ id }) => `scaled ${service.name} ${wanted} to ${to} (${id})`);
}

async function restart(
  engine: ActionEngine,
  { instance, service, version }: { readonly instance: string | null; readonly service: string | null; readonly version: string | null },
  author: ChangeAuthor,
): Promise<Acted> {
  if (instance !== null) {
    const command: Command = { kind: "instance.move", id: instance, verb: "restart", anyway: false };
    return run(engine, command, author, ({ id }) => `restarted ${instance} (${id})`);
  }
  const found = findService(engine.state(), service ?? "", "service");
  if (!found.ok) return found;
  const deployed = [...engine.state().deployments.values()].filter(
    (each) => each.service === service && (version === null || each.version === version),
  );
  if (deployed.length === 0) {
    const detail = `No version of ${service} was deployed by Interlock, so nothing here can restart it.`;
    return refuse({ path: "service", code: "deployment.unknown", detail, fix: "Deploy it: interlock deploy." });
  }
  for (const each of deployed) {
    const done = await engine.execute({ kind: "deployment.restart", service: each.service, version: each.version }, author);
    if (!done.ok) return err(done.error);
  }
  return ok(`restarted ${deployed.map((each) => `${each.service} ${each.version}`).join(", ")}`);
}

async function moveInstance(
  { ejections, state }: ActionEngine,
  action: Extract<Act, { readonly kind: "eject" | "readmit" }>,
  instance: string | null,
  { reason }: ChangeAuthor,
): Promise<Acted> {
  if (instance === null) {
    const detail = `What set it off names no instance (seq ${state().seq}).`;
    return refuse({
      path: "instance",
      code: "instance.unknown",
      detail,
      fix: "Name the instance in the action, or follow an event of instances.",
    });
  }
  if (action.kind === "readmit") return ok(ejections.readmit(instance, reason) ? `let ${instance} back in` : null);
  const out = ejections.eject(instance, action.forMs, reason);
  return out.ok ? ok(`took ${instance} out until ${out.value.until}`) : out;
}

function releaseOf({ releases }: MeshState, service: ServiceName): Release | undefined {
  return [...releases.values()].find((release) => release.service === service && !hasEnded(release) && release.state !== "pending");
}

/** Whole basis points in proportion to weights; what is left over by rounding goes to the heaviest. */
function inProportion(totalBp: number, weights: Weights): readonly (readonly [string, number])[] {
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  const shares = Object.entries(weights).map(([version, weight]) => [version, Math.floor((totalBp * weight) / sum)] as const);
  const left = totalBp - shares.reduce((all, [, share]) => all + share, 0);
  const first = heaviest(weights);
  return shares.map(([version, share]) => [version, version === first ? share + left : share] as const);
}

function heaviest(weights: Weights): string | null {
  return Object.entries(weights).sort(([, left], [, right]) => right - left)[0]?.[0] ?? null;
}
