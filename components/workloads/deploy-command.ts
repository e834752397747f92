import { quote } from "@/components/ui/quote.ts";
import type { DeploymentBody } from "./deployment-values.ts";

/**
 * The command line for a deployment as the form has it. It replaces all of what there is, so that nothing may be left out but what is the default anyway.
 * Of the environment it has the names: values may be secrets, and come from the shell that it is run in.
 */
export function deployCommand(service: string, version: string, body: DeploymentBody): string {
  const { alpha, autoscale, capacityRps, command, env = {}, gamma, health, maxSurge, maxUnavailable, nodes = [], reason, replicas } = body;
  const option = (name: string, value: unknown, usual?: unknown) =>
    value === undefined || value === null || value === usual ? [] : [`--${name} ${quote(String(value))}`];
  return [
    `interlock deploy --service ${service} --version ${version}`,
    ...option("replicas", replicas),
    ...nodes.flatMap((node) => option("node", node)),
    ...Object.keys(env).map((name) => `--env ${quote(name)}="$${name}"`),
    ...option("health", health?.kind === "http" ? health.path : undefined),
    ...option("start-within", durationOf(health?.startWithinMs)),
    ...option("autoscale", autoscale && autoscaleOf(autoscale)),
    ...option("max-surge", maxSurge, 1),
    ...option("max-unavailable", maxUnavailable, 0),
    ...option("alpha", alpha, 1),
    ...option("gamma", gamma, 1),
    ...option("capacity", capacityRps),
    ...option("reason", reason),
    "--",
    ...command.map(quote),
  ].join(" ");
}

function autoscaleOf({ max, min, stabilisationMs, targetRps }: NonNullable<DeploymentBody["autoscale"]>): string {
  const window = durationOf(stabilisationMs);
  return `${min}..${max}@${targetRps}${window === undefined ? "" : `,${window}`}`;
}

/** As the command line reads it; what was typed and is none stays as it is, to be named there too. */
function durationOf(ms: number | undefined): string | undefined {
  return typeof ms === "number" ? `${ms}ms` : ms;
}
