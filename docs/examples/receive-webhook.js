// A receiver of Interlock's webhooks that believes nobody else: node docs/examples/receive-webhook.js <port> <secret>
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const [port = "8099", secret = ""] = process.argv.slice(2);
const MAX_AGE_S = 300;
/** Ids that were taken: the same one comes again where it is not known whether the first arrived. */
const taken = new Set();

/** Whether the signature is ours, over this very body, and not older than five minutes. */
function isGenuine(header, body, nowS = Date.now() / 1000) {
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (time === undefined || Math.abs(nowS - Number(time)) > MAX_AGE_S) return false;
  const expected = createHmac("sha256", secret).update(`${time}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"));
}

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    if (!isGenuine(request.headers["x-interlock-signature"], body)) return response.writeHead(401).end("not signed by Interlock\n");
    const message = JSON.parse(body);
    if (!taken.has(message.id)) console.log(`${message.id} ${message.kind}: ${message.sentence}`);
    taken.add(message.id);
    response.writeHead(204).end();
  });
}).listen(Number(port), "127.0.0.1");
