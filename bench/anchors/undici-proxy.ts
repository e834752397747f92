/** A proxy on `node:http` with undici towards the instances. Usage: undici-proxy.ts <port> <target port>. */
import http from "node:http";
import { Pool } from "undici";

const [port, targetPort] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${targetPort}`, { connections: 512, pipelining: 1 });

http
  .createServer((request, response) => {
    const { headers, method = "GET", url = "/" } = request;
    const { connection: _connection, "transfer-encoding": _encoding, ...forwarded } = headers;
    pool
      .stream(
        { method, path: url, headers: forwarded, body: method === "GET" ? null : request, opaque: response },
        ({ statusCode, headers: out }) => {
          response.writeHead(statusCode, out as http.OutgoingHttpHeaders);
          return response;
        },
      )
      .catch(() => response.destroy());
  })
  .listen({ port, host: "127.0.0.1", backlog: 4096 });
