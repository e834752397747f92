import { systemClock } from "../system/index.ts";
import { openTestEngine, serveTestEngine, TEST_TOKEN } from "../testing/index.ts";
import { type CliOutcome, runTestCli } from "./test-io.fixture.ts";

const PAYMENTS_3 = "{ instances: [{ address: 127.0.0.1, port: 9030 }] }";

/** A mesh whose versions hold each other: checkout 1.4.0 works with payments 2.3.0 alone, 2.0.0 with both. `payments3`: what there is of payments 3.0.0. */
export function meshYaml(payments3 = PAYMENTS_3): string {
  return `
services:
  checkout:
    versions:
      1.4.0: { requirements: { payments: ^2.1.0 }, instances: [{ address: 127.0.0.1, port: 9014 }] }
      2.0.0: { requirements: { payments: ">=2.3.0 <4.0.0" }, instances: [{ address: 127.0.0.1, port: 9020 }] }
    split: { weights: { 1.4.0: 10000 } }
  payments:
    versions:
      2.3.0: { instances: [{ address: 127.0.0.1, port: 9023 }] }
      3.0.0: ${payments3}
    split: { weights: { 2.3.0: 10000 } }
`;
}

export interface RealCli {
  readonly url: string;
  /** Runs one line; `+` stands for a space within a word. */
  run(line: string, files?: Readonly<Record<string, string>>): Promise<CliOutcome>;
  close(): Promise<void>;
}

/** The command line and an engine that serves its API to it. What `manifests` hold is applied, one after the other. */
export async function openRealCli(manifests: readonly string[] = [], clock = systemClock): Promise<RealCli> {
  const mesh = await openTestEngine(clock);
  const server = await serveTestEngine(mesh.engine, clock);
  const url = `http://127.0.0.1:${server.port}`;
  const run: RealCli["run"] = (line, files = {}) =>
    runTestCli(
      line.split(" ").map((word) => word.replaceAll("+", " ")),
      url,
      { files, io: { localToken: () => TEST_TOKEN } },
    );
  const close = async () => {
    await server.close();
    await mesh.remove();
  };
  for (const manifest of manifests) {
    const applied = await run("apply -f mesh.yaml", { "mesh.yaml": manifest });
    if (applied.exitCode !== 0) {
      await close();
      throw new Error(`The manifest was not applied: ${applied.error}`);
    }
  }
  return { url, run, close };
}
