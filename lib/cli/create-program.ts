import { Command } from "commander";
import { createContext, defaultApi, type GlobalOptions } from "./cli-context.ts";
import type { CliIo } from "./cli-io.ts";
import type { CommandHost } from "./command-host.ts";
import { addAlerts } from "./commands/alerts.ts";
import { addApprovals } from "./commands/approvals.ts";
import { addAuthorization } from "./commands/authorization.ts";
import { addAutomation } from "./commands/automation.ts";
import { addCanIDeploy } from "./commands/can-i-deploy.ts";
import { addCanIShift } from "./commands/can-i-shift.ts";
import { addChannels } from "./commands/channels.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDeployments } from "./commands/deployments.ts";
import { addDiscover } from "./commands/discover.ts";
import { addEdges } from "./commands/edges.ts";
import { addEvents } from "./commands/events.ts";
import { addEvidence } from "./commands/evidence.ts";
import { addFreeze } from "./commands/freeze.ts";
import { addHealth } from "./commands/health.ts";
import { addIdentities } from "./commands/identities.ts";
import { addInstances } from "./commands/instances.ts";
import { addLifecycle } from "./commands/lifecycle.ts";
import { addLoad } from "./commands/load.ts";
import { addLogs } from "./commands/logs.ts";
import { addManifest } from "./commands/manifest.ts";
import { addNodes } from "./commands/nodes.ts";
import { addPlan } from "./commands/plan.ts";
import { addPolicy } from "./commands/policy.ts";
import { addProxy } from "./commands/proxy.ts";
import { addRegister } from "./commands/register.ts";
import { addRelease } from "./commands/release.ts";
import { addRemove } from "./commands/remove.ts";
import { addRollback } from "./commands/rollback.ts";
import { addRoutes } from "./commands/routes.ts";
import { addRun } from "./commands/run.ts";
import { addServices } from "./commands/services.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addSpace } from "./commands/space.ts";
import { addSplit } from "./commands/split.ts";
import { addStatus } from "./commands/status.ts";
import { addStrategy } from "./commands/strategy.ts";
import { addTap } from "./commands/tap.ts";
import { addUndo } from "./commands/undo.ts";
import { addUnlock } from "./commands/unlock.ts";
import { addVerify } from "./commands/verify.ts";
import { addVersions } from "./commands/versions.ts";
import { EXIT } from "./exit-code.ts";

/** The whole command line as commander sees it. `leave` is told the exit code of the command that ran. */
export function createProgram(io: CliIo, leave: (code: number) => void): Command {
  const program = new Command("interlock")
    .description("See and steer an Interlock mesh.")
    .option("--json", "print the engine's own answer as JSON")
    .option("--api <url>", "address of the engine (environment: INTERLOCK_API)", defaultApi(io.env))
    .option("--ask <why>", "instead of changing anything: ask a second person to approve exactly this")
    .option("--approval <id>", "use the approval of a second person, see interlock approvals")
    // `--version` alone is read as this (run-cli.ts); behind a command it belongs to the command.
    .version(io.version, "-V, --cli-version", "print the version of Interlock, as --version without a command does")
    .exitOverride()
    .configureOutput({ writeOut: io.write, writeErr: io.writeError })
    .showHelpAfterError("Try interlock --help, or interlock <command> --help.")
    .addHelpText("after", "\nExit codes: 0 done or safe, 1 refused or not safe, 2 usage, 3 unreachable or unreadable, 4 unknown.");
  const host: CommandHost = {
    program,
    action: (handler) =>
      async function (this: Command, ...args) {
        leave((await handler(createContext(io, this.optsWithGlobals<GlobalOptions>()), ...args)) ?? EXIT.done);
      },
  };
  const adders = [
    addStatus,
    addServices,
    addVersions,
    addInstances,
    addDiscover,
    addEdges,
    addSplit,
    addRoutes,
    addPolicy,
    addAutomation,
    addAlerts,
    addAuthorization,
    addSimulate,
    addRollback,
    addUndo,
    addPlan,
    addRelease,
    addStrategy,
    addLifecycle,
    addFreeze,
    addApprovals,
    addSpace,
    addCanIShift,
    addCanIDeploy,
    addVerify,
    addEvidence,
  ];
  for (const add of [
    ...adders,
    addRegister,
    addRemove,
    addRun,
    addDeployments,
    addNodes,
    addIdentities,
    addProxy,
    addManifest,
    addEvents,
    addHealth,
    addTap,
    addChannels,
    addLoad,
    addLogs,
    addUnlock,
    addCompletion,
  ])
    add(host);
  return program;
}
