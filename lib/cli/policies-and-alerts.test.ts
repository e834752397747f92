import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { meshYaml, openRealCli, type RealCli } from "./real-cli.fixture.ts";

const RULE = `
name: payments is there
kind: alert
trigger: { metric: instances(payments), above: 0, forMs: 0 }
actions: [{ kind: alert, severity: critical }]
`;

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli([meshYaml()]);
});

afterAll(() => cli.close());

const run: RealCli["run"] = (line, files) => cli.run(line, files);

describe("interlock policy", () => {
  test("lists Interlock's own with what they would do now, and the traffic policy of a service as before", async () => {
    expect((await run("policy list")).out).toMatch(/^built-in-errors +idle +alert +High error rate +Nothing: there is no data\.$/m);
    expect((await run("policy payments")).out).toContain("loadBalancing.kind");
  });

  test("tries a rule on the last hour without keeping it", async () => {
    const { exitCode, out } = await run("policy try -f rule.yaml", { "rule.yaml": RULE });
    expect(exitCode).toBe(0);
    expect(out).toContain("When instances(payments) is above 0: alert (critical).");
    expect(out).toContain("Not looked at, because it is not stored: instances.");
    expect((await run("policy list")).out).not.toContain("payments is there");
  });

  test("names what is wrong with a rule and how to say it", async () => {
    const wrong = await run("policy add -f rule.yaml", { "rule.yaml": RULE.replace("instances(", "instancs(") });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.error).toContain("Did you mean instances?");
    expect(await run("policy add")).toMatchObject({ exitCode: 2, error: expect.stringContaining("-f policy.yaml") });
  });

  test("keeps, switches and removes one; alerts that it fires are acknowledged and explained", async () => {
    const made = await run("policy add -f rule.yaml --reason because", { "rule.yaml": RULE });
    expect(made.error).toBe("");
    const id = /pol-\d+/.exec(made.out)?.[0] ?? "";
    await expect.poll(async () => (await run("alerts")).out, { timeout: 15_000 }).toContain("instances(payments) is 2, above 0.");
    const alerts = await run("alerts");
    expect(alerts.exitCode).toBe(1);
    const alert = /alr-\d+/.exec(alerts.out)?.[0] ?? "";
    expect((await run(`alerts ack ${alert} --reason on+it`)).exitCode).toBe(0);
    expect(await run(`alerts silence ${alert} --until ${new Date(Date.now() + 3_600_000).toISOString()}`)).toMatchObject({
      exitCode: 0,
      error: "",
    });
    expect((await run("alerts")).out).toMatch(/\[anna: on it\] \[silent until /);
    expect((await run(`alerts why ${alert}`)).out).toMatch(/To take it back: interlock undo chg-\d+/);
    expect((await run(`policy disable ${id}`)).exitCode).toBe(0);
    expect((await run(`policy show ${id}`)).out).toMatch(/ off\nWhen instances\(payments\)/);
    expect((await run(`policy remove ${id}`)).exitCode).toBe(0);
    expect((await run("policy remove built-in-errors")).error).toContain("comes with Interlock");
    await expect.poll(async () => (await run("alerts")).out, { timeout: 15_000 }).not.toContain(alert);
  });
});
