/**
 * A service that answers, and calls another one with the `fetch` that Node has.
 *
 * interlock run --service names --version 1.0.0 --health /healthz -- node docs/examples/names.js
 */
import http from "node:http";

const server = http.createServer(async (request, response) => {
  if (request.url === "/via") {
    // Node looks at HTTP_PROXY because NODE_USE_ENV_PROXY is set.
    const answer = await fetch("http://greeting.mesh/");
    response.writeHead(answer.status).end(await answer.text());
    return;
  }
  response.end(request.url === "/name" ? `Ada (names ${process.env.INTERLOCK_VERSION})` : "ok\n");
});

server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
