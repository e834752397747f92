/** An expected failure: its message is all that the user needs to see. */
export class BootstrapError extends Error {}

/** One line of progress. @param {string} text */
export function say(text) {
  console.log(text);
}

/**
 * Prints why nothing more happens and returns the exit code: the message of an expected failure, the stack of any other.
 * @param {unknown} error
 */
export function fail(error) {
  console.error(error instanceof BootstrapError ? `\n${error.message}` : error);
  return 1;
}

/** Throws when the Node that started us is too old to go on. @param {string} version such as "18.2.0" */
export function refuseOldNode(version) {
  const major = Number(version.split(".")[0]);
  if (major >= 20) return;
  throw new BootstrapError(
    `Node ${version} is too old to start from: install Node 20 or newer. Interlock then fetches the Node it runs on by itself.`,
  );
}

/** "3.4 s". @param {number} sinceMs a former `Date.now()` */
export function elapsed(sinceMs) {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}
