/**
 * The console's process: the Next.js application bound to the loopback interface. It holds no keys and no store; what it shows and
 * does goes through the engine's Unix socket (`app/api`). Next would own signals and ports itself under `next start`, and does not
 * end on SIGTERM while a stream is open, so the server is ours and only the request handler is Next's.
 */
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import next from "next";
import { attachToSupervisor } from "../supervisor/index.ts";

const port = Number(process.env["INTERLOCK_CONSOLE_PORT"] ?? 3000);
const isDev = process.argv.includes("--dev");

const server = createServer();
const supervisor = attachToSupervisor({
  onStop: () => {
    server.close();
    server.closeAllConnections();
  },
});

const app = next({ dev: isDev, dir: fileURLToPath(new URL("../..", import.meta.url)), hostname: "127.0.0.1", port, httpServer: server });
await app.prepare();
const handle = app.getRequestHandler();
server.on("request", (request, response) => {
  handle(request, response).catch((error: unknown) => {
    console.error("the console could not answer", request.url, error);
    response.destroy();
  });
});
server.on("error", (error) => {
  console.error(`the console cannot listen on port ${port}:`, error.message);
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => supervisor.reportReady());
