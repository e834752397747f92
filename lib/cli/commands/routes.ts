import type { Routes } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { describeExtras, describeMatch, describeTarget } from "../describe-rule.ts";
import { readDocument } from "../read-document.ts";
import { reportWrite } from "../report-write.ts";

interface RoutesOptions {
  readonly file?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `interlock routes <service> [-f file]` */
export function addRoutes({ program, action }: CommandHost): void {
  program
    .command("routes <service>")
    .description("show the route rules of a service in order of precedence, or replace them from a file")
    .option("-f, --file <file>", "YAML or JSON with the rules, as a list or under rules: (- reads standard input)")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, service: string, { file, reason, dryRun }: RoutesOptions) => {
        const given = file === undefined ? undefined : await readDocument(context.io, file);
        const routes = await context.client.call("GET /api/v1/services/{service}/routes", { params: { service } });
        if (given === undefined) return void showRoutes(context, routes);
        const rules = typeof given === "object" && given !== null && "rules" in given ? given.rules : given;
        const answer = await context.client.call("PUT /api/v1/services/{service}/routes", {
          params: { service },
          rev: routes.rev,
          // Whatever the file holds: the engine names every field that is wrong in it.
          body: { rules: rules as Routes["rules"], ...(reason === undefined ? {} : { reason }) },
          dryRun: dryRun === true,
        });
        reportWrite(context, answer);
        return undefined;
      }),
    );
}

function showRoutes(context: CliContext, routes: Routes): void {
  context.document(routes);
  if (routes.rules.length === 0) {
    context.say(`${routes.service} has no rules: every request follows its split.`);
    return;
  }
  context.table(
    [{ title: "RULE" }, { title: "MATCH" }, { title: "GOES TO" }, { title: "AND" }],
    routes.rules.flatMap((rule, index) => {
      const name = rule.name ?? `#${index + 1}`;
      const goesTo = [describeTarget(rule), describeExtras(rule)];
      if (rule.matches.length === 0) return [[name, "what is in its lane", ...goesTo]];
      return rule.matches.map((match) => [name, describeMatch(match), ...goesTo]);
    }),
  );
}
