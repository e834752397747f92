import { type ApiClient, ApiProblem, createApiClient, createQueries } from "@/lib/client/index.ts";
import { authorStore, ensureAuthor } from "./author-store.ts";

const client = createApiClient({
  baseUrl: "",
  headers: () => {
    const { author } = authorStore.getState();
    return { "x-interlock-via": "console", ...(author !== "" && { "x-interlock-author": author }) };
  },
});

/** Code of a write that the operator gave up when asked for a name; nothing was sent. */
export const WRITE_GIVEN_UP = "console.given-up";

/** The engine, as this browser's operator. The first change asks for the operator's name; dry runs and questions do not. */
export const api: ApiClient = {
  call: async (key, ...request) => {
    await nameAuthor(key, request[0]);
    return client.call(key, ...request);
  },
  callWithMeta: async (key, ...request) => {
    await nameAuthor(key, request[0]);
    return client.callWithMeta(key, ...request);
  },
  send: async (request, approval) => {
    await requireAuthor();
    return client.send(request, approval);
  },
};

export const queries = createQueries(client);

/** Whether a refusal only says that the operator changed their mind; there is nothing to report then. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === WRITE_GIVEN_UP;
}

/** Questions, and what is not written down. */
const NAMELESS: ReadonlySet<string> = new Set([
  "POST /api/v1/can-i-shift",
  "POST /api/v1/simulate",
  "POST /api/v1/policies/{id}/dry-run",
  "PUT /api/v1/load",
]);

async function nameAuthor(key: string, request: { readonly dryRun?: boolean } | undefined): Promise<void> {
  if (key.startsWith("GET ") || NAMELESS.has(key) || request?.dryRun === true) return;
  await requireAuthor();
}

/** Asks for the operator's name where it is not known yet; throws when the operator gives the change up instead. */
export async function requireAuthor(): Promise<void> {
  if ((await ensureAuthor()) !== null) return;
  throw new ApiProblem({ code: WRITE_GIVEN_UP, status: 0, title: "Given up", detail: "Nothing was sent.", errors: [] });
}
