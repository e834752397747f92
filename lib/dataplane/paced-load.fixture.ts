import http from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** A pause after each request, because a proxy that cannot keep up sheds. */
const PAUSE_MS = 15;

export interface PacedLoad {
  sent: number;
  /** Whatever was not answered with 200. */
  readonly failures: unknown[];
  stop(): Promise<void>;
}

/** Requests on `connections` keep-alive connections, and as many on a new connection each, until it is stopped. */
export function startPacedLoad(
  ask: (agent: http.Agent | false) => Promise<{ readonly status: number | undefined }>,
  connections: number,
): PacedLoad {
  let isOver = false;
  const agents = Array.from({ length: connections }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
  const load: PacedLoad = {
    sent: 0,
    failures: [],
    async stop() {
      isOver = true;
      await Promise.all(loops);
      for (const agent of agents) agent.destroy();
    },
  };
  const loop = async (agent: http.Agent | false) => {
    while (!isOver) {
      load.sent += 1;
      const answer = await ask(agent).catch((error: unknown) => error);
      if ((answer as { readonly status?: unknown }).status !== 200) load.failures.push(answer);
      await pause(PAUSE_MS);
    }
  };
  const loops = [...agents, ...agents.map(() => false as const)].map(loop);
  return load;
}
