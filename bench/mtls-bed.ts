/**
 * The test bed of the mTLS benches: nginx speaks mTLS as the callee's side, with an identity of a real authority; our proxy calls it with the identity that
 * the same authority gave its ingress, HAProxy with one thread does the same. Three kinds of callee: connections are kept; closed after each answer and
 * resumed with tickets; closed and never resumed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CertificateAuthority, createCertificateRequest, openCertificateAuthority } from "../lib/identity/index.ts";
import {
  type EngineMessage,
  effectivePolicy,
  type Principal,
  type ProxyMessage,
  type Snapshot,
  type SnapshotService,
  spiffeId,
} from "../lib/model/index.ts";
import { socketPath, TRAFFIC_FLAGS } from "../lib/supervisor/index.ts";
import { freePorts, missingPrograms, OTHER_CORE, openEngineEnd, PIN, PROXY_CORE, untilListening } from "./data-plane-bed.ts";

/** How the callee treats connections. */
export type CalleeKind = "kept" | "resumed" | "full";

export const CALLEE_KINDS: readonly CalleeKind[] = ["kept", "resumed", "full"];
const VERSIONS: Readonly<Record<CalleeKind, string>> = { kept: "1.0.0", resumed: "2.0.0", full: "3.0.0" };
const TRUST_DOMAIN = "interlock.local";
const SERVICE = "a";
const BODY_BYTES = 1_024;

export interface MtlsBed {
  readonly ours: { readonly port: number; readonly pid: number };
  /** Null where this machine has no HAProxy. */
  readonly haproxy: { readonly pid: number; readonly ports: Readonly<Record<CalleeKind, number>> } | null;
  /** Sends all traffic of our proxy to one kind of callee. */
  shiftOurs(to: CalleeKind): Promise<void>;
  close(): Promise<void>;
}

type Ports = Readonly<Record<CalleeKind, number>>;

const principalOf = (kind: CalleeKind): Principal =>
  ({ kind: "instance", service: SERVICE, version: VERSIONS[kind] }) as unknown as Principal;

