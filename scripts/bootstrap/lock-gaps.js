/** Optional packages that package-lock.json does not mention, although a package in it asks for them. */

const OS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
/** From the longest, so that "arm64" is not read as "arm". */
const CPU = ["wasm32", "riscv64", "arm64", "ppc64", "s390x", "ia32", "x64", "arm"];

/** @typedef {{ version?: string, optionalDependencies?: Record<string, string> }} LockPackage */

/**
 * @param {{ packages?: Record<string, LockPackage> }} lock
 * @returns {readonly { name: string, version: string, wantedBy: string }[]}
 */
export function missingOptionals(lock) {
  const packages = lock.packages ?? {};
  return Object.entries(packages).flatMap(([wantedBy, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => packages[`${wantedBy}/node_modules/${name}`] === undefined && packages[`node_modules/${name}`] === undefined)
      .map(([name, version]) => ({ name, version, wantedBy })),
  );
}

/**
 * What the lock says of a platform package; system and processor are read off its name, as all of these packages spell them there.
 * @param {string} name such as "@next/swc-darwin-arm64" @param {string} version
 */
export function platformEntry(name, version) {
  const words = name.slice(name.indexOf("/") + 1).split("-");
  const os = OS.find((candidate) => words.includes(candidate));
  const cpu = CPU.find((candidate) => words.includes(candidate));
  const libc = /musl/.test(name) ? "musl" : os === "linux" ? "glibc" : undefined;
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}
