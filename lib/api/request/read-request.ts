import type { Command, Problem, Refusal } from "../../model/index.ts";
import { err, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import { contract, type RouteDefinition } from "../contract/index.ts";
import type { Call, CommandHandler, Handlers, OperationKey } from "../operation.ts";
import { type InputPart, invalidInput, parseInput } from "./input-problems.ts";

/** A request as it is described instead of sent. */
export interface DescribedRequest {
  readonly method: string;
  readonly path: string;
  readonly ifMatch: number | null;
  readonly body: unknown;
}

const ROUTES = (Object.keys(contract) as OperationKey[]).map((key) => {
  const [method = "", path = ""] = key.split(" ");
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return { key, method, names, pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`) };
});

/** The command that a described request would be, by the same contract and the same handlers as if it were sent; problems under `request`. */
export function readRequest(handlers: Handlers<OperationKey>, request: DescribedRequest): Result<Command, Refusal> {
  const [pathname = "", search = ""] = request.path.split("?");
  const route = ROUTES.find(({ method, pattern }) => method === request.method && pattern.test(pathname));
  const handler = route && (handlers[route.key] as CommandHandler<OperationKey> | { readonly kind: "direct" });
  if (route === undefined || handler?.kind !== "command") {
    const detail = `${request.method} ${pathname.slice(0, 200)} is no change that can be approved.`;
    const fix = "Give a write of this API that becomes a change, such as PUT /api/v1/services/payments/split.";
    return err(refusal({ path: "request.path", code: "route.unknown", detail, fix }));
  }
  const definition: RouteDefinition = contract[route.key];
  if (definition.precondition === true && request.ifMatch === null) {
    const detail = "This write needs the rev that its author saw.";
    return err(refusal({ path: "request.ifMatch", code: "precondition.required", detail, fix: "Give the rev as ifMatch." }));
  }
  const problems: Problem[] = [];
  const read = (part: InputPart, input: unknown) => {
    const schema = definition[part];
    if (schema === undefined) return undefined;
    const parsed = parseInput(schema, input, part);
    if (parsed.ok) return parsed.value;
    problems.push(
      ...parsed.error.map((problem) => ({ ...problem, path: part === "body" ? `request.body.${problem.path}` : "request.path" })),
    );
    return undefined;
  };
  const params = read("params", paramsOf(route, pathname));
  const query = read("query", Object.fromEntries(new URLSearchParams(search)));
  const body = read("body", request.body ?? undefined);
  if (problems.length > 0) return err(invalidInput(problems));
  const author = { author: "", via: "api", reason: "" } as const;
  return handler.command({ params, query, body, rev: request.ifMatch ?? -1, dryRun: false, author } as unknown as Call<OperationKey>);
}

function paramsOf({ names, pattern }: (typeof ROUTES)[number], pathname: string): Readonly<Record<string, string>> {
  const values = pattern.exec(pathname)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decoded(values[index] ?? "")]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
