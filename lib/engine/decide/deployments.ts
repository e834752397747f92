import { liveVersions } from "../../compatibility/index.ts";
import {
  type Command,
  DEPLOYMENTS_MAX,
  type Deployment,
  type DeploymentCommand,
  type DeploymentInput,
  type Problem,
  parseNodeName,
  type Refusal,
  type Service,
  type Version,
} from "../../model/index.ts";
import { canonicalJson, ok, type Result, unreachable } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { checkDeployment } from "./deployment-input.ts";
import { refuse, refuseAll } from "./refusals.ts";
import { findVersion } from "./versions.ts";

type Of<K extends Command["kind"]> = Extract<Command, { readonly kind: K }>;

/** Deployments: what should run where. The processes follow by themselves. */
export function decideDeployment(
  context: DecideContext,
  command: Exclude<DeploymentCommand, { readonly kind: "instance.move" }>,
): Result<Draft | null, Refusal> {
  switch (command.kind) {
    case "deployment.set":
      return decideSet(context, command);
    case "deployment.scale":
      return decideScale(context, command);
    case "deployment.restart":
      return decideRestart(context, command);
    case "deployment.remove":
      return decideRemove(context, command);
    case "node.drain":
    case "node.undrain":
      return decideDrain(context, command);
    default:
      return unreachable(command);
  }
}

function decideSet(context: DecideContext, command: Of<"deployment.set">): Result<Draft | null, Refusal> {
  const found = findVersion(context, command.service, command.version);
  const before = context.state.deployments.get(keyOf(command)) ?? null;
  const problems = [
    ...(found.ok ? [] : found.error.problems),
    ...checkDeployment(command.deployment),
    ...(found.ok ? emptying(found.value.service, command.version, command.deployment) : []),
  ];
  if (before === null && context.state.deployments.size >= DEPLOYMENTS_MAX) {
    const detail = `There are ${DEPLOYMENTS_MAX} deployments, as many as may be.`;
    problems.push({ path: "", code: "deployment.limit", detail, fix: "Undeploy versions that nobody needs first." });
  }
  return problems.length > 0 ? refuseAll(problems) : ok(setDraft(context, before, command, command.deployment));
}

function decideScale(context: DecideContext, command: Of<"deployment.scale">): Result<Draft | null, Refusal> {
  const found = findDeployment(context, command);
  if (!found.ok) return found;
  const { deployment, service } = found.value;
  const { capacityFactor, replicas = deployment.replicas } = command;
  const problems: Problem[] = [];
  if (command.replicas === undefined && capacityFactor === undefined) {
    const fix = "Give replicas, or capacityFactor.";
    problems.push({ path: "replicas", code: "deployment.invalid", detail: "Nothing to scale is given.", fix });
  }
  if (command.replicas !== undefined && deployment.autoscale !== null) {
    const { max, min } = deployment.autoscale;
    const detail = `${command.service} ${command.version} follows its load, between ${min} and ${max} instances.`;
    const fix = "Set other limits, or deploy it without autoscale first.";
    problems.push({ path: "replicas", code: "deployment.invalid", detail, fix });
  }
  if (capacityFactor !== undefined && !(Number.isFinite(capacityFactor) && capacityFactor > 0)) {
    const detail = `${capacityFactor} is no factor.`;
    problems.push({ path: "capacityFactor", code: "deployment.invalid", detail, fix: "Give a number above 0, such as 1.5." });
  }
  if (capacityFactor !== undefined && deployment.capacityRps === undefined) {
    const detail = `What one instance of ${command.service} ${command.version} can carry is not known.`;
    problems.push({ path: "capacityFactor", code: "deployment.invalid", detail, fix: "Give capacityRps in the deployment first." });
  }
  const capacity =
    capacityFactor === undefined || deployment.capacityRps === undefined ? {} : { capacityRps: deployment.capacityRps * capacityFactor };
  const next = { ...inputOf(deployment), replicas, ...capacity };
  if (problems.length === 0) problems.push(...checkDeployment(next), ...emptying(service, command.version, next));
  return problems.length > 0 ? refuseAll(problems) : ok(setDraft(context, deployment, command, next));
}

function decideRestart(context: DecideContext, command: Of<"deployment.restart">): Result<Draft, Refusal> {
  const found = findDeployment(context, command);
  if (!found.ok) return found;
  const { deployment } = found.value;
  return ok(draftOf(context, deployment, { ...deployment, generation: context.place.seq }));
}

