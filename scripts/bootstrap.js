/**
 * Runs a task of package.json with the pinned Node, whatever Node the machine has: finds or installs that Node, installs the
 * dependencies where they are missing or differ from the lock file, then runs the task.
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed and under every Node from 20 on.
 * Usage: node scripts/bootstrap.js <start|dev|build|test|soak|lint|typecheck|bench|e2e> [arguments of the task]
 */
import { ensureInstalled } from "./bootstrap/install.js";
import { BootstrapError, fail, refuseOldNode } from "./bootstrap/say.js";
import { runTask, TASKS } from "./bootstrap/tasks.js";

try {
  refuseOldNode(process.versions.node);
  const [task = "", ...args] = process.argv.slice(2);
  if (!TASKS.includes(task)) throw new BootstrapError(`No task "${task}". There are: ${TASKS.join(", ")}.`);
  const runtime = await ensureInstalled();
  process.exitCode = await runTask(task, args, runtime);
} catch (error) {
  process.exitCode = fail(error);
}
