import { describe, expect, test } from "vitest";
import { bodyOfValues, valuesOfDeployment } from "./deployment-values.ts";
import type { DeploymentView } from "./use-workloads.ts";

const DEPLOYMENT = {
  service: "web",
  version: "1.0.0",
  generation: 7,
  nodes: ["node-a", "node-b"],
  replicas: 3,
  command: ["node", "my server.js", "$PORT"],
  env: { LEVEL: "debug", EMPTY: "" },
  health: { kind: "http", path: "/healthz", startWithinMs: 30_000 },
  autoscale: { min: 2, max: 8, targetRps: 50, stabilisationMs: 60_000 },
  maxSurge: 1,
  maxUnavailable: 0,
  alpha: 0.5,
  gamma: 1,
  capacityRps: 75,
} as unknown as DeploymentView;

describe("the form of a deployment", () => {
  test("sends what it was opened with, but for where autoscaling begins", () => {
    const { alpha, autoscale, capacityRps, command, env, gamma, health, maxSurge, maxUnavailable, nodes } = DEPLOYMENT;
    const kept = { alpha, autoscale, capacityRps, command, env, gamma, health, maxSurge, maxUnavailable, nodes };
    expect(bodyOfValues(valuesOfDeployment(DEPLOYMENT))).toEqual({ ...kept, replicas: 2 });
  });

  test("sends a fixed number without the figures of autoscaling, and no path for a check by connection", () => {
    const values = { ...valuesOfDeployment(DEPLOYMENT), scaling: "fixed", health: "tcp", within: "", capacity: "" } as const;
    expect(bodyOfValues(values)).toMatchObject({ replicas: 3, autoscale: null, health: { kind: "tcp" } });
    expect(bodyOfValues(values)).not.toHaveProperty("capacityRps");
  });

  test("what is no number goes out as it was typed, for the engine to name", () => {
    const values = { ...valuesOfDeployment(null), command: "node server.js", replicas: "two", gamma: "0,5" };
    expect(bodyOfValues(values)).toMatchObject({ replicas: "two", gamma: 0.5, nodes: [], env: {} });
  });
});
