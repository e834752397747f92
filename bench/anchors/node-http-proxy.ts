/** The proxy that one writes in Node without more: `node:http` both ways. Usage: node-http-proxy.ts <port> <target port>. */
import http from "node:http";

const [port, targetPort] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: 512 });

http
  .createServer((request, response) => {
    const { headers, method, url } = request;
    const out = http.request({ host: "127.0.0.1", port: targetPort, method, path: url, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    out.on("error", () => response.destroy());
    request.pipe(out);
  })
  .listen({ port, host: "127.0.0.1", backlog: 4096 });
