import type { ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { readDocument } from "../read-document.ts";
import { reportWrite } from "../report-write.ts";

type AuthorizationView = ResponseOf<"GET /api/v1/services/{service}/authorization">;
type Policy = NonNullable<AuthorizationView["authorization"]>;

interface AuthorizationOptions {
  readonly file?: string;
  readonly remove?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `interlock authorization <service> [-f file | --remove]` */
export function addAuthorization({ program, action }: CommandHost): void {
  program
    .command("authorization <service>")
    .description("show who may call a service, replace it from a file, or let everybody in")
    .option("-f, --file <file>", "YAML or JSON with action and rules (- reads standard input)")
    .option("--remove", "let everybody call it")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, service: string, { file, remove, reason, dryRun }: AuthorizationOptions) => {
        if (file !== undefined && remove === true) throw new UsageError("Give either --file or --remove.");
        const given = file === undefined ? undefined : await readDocument(context.io, file);
        const shown = await context.client.call("GET /api/v1/services/{service}/authorization", { params: { service } });
        if (given === undefined && remove !== true) return void showAuthorization(context, shown);
        const call = { params: { service }, rev: shown.rev, dryRun: dryRun === true };
        const why = reason === undefined ? {} : { reason };
        const answer =
          remove === true
            ? await context.client.call("DELETE /api/v1/services/{service}/authorization", { ...call, query: why })
            : await context.client.call("PUT /api/v1/services/{service}/authorization", {
                ...call,
                body: { ...(given as Policy), ...why },
              });
        reportWrite(context, answer);
        return undefined;
      }),
    );
}

function showAuthorization(context: CliContext, view: AuthorizationView): void {
  context.document(view);
  const { service, authorization } = view;
  if (authorization === null) {
    context.say(`${service} lets everybody in: it has no authorization.`);
    return;
  }
  const { action, rules, jwtProviders = [] } = authorization;
  context.say(summaryOf(service, authorization));
  for (const { issuer } of jwtProviders) context.say(`Tokens of ${issuer} are verified.`);
  if (rules.length === 0) return;
  context.say("");
  context.table(
    [{ title: "RULE" }, { title: "ACTION" }, { title: "FROM" }, { title: "TO" }],
    rules.map((rule, index) => [rule.name ?? `#${index + 1}`, rule.action ?? action, describeFrom(rule.from), describeTo(rule.to)]),
  );
}

function summaryOf(service: string, { action, rules }: Policy): string {
  const allows = action === "allow" || rules.some((rule) => rule.action === "allow");
  if (allows && rules.length === 0) return `${service} lets nobody in: it has no rule that allows.`;
  return allows
    ? `${service} lets in what an allow rule fits and no deny rule does.`
    : `${service} lets in everything that no deny rule fits.`;
}

function describeFrom(from: Policy["rules"][number]["from"]): string {
  const { services = [], identities = [], jwt = {} } = from ?? {};
  const claims = Object.entries(jwt).map(([claim, values]) => `${claim}=${values.join("|")}`);
  const parts = [services.join(", "), identities.join(", "), claims.join(", ")].filter((part) => part !== "");
  return parts.length === 0 ? (from?.jwt === undefined ? "everybody" : "any verified token") : parts.join(" and ");
}

function describeTo(to: Policy["rules"][number]["to"]): string {
  const { methods = [], paths = [] } = to ?? {};
  const parts = [methods.join(", "), paths.join(", ")].filter((part) => part !== "");
  return parts.length === 0 ? "every request" : parts.join(" ");
}
