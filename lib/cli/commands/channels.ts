import type { CallRequest, ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, UnreadableError, UsageError } from "../exit-code.ts";
import { formatAge } from "../format-figures.ts";
import { reportWrite } from "../report-write.ts";

type Channel = ResponseOf<"GET /api/v1/channels/{name}">;
type Target = CallRequest<"PUT /api/v1/channels/{name}">["body"]["target"];

interface SetOptions {
  readonly webhook?: string;
  readonly slack?: boolean;
  readonly smtp?: string;
  readonly from?: string;
  readonly to?: string;
  readonly user?: string;
  readonly secretFile?: string;
  /** False: `--no-secret`. */
  readonly secret?: boolean;
  readonly topics?: string;
  readonly minSeverity?: string;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `interlock channels list | set | remove | test` */
export function addChannels(host: CommandHost): void {
  const channels = host.program.command("channels").description("where Interlock tells others what happens: webhooks, Slack, mail");
  addList(host, channels);
  addSet(host, channels);
  addRemove(host, channels);
  addTest(host, channels);
}

function addList({ action }: CommandHost, channels: CommandHost["program"]): void {
  channels
    .command("list")
    .description("channels, what each took last, and what waits for it")
    .action(
      action(async (context) => {
        const list = await context.client.call("GET /api/v1/channels");
        context.document(list);
        if (list.items.length === 0) context.say("There are no channels. Add one: interlock channels set <name> --webhook <url>");
        else {
          const nowMs = context.io.nowMs();
          const columns = ["name", "kind", "where", "told of", "state", "last taken", "waiting"].map((title) => ({ title }));
          context.table(
            columns,
            list.items.map((channel) => rowOf(channel, nowMs)),
          );
          for (const { name, standing } of list.items)
            if (standing.lastError !== null) context.say(`${name}: ${standing.lastError.sentence}`);
        }
        return undefined;
      }),
    );
}

function rowOf({ enabled, minSeverity, name, standing, target, topics }: Channel, nowMs: number): readonly string[] {
  const state = !enabled ? "off" : standing.failing ? "failing" : standing.tries > 0 ? "trying again" : "on";
  const told = topics.map((topic) => (topic === "alerts" ? `alerts from ${minSeverity}` : topic)).join(", ");
  const taken = standing.deliveredAt === null ? "never" : formatAge(standing.deliveredAt, nowMs);
  return [name, target.kind, placeOf(target), told, state, taken, String(standing.pending)];
}

function placeOf(target: Channel["target"]): string {
  if (target.kind === "webhook") return target.hasSecret ? target.url : `${target.url} (not signed)`;
  return target.kind === "slack" ? `${target.host}/…` : `${target.to.join(", ")} by ${target.host}:${target.port}`;
}

function addSet({ action }: CommandHost, channels: CommandHost["program"]): void {
  channels
    .command("set <name>")
    .description("add a channel, or change what is given of it; secrets are read from a file and never shown")
    .option("--webhook <url>", "send JSON there, signed where there is a secret")
    .option("--slack", "send to a Slack-compatible webhook; its address is the secret")
    .option("--smtp <host:port>", "send mail through this server")
    .option("--from <address>", "sender of the mails")
    .option("--to <addresses>", "recipients of the mails, separated by commas")
    .option("--user <name>", "name to sign in to the mail server with")
    .option("--secret-file <file>", "signing secret, Slack address or mail password (- reads standard input)")
    .option("--no-secret", "sign no more, or sign in to the mail server no more")
    .option("--topics <list>", "what it is told of: releases, alerts, plans, lifecycle, approvals, workloads")
    .option("--min-severity <severity>", "alerts from this on: info, warning, critical")
    .option("--off", "send nothing")
    .option("--on", "send again")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "only show what it would do")
    .action(
      action(async (context, name: string, options: SetOptions) => {
        const known = await findChannel(context, name);
        const { secret, target } = await targetOf(context, known, options);
        const topics = options.topics?.split(",").map((topic) => topic.trim()) ?? known?.topics;
        const minSeverity = options.minSeverity ?? known?.minSeverity;
        const enabled = options.off === true ? false : options.on === true ? true : known?.enabled;
        const answer = await context.client.call("PUT /api/v1/channels/{name}", {
          params: { name },
          rev: known?.rev ?? 0,
          dryRun: options.dryRun === true,
          body: {
            target,
            ...(secret !== undefined && { secret }),
            ...(topics !== undefined && { topics }),
            ...(minSeverity !== undefined && { minSeverity }),
            ...(enabled !== undefined && { enabled }),
            ...(options.reason !== undefined && { reason: options.reason }),
          },
        });
        reportWrite(context, answer);
        if (answer.dryRun !== true) context.say(`Try it: interlock channels test ${name}`);
        return undefined;
      }),
    );
}

