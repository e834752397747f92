/**
 * Whether something that came over the proxies' socket is a message of the protocol (lib/model/proxy-protocol.ts), whole and deep: figures are added up
 * for a month, so one that is no whole number, or a number that JSON cannot count to, must not get in. Unknown members are let be: they are of a newer proxy.
 */
import { isIP } from "node:net";
import { INSTANCE_HEALTH_KINDS, type ProxyMessage } from "../../model/index.ts";
import { isSparseHistogram } from "../../telemetry/index.ts";

/** Longest name or id; real ones are far shorter. */
const TEXT_MAX = 320;
const SENTENCE_MAX = 1_000;
const TAP_TEXT_MAX = 8_192;
const CSR_CHARS_MAX = 8_192;
/** Snapshot versions from here on are nobody's: the next ones could not be counted. */
const VERSION_MAX = 2 ** 48;

type Fields = Readonly<Record<string, unknown>>;

export function isProxyMessage(message: unknown): message is ProxyMessage {
  if (!isFields(message)) return false;
  switch (message["kind"]) {
    case "hello":
      return isHello(message);
    case "ack":
      return isVersion(message["version"]) && (message["draining"] === undefined || isListOf(message["draining"], isDraining));
    case "draining":
      return isListOf(message["versions"], isDraining);
    case "nack":
      return isVersion(message["version"]) && isText(message["code"]) && typeof message["detail"] === "string";
    case "listeners":
      return isListOf(message["outbound"], isListener) && isListOf(message["inbound"], isListener);
    case "csr":
      return isText(message["subject"]) && isBounded(message["csrPem"], CSR_CHARS_MAX);
    case "trust-ack":
      return isVersion(message["version"]);
    case "token-key-unknown":
      return isBounded(message["issuer"], TAP_TEXT_MAX);
    case "instance-health":
      return isListOf(message["events"], isHealthEvent);
    case "tap":
      return isText(message["tapId"]) && isCount(message["dropped"]) && isListOf(message["entries"], isTapEntry);
    case "telemetry":
      return isFields(message["batch"]) && isBatch(message["batch"]);
    default:
      return false;
  }
}

function isHello({ proxyId, bootId, node, zone, pid, snapshotVersion, ingressPort, adminPort = null }: Fields): boolean {
  return (
    [proxyId, bootId, node, zone].every(isText) &&
    isCount(pid) &&
    (snapshotVersion === null || isVersion(snapshotVersion)) &&
    [ingressPort, adminPort].every((port) => port === null || isPort(port))
  );
}

function isListener({ instance, address, port }: Fields): boolean {
  return isText(instance) && typeof address === "string" && isIP(address) !== 0 && isPort(port);
}

function isDraining({ service, version, requests }: Fields): boolean {
  return [service, version].every(isText) && isCount(requests);
}

function isHealthEvent({ kind, atMs, service, version, instance, reason, untilMs }: Fields): boolean {
  return (
    isHealthKind(kind) &&
    isText(service) &&
    [version, instance].every((name) => name === null || isText(name)) &&
    isBounded(reason, SENTENCE_MAX) &&
    Number.isFinite(atMs) &&
    (untilMs === null || Number.isFinite(untilMs))
  );
}

const HEALTH_KINDS: ReadonlySet<unknown> = new Set(INSTANCE_HEALTH_KINDS);

function isHealthKind(kind: unknown): boolean {
  return HEALTH_KINDS.has(kind);
}

function isTapEntry(entry: Fields): boolean {
  const { caller, callee, method, host, path, side, proxy, instance, code, rule, traceId } = entry;
  const figures = [entry["atMs"], entry["durationMs"], entry["bytesIn"], entry["bytesOut"]];
  return (
    [caller, callee].every(isEnd) &&
    [method, host, path].every((text) => isBounded(text, TAP_TEXT_MAX)) &&
    [instance, code, rule, traceId].every((text) => text === null || isBounded(text, TEXT_MAX)) &&
    isText(proxy) &&
    (side === "caller" || side === "callee") &&
    [entry["status"], entry["attempts"]].every(isCount) &&
    figures.every(Number.isFinite) &&
    [entry["encrypted"], entry["mirror"]].every((flag) => typeof flag === "boolean")
  );
}

function isBounded(value: unknown, charsMax: number): boolean {
  return typeof value === "string" && value.length <= charsMax;
}

function isBatch({ proxyId, bootId, seq, atMs, edges, instances, codes }: Fields): boolean {
  return (
    isText(proxyId) &&
    isText(bootId) &&
    isCount(seq) &&
    Number.isFinite(atMs) &&
    isListOf(edges, isEdge) &&
    isListOf(instances, isInstance) &&
    isFields(codes) &&
    Object.entries(codes).every(([code, count]) => isText(code) && isCount(count))
  );
}

function isEdge(edge: Fields): boolean {
  const { caller, callee, splitEpoch, statusClasses, latency } = edge;
  const { mirror, denied, failovers, encrypted, plain } = edge;
  const counts = [
    denied,
    plain,
    failovers,
    encrypted,
    edge["aborted"],
    edge["failed"],
    edge["retries"],
    edge["bytesIn"],
    edge["bytesOut"],
    edge["latencyUsSum"],
    edge["answered"] ?? 0,
    edge["answerFailures"] ?? 0,
  ];
  return (
    [caller, callee].every(isEnd) &&
    typeof mirror === "boolean" &&
    (splitEpoch === null || isCount(splitEpoch)) &&
    Array.isArray(statusClasses) &&
    statusClasses.length === 5 &&
    statusClasses.every(isCount) &&
    counts.every(isCount) &&
    Array.isArray(latency) &&
    isSparseHistogram(latency)
  );
}

function isInstance({ instance, requests, failed, connectFailures }: Fields): boolean {
  return isText(instance) && [requests, failed, connectFailures].every(isCount);
}

function isEnd(end: unknown): boolean {
  return isFields(end) && isText(end["service"]) && (end["version"] === null || isText(end["version"]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isItem: (item: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isFields(item) && isItem(item));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.length <= TEXT_MAX;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isVersion(value: unknown): boolean {
  return isCount(value) && (value as number) < VERSION_MAX;
}

function isPort(value: unknown): boolean {
  return isCount(value) && (value as number) <= 65_535;
}
