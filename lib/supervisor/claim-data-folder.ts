import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { socketPath } from "./socket-path.ts";

const SOCKET = "supervisor.sock";
const REQUEST_CHARS_MAX = 1_024;
const REQUEST_MS = 2_000;

/** What the supervisor says to a request: the sentences of what it did, or why it did not. */
export interface SupervisorAnswer {
  readonly ok: boolean;
  readonly sentences: readonly string[];
}

/** A held data folder. */
export interface DataFolderClaim {
  /** Whoever may read the folder may ask; `answer` gets the line that was asked. Until this is called every request is refused. */
  answerWith(answer: (request: string) => Promise<SupervisorAnswer>): void;
  release(): void;
}

/**
 * Claims the data folder for this supervisor until it ends, however it ends: the claim is a socket that listens, so a claim that a
 * killed supervisor left behind is recognised and taken over. Throws when another supervisor holds it: its proxies and ours would
 * share their files. The socket, for its owner only, is also where `interlock proxy restart` asks.
 */
export async function claimDataFolder(dataDir: string): Promise<DataFolderClaim> {
  const path = socketPath(dataDir, SOCKET);
  let answer = async (_request: string): Promise<SupervisorAnswer> => ({ ok: false, sentences: ["Interlock is still starting."] });
  const serve = (socket: Socket) => void answerOn(socket, (request) => answer(request)).catch(() => socket.destroy());
  let server = await tryToListen(path, serve);
  if (server === null) {
    if (await answers(path)) {
      throw new Error(
        `Interlock is already running on the data folder ${dataDir}: stop it first, or set INTERLOCK_DATA to another folder.`,
      );
    }
    rmSync(path, { force: true });
    server = await tryToListen(path, serve);
  }
  if (server === null) throw new Error(`The data folder ${dataDir} was claimed by another Interlock just now.`);
  if (process.platform !== "win32") chmodSync(path, 0o600);
  const claim = server;
  return {
    answerWith(next) {
      answer = next;
    },
    release: () => void claim.close(),
  };
}

/** Asks the supervisor of a data folder; null where none runs. */
export async function askSupervisor(dataDir: string, request: string): Promise<SupervisorAnswer | null> {
  const socket = connect(socketPath(dataDir, SOCKET));
  try {
    await once(socket, "connect");
  } catch {
    return null;
  }
  socket.end(`${request}\n`);
  try {
    return JSON.parse(await text(socket)) as SupervisorAnswer;
  } catch {
    return { ok: false, sentences: ["The supervisor ended before it answered."] };
  }
}

async function answerOn(socket: Socket, answer: (request: string) => Promise<SupervisorAnswer>): Promise<void> {
  socket.on("error", () => {});
  socket.setTimeout(REQUEST_MS, () => socket.destroy());
  let request = "";
  for await (const chunk of socket.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    request += chunk;
    if (request.includes("\n") || request.length > REQUEST_CHARS_MAX) break;
  }
  socket.setTimeout(0);
  // Whoever only looks whether somebody is here asks nothing.
  if (!request.includes("\n")) return void socket.destroy();
  socket.end(JSON.stringify(await answer(request.slice(0, request.indexOf("\n")))));
}

async function tryToListen(path: string, serve: (socket: Socket) => void): Promise<Server | null> {
  const server = createServer({ allowHalfOpen: true }, serve).unref();
  try {
    server.listen(path);
    await once(server, "listening");
    return server;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return null;
    throw error;
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
