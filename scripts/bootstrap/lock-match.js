/**
 * Whether node_modules holds what package-lock.json asks for. npm leaves its own record, `node_modules/.package-lock.json`, as the
 * last step of an install, so an interrupted install, a changed lock and a half-deleted folder all differ.
 */

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockEntry */
/** @typedef {{ packages?: Record<string, LockEntry> }} Lock */

/**
 * Why an install is needed, in words, or null when it is not. Optional packages may be absent: those of other platforms always are.
 * @param {Lock} wanted package-lock.json
 * @param {Lock | null} installed node_modules/.package-lock.json
 * @returns {string | null}
 */
export function whyInstall(wanted, installed) {
  if (installed === null) return "node_modules is missing";
  const have = installed.packages ?? {};
  for (const [path, entry] of Object.entries(wanted.packages ?? {})) {
    if (path === "") continue;
    const found = have[path];
    if (found === undefined && entry.optional === true) continue;
    if (found === undefined) return `${path} is missing`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) return `${path} differs from package-lock.json`;
  }
  const extra = Object.keys(have).find((path) => wanted.packages?.[path] === undefined);
  return extra === undefined ? null : `${extra} is not in package-lock.json`;
}
