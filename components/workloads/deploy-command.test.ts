import { expect, test } from "vitest";
import { deployCommand } from "./deploy-command.ts";
import type { DeploymentBody } from "./deployment-values.ts";

const BODY: DeploymentBody = { command: ["node", "my server.js"], replicas: 2 };

test("what is as usual is left out", () => {
  const usual = {
    alpha: 1,
    gamma: 1,
    maxSurge: 1,
    maxUnavailable: 0,
    env: {},
    nodes: [],
    autoscale: null,
    health: { kind: "tcp" },
  } as const;
  const command = deployCommand("web", "1.0.0", { ...BODY, ...usual, nodes: [] });
  expect(command).toBe("interlock deploy --service web --version 1.0.0 --replicas 2 -- node 'my server.js'");
});

test("everything that the deployment has stands in it, and of variables no value", () => {
  const command = deployCommand("web", "1.0.0", {
    ...BODY,
    nodes: ["node-a", "node-b"],
    env: { SECRET: "hidden" },
    health: { kind: "http", path: "/healthz", startWithinMs: 1_500 },
    autoscale: { min: 2, max: 8, targetRps: 50, stabilisationMs: 300_000 },
    maxSurge: 2,
    maxUnavailable: 1,
    alpha: 0.5,
    gamma: 0.25,
    capacityRps: 75,
    reason: "more load",
  });
  expect(command).toBe(
    "interlock deploy --service web --version 1.0.0 --replicas 2 --node node-a --node node-b " +
      '--env SECRET="$SECRET" --health /healthz --start-within 1500ms --autoscale 2..8@50,300000ms --max-surge 2 --max-unavailable 1 ' +
      "--alpha 0.5 --gamma 0.25 --capacity 75 --reason 'more load' -- node 'my server.js'",
  );
});
