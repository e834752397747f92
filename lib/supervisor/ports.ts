import { createServer } from "node:net";

/** A port of the machine's own that a setting names. */
export interface PortSetting {
  readonly variable: string;
  readonly port: number;
  /** What listens there: "console". */
  readonly purpose: string;
}

/** The port that `variable` of the environment names, or the default; throws when it is not a port. */
export function readPort(env: NodeJS.ProcessEnv, variable: string, fallback: number, purpose: string): PortSetting {
  const text = env[variable];
  if (text === undefined || text === "") return { variable, port: fallback, purpose };
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(`${variable} is "${text}": set it to a port from 1 to 65535`);
  }
  return { variable, port, purpose };
}

/** One sentence per setting that cannot be had: taken by another program, forbidden, or named twice. */
export async function portProblems(settings: readonly PortSetting[]): Promise<readonly string[]> {
  const problems = await Promise.all(settings.map((setting) => problemOf(setting, settings)));
  return problems.filter((problem) => problem !== null);
}

async function problemOf(setting: PortSetting, all: readonly PortSetting[]): Promise<string | null> {
  const { port, purpose, variable } = setting;
  const twin = all.find((other) => other !== setting && other.port === port);
  if (twin !== undefined) return `${variable} and ${twin.variable} both name port ${port}: give them different ports.`;
  const code = await tryToListen(port);
  if (code === null) return null;
  if (code === "EADDRINUSE") return `Port ${port} (${purpose}) is taken by another program: stop it, or set ${variable} to a free port.`;
  return `Port ${port} (${purpose}) cannot be used (${code}): set ${variable} to another port.`;
}

function tryToListen(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(null)));
  });
}
