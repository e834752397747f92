import { compareVersions, parseVersion } from "../../model/index.ts";

interface Place {
  readonly identity: string;
  readonly instance: string;
  readonly proxy: string;
  readonly serial: string;
}

/** Whose a certificate is and where, as one text: neither identities nor instance ids nor names of proxies have spaces. */
export function placeOf({ identity, instance, proxy, serial }: Place): string {
  return `${identity} ${instance} ${proxy} ${serial}`;
}

/** Orders places by service, then by version as semver has it, then as text. A place may be any text, since cursors are. */
export function comparePlaces(left: string, right: string): number {
  const [one, other] = [versionIn(left), versionIn(right)];
  if (one !== null && other !== null && one.before === other.before) {
    const byVersion = compareVersions(one.version, other.version);
    if (byVersion !== 0) return byVersion;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function versionIn(place: string) {
  const [, before, text] = /^(\S+\/version\/)(\S+)/.exec(place) ?? [];
  const version = parseVersion(text ?? "");
  return before !== undefined && version.ok ? { before, version: version.value } : null;
}
