/** The package `http-proxy`. Usage: http-proxy.ts <port> <target port>. */
import http from "node:http";
import httpProxy from "http-proxy";

const [port, targetPort] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: 512 });
const proxy = httpProxy.createProxyServer({ target: { host: "127.0.0.1", port: targetPort ?? 0 }, agent });
proxy.on("error", (_error, _request, response) => response.destroy());

http.createServer((request, response) => proxy.web(request, response)).listen({ port, host: "127.0.0.1", backlog: 4096 });
