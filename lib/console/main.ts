/**
 * The console's process: the Next.js application bound to the loopback interface. It holds no keys and no store; what it shows and
 * does goes through the engine's Unix socket (`app/api`). Next would own signals and ports itself under `next start`, and does not
 * end on SIGTERM while a stream is open, so the server is ours and only the request handler is Next's.
 */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import next from "next";
import { attachToSupervisor, REFUSED_TO_START } from "../supervisor/index.ts";

const port = Number(process.env["INTERLOCK_CONSOLE_PORT"] ?? 3000);
const root = fileURLToPath(new URL("../..", import.meta.url));
const isDev = process.argv.includes("--dev");

const server = createServer();
const supervisor = attachToSupervisor({
  onStop: () => {
    server.close();
    server.closeAllConnections();
  },
});

if (!isDev && !existsSync(join(root, ".next", "BUILD_ID"))) {
  console.error("The console is not built: run npm start, which builds it first, or npm run build.");
  process.exit(REFUSED_TO_START);
}
const app = next({ dev: isDev, dir: root, hostname: "127.0.0.1", port, httpServer: server });
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