export async function openMtlsBed(): Promise<MtlsBed> {
  const dir = mkdtempSync(join(tmpdir(), "interlock-bench-mtls-"));
  const children: ChildProcess[] = [];
  const run = async (core: string, command: readonly string[], port: number): Promise<number> => {
    const child = spawn(PIN, ["-c", core, ...command], { stdio: ["ignore", "ignore", "inherit"] });
    children.push(child);
    await untilListening(port, child);
    return child.pid ?? 0;
  };
  const authority = openAuthority(dir);
  const [kept = 0, resumed = 0, full = 0, ourPort = 0, ...others] = await freePorts(7);
  const ports: Ports = { kept, resumed, full };
  for (const kind of CALLEE_KINDS) writeIdentity(dir, kind, authority, principalOf(kind));
  writeIdentity(dir, "caller", authority, { kind: "ingress" });
  writeFileSync(join(dir, "root.pem"), authority.bundle.rootsPem.join("\n"));
  writeFileSync(join(dir, "nginx.conf"), nginxConfig(dir, ports));
  await run(OTHER_CORE, ["nginx", "-c", join(dir, "nginx.conf"), "-e", "/dev/null"], full);

  const engine = await openEngineEnd(socketPath(dir, "proxies.sock"), snapshotOver(ports), (message, send) =>
    answerIdentity(authority, message, send),
  );
  const main = join(import.meta.dirname, "..", "lib", "dataplane", "main.ts");
  const args = [process.execPath, ...TRAFFIC_FLAGS, main, "--node", "bench", "--data", dir];
  const pid = await run(PROXY_CORE, [...args, "--ingress-port", String(ourPort)], ourPort);
  await engine.adopted;

  let haproxy: MtlsBed["haproxy"] = null;
  if (missingPrograms(["haproxy"]).length === 0) {
    const [first = 0, second = 0, third = 0] = others;
    const fronts: Ports = { kept: first, resumed: second, full: third };
    writeFileSync(join(dir, "haproxy.cfg"), haproxyConfig(dir, fronts, ports));
    haproxy = { ports: fronts, pid: await run(PROXY_CORE, ["haproxy", "-q", "-f", join(dir, "haproxy.cfg")], third) };
  }
  return {
    ours: { port: ourPort, pid },
    haproxy,
    shiftOurs: (to) => engine.shift({ [VERSIONS[to]]: 10_000 }),
    async close() {
      for (const child of children) child.kill("SIGTERM");
      await Promise.all(children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, "exit") : null)));
      engine.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function openAuthority(dir: string): CertificateAuthority {
  const options = { trustDomain: TRUST_DOMAIN, svidTtlMs: 3_600_000, wallMs: Date.now, mustExist: false, rotation: null, bundleVersion: 1 };
  const opened = openCertificateAuthority({ dir, kek: { kind: "own" }, ...options });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

/** A key and a certificate for it, as one file. */
function writeIdentity(dir: string, name: string, authority: CertificateAuthority, principal: Principal): void {
  const { csrPem, privateKey } = createCertificateRequest(spiffeId(TRUST_DOMAIN, principal));
  const issued = authority.issue(csrPem, principal);
  if (!issued.ok) throw new Error(String(issued.error));
  const key = privateKey.export({ format: "pem", type: "pkcs8" });
  writeFileSync(join(dir, `${name}.pem`), `${issued.value.chainPem}\n${key}`, { mode: 0o600 });
}

/** The engine's part in identities: the proxy has its ingress to ask for. */
function answerIdentity(authority: CertificateAuthority, message: ProxyMessage, send: (message: EngineMessage) => void): void {
  if (message.kind === "hello") send({ kind: "trust", bundle: authority.bundle });
  if (message.kind !== "csr" || message.subject !== "ingress") return;
  const issued = authority.issue(message.csrPem, { kind: "ingress" });
  if (!issued.ok) throw new Error(String(issued.error));
  const { chainPem, notAfterMs } = issued.value;
  send({ kind: "certificate", subject: "ingress", chainPem, notAfterMs });
}

function nginxConfig(dir: string, ports: Ports): string {
  const more: Readonly<Record<CalleeKind, string>> = {
    kept: "keepalive_timeout 600s; keepalive_requests 1000000000;",
    resumed: "keepalive_timeout 0; ssl_session_tickets on;",
    full: "keepalive_timeout 0; ssl_session_tickets off; ssl_session_cache off;",
  };
  const server = (kind: CalleeKind) =>
    `server { listen 127.0.0.1:${ports[kind]} ssl backlog=4096; ssl_protocols TLSv1.3; ssl_certificate ${dir}/${kind}.pem; ssl_certificate_key ${dir}/${kind}.pem; ssl_client_certificate ${dir}/root.pem; ssl_verify_client on; ${more[kind]} default_type application/json; location / { return 200 "${"x".repeat(BODY_BYTES)}"; } }`;
  return `daemon off; worker_processes 1; master_process off; pid ${dir}/nginx.pid; error_log /dev/null;
events { worker_connections 4096; }
http { access_log off; tcp_nodelay on;
client_body_temp_path ${dir}; proxy_temp_path ${dir}; fastcgi_temp_path ${dir}; uwsgi_temp_path ${dir}; scgi_temp_path ${dir};
${CALLEE_KINDS.map(server).join("\n")} }
`;
}

/** What our proxy does too; it verifies the chain, while ours verifies the identity besides. */
function haproxyConfig(dir: string, fronts: Ports, ports: Ports): string {
  const pair = (kind: CalleeKind) => `frontend f-${kind}
  bind 127.0.0.1:${fronts[kind]} backlog 4096
  default_backend b-${kind}
backend b-${kind}
  server ${kind} 127.0.0.1:${ports[kind]} ssl crt ${dir}/caller.pem ca-file ${dir}/root.pem verify required ssl-min-ver TLSv1.3${kind === "full" ? " no-ssl-reuse" : ""}
`;
  return `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  option http-keep-alive
  option forwardfor
  http-reuse always
  timeout connect 1s
  timeout client 60s
  timeout server 15s
  timeout http-request 10s
${CALLEE_KINDS.map(pair).join("")}`;
}

function snapshotOver(ports: Ports): Snapshot {
  const endpoints = CALLEE_KINDS.map((kind) => ({
    id: `${SERVICE}-${kind}`,
    service: SERVICE,
    version: VERSIONS[kind],
    address: "127.0.0.1",
    port: ports[kind],
    node: "elsewhere",
    inbound: { address: "127.0.0.1", port: ports[kind] },
  }));
  const service = {
    name: SERVICE,
    hosts: ["*"],
    rev: 1,
    splitEpoch: 1,
    weights: { [VERSIONS.kept]: 10_000 },
    rules: [],
    endpoints,
    policy: effectivePolicy({ tls: { mode: "strict" } }),
    authorization: null,
    incompatible: {},
  } as unknown as SnapshotService;
  return { version: 1, at: new Date().toISOString(), services: { [SERVICE]: service }, egress: [], reservedPorts: [] };
}
