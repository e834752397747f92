/**
 * The end of the link that `npm start` prints: trades its one-time code for the local token and puts that into a cookie.
 *
 * Invariants: no script can read the cookie, no other site's page can send it, and only `/api` gets it; neither code nor token is in an address that is
 * kept, because the answer is a redirect. A code that is none any more leads to the page that says where a new link comes from.
 */
import { request as httpRequest } from "node:http";
import { json } from "node:stream/consumers";
import { socketPath } from "@/lib/supervisor/index.ts";

const COOKIE_SECONDS = 30 * 24 * 3_600;
const PATIENCE_MS = 5_000;

/** Answers `GET /unlock?code=…`. */
export function unlock(request: Request): Promise<Response> {
  return unlockAt(socketPath(process.env["INTERLOCK_DATA"] || ".interlock", "engine.sock"), request);
}

/** The same, with the engine behind `engineSocket`. */
export async function unlockAt(engineSocket: string, request: Request): Promise<Response> {
  const code = new URL(request.url).searchParams.get("code") ?? "";
  const token = await redeem(engineSocket, code, request.headers.get("host") ?? "").catch(() => null);
  if (token === null) return redirect("/unlock/failed");
  return redirect("/topology", `interlock-token=${token}; Path=/api; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}`);
}

/** Relative, because behind Next the address of the request is not always the browser's. */
function redirect(location: string, cookie?: string): Response {
  const headers = new Headers({ location, "cache-control": "no-store", "referrer-policy": "no-referrer" });
  if (cookie !== undefined) headers.set("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

async function redeem(engineSocket: string, code: string, host: string): Promise<string | null> {
  const answer = await new Promise<{ readonly status: number; readonly body: unknown }>((resolve, reject) => {
    const upstream = httpRequest({
      socketPath: engineSocket,
      method: "POST",
      path: "/api/v1/local-token/redeem",
      headers: { host, "content-type": "application/json" },
      timeout: PATIENCE_MS,
    });
    upstream.once("response", (response) => {
      json(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    upstream.once("timeout", () => upstream.destroy(new Error("no answer in time")));
    upstream.once("error", reject);
    upstream.end(JSON.stringify({ code }));
  });
  const { token } = answer.body as { readonly token?: unknown };
  return answer.status === 200 && typeof token === "string" ? token : null;
}