function decideRemove(context: DecideContext, command: Of<"deployment.remove">): Result<Draft, Refusal> {
  const found = findDeployment(context, command);
  if (!found.ok) return found;
  const { deployment, service } = found.value;
  const problem = command.anyway ? null : stillUsed(service, command.version);
  if (problem !== null) {
    const fix = `${problem.fix} With anyway=true it is undeployed all the same, and these requests get 503.`;
    return refuse({ ...problem, path: "version", fix });
  }
  return ok({
    kind: "deployment.remove",
    subject: keyOf(command),
    before: shownDeployment(deployment),
    after: null,
    events: [{ kind: "deployment-set", id: keyOf(command), value: null }],
    services: [],
  });
}

function decideDrain(context: DecideContext, { kind, node }: Of<"node.drain" | "node.undrain">): Result<Draft | null, Refusal> {
  const name = parseNodeName(node);
  if (!name.ok) return refuse(name.error);
  const before = context.state.drainedNodes.get(node) ?? null;
  if ((kind === "node.drain") === (before !== null)) return ok(null);
  const { author, reason } = context.author;
  const value = kind === "node.drain" ? { node, since: context.nowIso, by: author, reason } : null;
  return ok({
    kind,
    subject: node,
    before: { drained: before !== null },
    after: { drained: value !== null },
    events: [{ kind: "node-drain-set", id: node, value }],
    services: [],
  });
}

/** Why instances of a version cannot all go: requests are sent to it, and it has no others. Null where they can. */
export function stillUsed(service: Service, version: Version): Problem | null {
  const others = [...service.staticInstances.values()].some((instance) => instance.version === version);
  if (others || !liveVersions(service).has(version)) return null;
  const weight = (service.weights[version] ?? 0) / 100;
  const detail = `${service.name} ${version} has ${weight === 0 ? "weight in a route rule" : `${weight} % of the requests`}.`;
  return { path: "replicas", code: "deployment.in-use", detail, fix: "Move its traffic to another version first." };
}

/** The problem of a deployment as it is to be, where it would leave a version that requests go to without instances. */
export function emptying(
  service: Service,
  version: Version,
  { autoscale, replicas }: Pick<DeploymentInput, "autoscale" | "replicas">,
): Problem[] {
  const problem = replicas === 0 && autoscale === null ? stillUsed(service, version) : null;
  return problem === null ? [] : [problem];
}

function setDraft(
  context: DecideContext,
  before: Deployment | null,
  { service, version }: Pick<Deployment, "service" | "version">,
  input: DeploymentInput,
): Draft | null {
  if (before !== null && canonicalJson(inputOf(before)) === canonicalJson(input)) return null;
  const isSameProcess = before !== null && canonicalJson(processOf(before)) === canonicalJson(processOf(input));
  const generation = isSameProcess ? before.generation : context.place.seq;
  return draftOf(context, before, { ...input, service, version, generation, updatedAt: "", updatedBy: "" });
}

function draftOf(context: DecideContext, before: Deployment | null, deployment: Deployment): Draft {
  const value = { ...deployment, updatedAt: context.nowIso, updatedBy: context.author.author };
  return {
    kind: "deployment.set",
    subject: keyOf(value),
    before: before === null ? null : shownDeployment(before),
    after: shownDeployment(value),
    events: [{ kind: "deployment-set", id: keyOf(value), value }],
    services: [],
  };
}

function findDeployment(
  context: DecideContext,
  ref: Pick<Deployment, "service" | "version">,
): Result<{ readonly deployment: Deployment; readonly service: Service }, Refusal> {
  const found = findVersion(context, ref.service, ref.version);
  if (!found.ok) return found;
  const deployment = context.state.deployments.get(keyOf(ref));
  if (deployment !== undefined) return ok({ deployment, service: found.value.service });
  return refuse(notDeployed(ref));
}

export function notDeployed({ service, version }: Pick<Deployment, "service" | "version">): Problem {
  const fix = `Deploy it first: interlock deploy --service ${service} --version ${version} -- <command>.`;
  return { path: "version", code: "deployment.unknown", detail: `${service} ${version} is not deployed.`, fix };
}

/** What its processes are made of. */
function processOf({ command, env, health }: Pick<Deployment, "command" | "env" | "health">): unknown {
  return { command, env, health };
}

function inputOf({ service: _, version: __, generation: ___, updatedAt: ____, updatedBy: _____, ...input }: Deployment): DeploymentInput {
  return input;
}

/** What people compare. Of the environment the names only: values may be secrets. */
function shownDeployment({ env, ...deployment }: Deployment): unknown {
  const { updatedAt: _, updatedBy: __, service: ___, version: ____, ...shown } = deployment;
  return { ...shown, env: Object.keys(env).sort() };
}

function keyOf({ service, version }: Pick<Deployment, "service" | "version">): string {
  return `${service}@${version}`;
}
