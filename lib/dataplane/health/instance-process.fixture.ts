/** An instance as a process of its own, to be killed and stopped: prints its port, answers "ok" with its process id. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = `
  const server = require("node:http").createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "x-instance": process.argv[1] }).end("ok"));
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  process.stdin.on("end", () => process.exit()).resume();
`;

export interface InstanceProcess {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

/** Starts one; it ends with this process, or when it is killed. */
export function spawnInstance(name: string): Promise<InstanceProcess> {
  const child = spawn(process.execPath, ["-e", PROGRAM, name], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.stdout?.once("data", (text: Buffer) => resolve({ name, port: Number(text.toString()), child }));
  });
}

/** Kills it and waits until it is gone. */
export function killInstance({ child }: InstanceProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