async function findChannel({ client }: CliContext, name: string): Promise<Channel | undefined> {
  const { items } = await client.call("GET /api/v1/channels");
  return items.find((channel) => channel.name === name);
}

/** The target as it is to be: what is given, and of the same kind what there is. */
async function targetOf(
  context: CliContext,
  known: Channel | undefined,
  options: SetOptions,
): Promise<{ readonly target: Target; readonly secret?: string | null }> {
  const given = await readSecret(context, options.secretFile);
  const kinds = [options.webhook, options.slack, options.smtp].filter((kind) => kind !== undefined);
  if (kinds.length > 1) throw new UsageError("Give one of --webhook, --slack and --smtp.");
  const kind =
    options.webhook !== undefined ? "webhook" : options.slack === true ? "slack" : options.smtp !== undefined ? "smtp" : known?.target.kind;
  const secret = secretOf(given, kind, options);
  if (kind === "webhook") {
    const url = options.webhook ?? (known?.target.kind === "webhook" ? known.target.url : "");
    return { target: { kind, url }, ...secret };
  }
  if (kind === "slack") return { target: { kind, ...(given !== undefined && { url: given }) } };
  if (kind === "smtp") return { target: mailTarget(known, options), ...secret };
  throw new UsageError("Say where it sends to: --webhook <url>, --slack --secret-file <file>, or --smtp <host:port> --from … --to …");
}

function secretOf(
  given: string | undefined,
  kind: Target["kind"] | undefined,
  { secret }: SetOptions,
): { readonly secret?: string | null } {
  if (secret !== false) return given === undefined ? {} : { secret: given };
  if (given !== undefined) throw new UsageError("Give one of --secret-file and --no-secret.");
  if (kind === "slack") throw new UsageError("--no-secret: the secret of a Slack channel is its address.");
  return { secret: null };
}

function mailTarget(known: Channel | undefined, options: SetOptions): Target {
  const before = known?.target.kind === "smtp" ? known.target : undefined;
  const [, host = before?.host ?? "", port = ""] = /^(.*):(\d+)$/.exec(options.smtp ?? "") ?? [];
  if (options.smtp !== undefined && port === "")
    throw new UsageError(`--smtp: "${options.smtp}" is not host:port, such as mail.example.com:587.`);
  const user = options.user ?? (options.secret === false ? undefined : before?.user);
  const to = options.to?.split(",").map((address) => address.trim()) ?? before?.to ?? [];
  return {
    kind: "smtp",
    host,
    port: port === "" ? (before?.port ?? 0) : Number(port),
    from: options.from ?? before?.from ?? "",
    to: [...to],
    ...(user !== undefined && { user }),
  };
}

async function readSecret({ io }: CliContext, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await io.readText(file).catch((error: unknown) => {
    throw new UnreadableError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return text.trim();
}

function addRemove({ action }: CommandHost, channels: CommandHost["program"]): void {
  channels
    .command("remove <name>")
    .description("remove a channel; what waits for it is not sent")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "only show what it would do")
    .action(
      action(async (context, name: string, { dryRun = false, reason }: { readonly dryRun?: boolean; readonly reason?: string }) => {
        const { rev } = await context.client.call("GET /api/v1/channels/{name}", { params: { name } });
        const query = reason === undefined ? {} : { query: { reason } };
        reportWrite(context, await context.client.call("DELETE /api/v1/channels/{name}", { params: { name }, rev, dryRun, ...query }));
        return undefined;
      }),
    );
}

function addTest({ action }: CommandHost, channels: CommandHost["program"]): void {
  channels
    .command("test <name>")
    .description("send a test message now, and say what the other side says; exit code 1 when it did not arrive")
    .action(
      action(async (context, name: string) => {
        const tested = await context.client.call("POST /api/v1/channels/{name}/test", { params: { name } });
        context.document(tested);
        context.say(
          `${tested.delivered ? context.paint.green("It arrived.") : context.paint.red("It did not arrive.")} ${tested.said} (${tested.tookMs} ms)`,
        );
        return tested.delivered ? EXIT.done : EXIT.refused;
      }),
    );
}
