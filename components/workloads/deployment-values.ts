import { durationText, typedDuration } from "@/components/ui/duration.ts";
import type { CallRequest } from "@/lib/client/index.ts";
import { commandText, commandWords } from "./command-words.ts";
import { envOf, envText } from "./env-text.ts";
import type { DeploymentView } from "./use-workloads.ts";

/** What the form of a deployment holds, as text. */
export interface DeploymentValues {
  readonly command: string;
  readonly env: string;
  readonly scaling: "fixed" | "auto";
  readonly replicas: string;
  readonly min: string;
  readonly max: string;
  readonly targetRps: string;
  readonly stabilisation: string;
  readonly health: "tcp" | "http";
  readonly path: string;
  readonly within: string;
  readonly nodes: string;
  readonly maxSurge: string;
  readonly maxUnavailable: string;
  readonly alpha: string;
  readonly gamma: string;
  readonly capacity: string;
  readonly reason: string;
}

export type DeploymentBody = CallRequest<"PUT /api/v1/services/{service}/versions/{version}/deployment">["body"];

const EMPTY: DeploymentValues = {
  command: "",
  env: "",
  scaling: "fixed",
  replicas: "1",
  min: "1",
  max: "4",
  targetRps: "50",
  stabilisation: "60 s",
  health: "tcp",
  path: "/healthz",
  within: "",
  nodes: "",
  maxSurge: "1",
  maxUnavailable: "0",
  alpha: "1",
  gamma: "1",
  capacity: "",
  reason: "",
};

/** The form of a deployment that there is, or of a new one. */
export function valuesOfDeployment(deployment: DeploymentView | null): DeploymentValues {
  if (deployment === null) return EMPTY;
  const { autoscale, capacityRps, command, env, health, nodes } = deployment;
  return {
    ...EMPTY,
    command: commandText(command),
    env: envText(env),
    scaling: autoscale === null ? "fixed" : "auto",
    replicas: String(deployment.replicas),
    ...(autoscale !== null && {
      min: String(autoscale.min),
      max: String(autoscale.max),
      targetRps: String(autoscale.targetRps),
      stabilisation: durationText(autoscale.stabilisationMs),
    }),
    health: health.kind,
    path: health.path ?? EMPTY.path,
    within: health.startWithinMs === undefined ? "" : durationText(health.startWithinMs),
    nodes: nodes.join(" "),
    maxSurge: String(deployment.maxSurge),
    maxUnavailable: String(deployment.maxUnavailable),
    alpha: String(deployment.alpha),
    gamma: String(deployment.gamma),
    capacity: capacityRps === null ? "" : String(capacityRps),
  };
}

/** What is sent. What is no number goes out as it was typed, so that the engine can name it beside its field. */
export function bodyOfValues(values: DeploymentValues): DeploymentBody {
  const within = typedDuration(values.within);
  const health = {
    kind: values.health,
    ...(values.health === "http" && { path: values.path.trim() }),
    ...(within !== undefined && { startWithinMs: within }),
  };
  const { min, max, stabilisation, targetRps } = values;
  const window = typedDuration(stabilisation);
  const autoscale =
    values.scaling === "fixed"
      ? null
      : {
          min: numberOf(min),
          max: numberOf(max),
          targetRps: numberOf(targetRps),
          ...(window !== undefined && { stabilisationMs: window }),
        };
  return {
    command: commandWords(values.command),
    env: envOf(values.env),
    replicas: numberOf(values.scaling === "auto" ? min : values.replicas),
    health,
    autoscale,
    nodes: values.nodes.split(/[\s,]+/).filter((node) => node !== ""),
    maxSurge: numberOf(values.maxSurge),
    maxUnavailable: numberOf(values.maxUnavailable),
    alpha: numberOf(values.alpha),
    gamma: numberOf(values.gamma),
    ...(values.capacity.trim() !== "" && { capacityRps: numberOf(values.capacity) }),
    ...(values.reason !== "" && { reason: values.reason }),
  };
}

function numberOf(text: string): number {
  const trimmed = text.trim().replace(",", ".");
  return trimmed !== "" && Number.isFinite(Number(trimmed)) ? Number(trimmed) : (text as unknown as number);
}
