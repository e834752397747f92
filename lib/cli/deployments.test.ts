import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TEST_TOKEN } from "../testing/index.ts";
import { openRealCli, type RealCli } from "./real-cli.fixture.ts";
import { runTestCli } from "./test-io.fixture.ts";

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli();
});

afterAll(() => cli.close());

const DEPLOY = "deploy --service orders --version 1.2.0 --replicas 2";

describe("interlock deploy", () => {
  test("makes service and version where they are missing, and tells what the deployment waits for", async () => {
    const { error, exitCode, out } = await cli.run(`${DEPLOY} --env LEVEL=debug --health /healthz --capacity 50 -- node server.js`);
    expect({ error, exitCode }).toEqual({ error: "", exitCode: 0 });
    expect(out).toContain("deployment.set  orders@1.2.0");
    expect((await cli.run("versions orders")).out).toContain("1.2.0");
    const shown = JSON.parse((await cli.run("deployments --json")).out).items[0];
    expect(shown).toMatchObject({ replicas: 2, command: ["node", "server.js"], env: { LEVEL: "debug" }, capacityRps: 50, ready: 0 });
    expect((await cli.run("deployments")).out).toMatch(/^orders@1\.2\.0 +0 +2 /m);
  });

  test("the same again changes nothing", async () => {
    const { out } = await cli.run(`${DEPLOY} --env LEVEL=debug --health /healthz --capacity 50 -- node server.js`);
    expect(out).toContain("Nothing to change");
  });

  test("says everything that cannot be read at once, and touches nothing", async () => {
    const before = (await cli.run("events --json")).out;
    const asked = await cli.run("deploy --version x --replicas two --env LEVEL --health nowhere --autoscale many");
    expect(asked).toMatchObject({ exitCode: 2 });
    for (const option of ["--service", "--version", "--replicas", "--env", "--health", "--autoscale", "The command is missing"]) {
      expect(asked.error).toContain(option);
    }
    expect((await cli.run("events --json")).out).toBe(before);
  });

  test("that is refused leaves no service and no version behind, be it for the token or for what is wrong", async () => {
    const locked = await runTestCli(["deploy", "--service", "fresh", "--version", "1.0.0", "--", "node"], cli.url);
    expect(locked).toMatchObject({ exitCode: 1, error: expect.stringContaining("local token") });
    expect(await cli.run("deploy --service fresh --version 1.0.0 --gamma 7 -- node")).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining("gamma"),
    });
    expect((await cli.run("services")).out).not.toContain("fresh");
  });

  test("says before it is done that the version would be registered", async () => {
    const { exitCode, out } = await cli.run("deploy --service fresh --version 1.0.0 --dry-run -- node server.js");
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining("fresh 1.0.0 is not registered yet") });
    expect((await cli.run("services")).out).not.toContain("fresh");
  });

  test("waits no longer than it is told, and says what for", async () => {
    const { exitCode, out } = await cli.run(
      `${DEPLOY} --env LEVEL=debug --health /healthz --capacity 50 --wait --timeout 10ms -- node server.js`,
    );
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: expect.stringMatching(/It was waited for 0\.01 s, no longer: .+\.$/m) });
    expect(await cli.run("restart orders@1.2.0 --wait --timeout soon")).toMatchObject({ exitCode: 2 });
  });

  test("reads limits of autoscaling", async () => {
    await cli.run("deploy --service follow --version 1.0.0 --autoscale 2..8@50,5m -- node server.js");
    const { items } = JSON.parse((await cli.run("deployments --json")).out);
    expect(items.find(({ service }: { service: string }) => service === "follow")).toMatchObject({
      autoscale: { min: 2, max: 8, targetRps: 50, stabilisationMs: 300_000 },
      target: 2,
    });
    expect(await cli.run("scale follow@1.0.0 4")).toMatchObject({ exitCode: 1, error: expect.stringContaining("follows its load") });
  });
});

describe("interlock scale, undeploy, restart", () => {
  test("another number, and another capacity of each", async () => {
    expect(await cli.run("scale orders@1.2.0 3 --capacity-factor 1.5")).toMatchObject({ exitCode: 0 });
    const { items } = JSON.parse((await cli.run("deployments --json")).out);
    expect(items.find(({ service }: { service: string }) => service === "orders")).toMatchObject({ replicas: 3, capacityRps: 75 });
    expect(await cli.run("scale orders@1.2.0")).toMatchObject({ exitCode: 2 });
    expect(await cli.run("scale orders@1.2.0 many")).toMatchObject({ exitCode: 2 });
  });

  test("undeploying what requests go to is refused with what helps, and done when asked for all the same", async () => {
    expect(await cli.run("undeploy orders@1.2.0")).toMatchObject({ exitCode: 1, error: expect.stringContaining("anyway=true") });
    expect(await cli.run("undeploy orders@1.2.0 --anyway --reason gone")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("restart orders@1.2.0")).toMatchObject({ exitCode: 1, error: expect.stringContaining("not deployed") });
  });
});

describe("interlock nodes", () => {
  test("shows a node that reported, and drains and returns it", async () => {
    expect((await cli.run("nodes")).out).toContain("No nodes");
    const reported = await fetch(`${cli.url}/api/v1/nodes/node-a/report`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-interlock-token": TEST_TOKEN },
      body: JSON.stringify({ agentPid: 7, cpus: 4, instances: [] }),
    });
    expect(reported.status).toBe(200);
    expect((await cli.run("nodes")).out).toMatch(/^node-a +connected +away +0 +0 +No proxy of it is connected\.$/m);
    expect(await cli.run("nodes drain node-a --reason kernel --wait")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("node-a is empty."),
    });
    expect((await cli.run("nodes")).out).toContain("Drained by anna.");
    expect(await cli.run("nodes undrain node-a")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("nodes drain nowhere")).toMatchObject({ exitCode: 1, error: expect.stringContaining('no node "nowhere"') });
  });
});

test("a verb on an instance that nobody started is refused", async () => {
  expect(await cli.run("instances restart nobody")).toMatchObject({ exitCode: 1, error: expect.stringContaining("nobody") });
});

test("a process is restarted with a reason, which the log keeps, and asked for nothing that is so already", async () => {
  await cli.run(`${DEPLOY} -- node server.js`);
  const { generation } = JSON.parse((await cli.run("deployments --json")).out).items[0];
  const process = { assignment: "run-1", service: "orders", version: "1.2.0", generation, state: "starting", restarts: 0 };
  await fetch(`${cli.url}/api/v1/nodes/node-b/report`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-interlock-token": TEST_TOKEN },
    body: JSON.stringify({ agentPid: 8, instances: [process] }),
  });
  const dry = await cli.run("instances restart run-1 --dry-run");
  expect(dry).toMatchObject({ exitCode: 0, out: expect.stringContaining("Dry run: nothing was changed.") });
  const { error, exitCode, out } = await cli.run("instances restart run-1 --reason leaks");
  expect({ error, exitCode }).toEqual({ error: "", exitCode: 0 });
  expect(out).toMatch(/^chg-\d+ {2}instance\.restart {2}run-1$/m);
  expect(out).toContain("run-1 on node-b");
  const [last] = JSON.parse((await cli.run("events --json")).out).items;
  expect(last).toMatchObject({ kind: "instance.restart", author: "anna", via: "cli", reason: "leaks" });
  expect((await cli.run("instances start run-1")).out).toContain("Nothing to change");
});
