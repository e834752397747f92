/** Servers that others wrote, as instances: each serves `GET /victim`, keeps a secret under `/admin/secret`, and logs what it took for a request. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deadPort } from "../test-mesh.fixture.ts";

export const SECRET = "the secret of the house";

export interface RealServer {
  readonly port: number;
  /** One line for each request it saw: `traceparent|x-forwarded-for|request line`. */
  logged(): readonly string[];
  close(): Promise<void>;
}

interface Recipe {
  /** Every one of them has to be there. */
  readonly needs: readonly string[];
  /** Writes its configuration into `dir`; returns the command, and what it needs in its environment. */
  readonly write: (
    dir: string,
    port: number,
  ) => readonly [command: string, args: readonly string[], env?: Readonly<Record<string, string>>];
}

const MODULES = "/usr/lib/apache2/modules";
const TOMCAT = "/usr/share/tomcat10";

const RECIPES: Readonly<Record<string, Recipe>> = {
  nginx: { needs: ["/usr/sbin/nginx"], write: writeNginx },
  haproxy: { needs: ["/usr/sbin/haproxy"], write: writeHaproxy },
  apache2: { needs: ["/usr/sbin/apache2", `${MODULES}/mod_mpm_event.so`], write: writeApache },
  tomcat10: { needs: [`${TOMCAT}/bin/catalina.sh`, "/usr/bin/java", "/etc/tomcat10/web.xml"], write: writeTomcat },
};

export const REAL_SERVERS = Object.keys(RECIPES);

/** What is missing for it; "" where it can run. */
export function missingFor(name: string): string {
  const missing = RECIPES[name]?.needs.filter((path) => spawnSync("test", ["-e", path]).status !== 0) ?? [];
  return missing.length === 0 ? "" : `${missing.join(", ")} is not installed`;
}

/** Starts it and waits until it answers. */
export async function startRealServer(name: string): Promise<RealServer> {
  const recipe = RECIPES[name];
  if (recipe === undefined) throw new Error(`there is no server ${name}`);
  const dir = mkdtempSync(join(tmpdir(), `interlock-${name}-`));
  chmodSync(dir, 0o755);
  writeFiles(join(dir, "www"));
  const port = await deadPort();
  const [command, args, env] = recipe.write(dir, port);
  writeFileSync(join(dir, "log"), "");
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  let stdout = "";
  child.stdout?.on("data", (bytes: Buffer) => {
    stdout += bytes.toString("latin1");
  });
  await answering(child, port, () => said);
  return {
    port,
    logged: () => (name === "haproxy" ? stdout : readFileSync(join(dir, "log"), "latin1")).split("\n").filter((line) => line !== ""),
    async close() {
      if (child.exitCode === null) {
        const exited = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await exited;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function answering(child: ChildProcess, port: number, said: () => string): Promise<void> {
  const untilMs = performance.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null || performance.now() > untilMs) throw new Error(`the server does not answer: ${said()}`);
    if (await answers(port)) return;
  }
}

/** Whether the port answers HTTP; takes a moment where it does not. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    const say = (isUp: boolean) => {
      socket.destroy();
      setTimeout(() => resolve(isUp), isUp ? 0 : 50);
    };
    socket.once("connect", () => socket.write("GET /victim HTTP/1.0\r\nTraceparent: ours\r\n\r\n"));
    socket.once("data", () => say(true));
    socket.once("error", () => say(false));
  });
}

function writeFiles(root: string): void {
  mkdirSync(join(root, "admin"), { recursive: true });
  mkdirSync(join(root, "open"));
  writeFileSync(join(root, "victim"), "GET /victim\n");
  writeFileSync(join(root, "admin", "secret"), SECRET);
  writeFileSync(join(root, "open", "x"), "open");
  for (const each of [root, join(root, "admin"), join(root, "open")]) chmodSync(each, 0o755);
}

function writeNginx(dir: string, port: number): ReturnType<Recipe["write"]> {
  const config = join(dir, "nginx.conf");
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${dir}/pid; error_log /dev/null;
events { worker_connections 1024; }
http {
  log_format seen '$http_traceparent|$http_x_forwarded_for|$request';
  access_log ${dir}/log seen;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
  underscores_in_headers on;
  server { listen 127.0.0.1:${port}; root ${dir}/www; error_page 405 =200 $uri; location = /attack { return 200 "attacked"; } location = /after { return 200 "after"; } }
}\n`,
  );
  return ["/usr/sbin/nginx", ["-c", config, "-e", "/dev/null"]];
}

function writeHaproxy(dir: string, port: number): ReturnType<Recipe["write"]> {
  const config = join(dir, "haproxy.cfg");
  writeFileSync(
    config,
    `global
  log stdout format raw local0
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
  timeout http-keep-alive 30s
frontend seen
  bind 127.0.0.1:${port}
  log global
  option accept-invalid-http-request
  declare capture request len 100
  declare capture request len 100
  http-request capture req.hdr(traceparent) id 0
  http-request capture req.hdr(x-forwarded-for) id 1
  log-format "%[capture.req.hdr(0)]|%[capture.req.hdr(1)]|%HM %HU %HV"
  http-request return status 200 content-type text/plain string "${SECRET}" if { path,url_dec /admin/secret }
  http-request return status 200 content-type text/plain lf-string "%[method] %[path]"\n`,
  );
  return ["/usr/sbin/haproxy", ["-db", "-f", config]];
}

function writeApache(dir: string, port: number): ReturnType<Recipe["write"]> {
  const config = join(dir, "apache.conf");
  const modules = ["mpm_event", "authz_core", "authz_host", "mime", "dir", "alias"].map(
    (each) => `LoadModule ${each}_module ${MODULES}/mod_${each}.so`,
  );
  writeFileSync(
    config,
    `${modules.join("\n")}
ServerRoot ${dir}
ServerName localhost
PidFile ${dir}/pid
Listen 127.0.0.1:${port}
User www-data
Group www-data
Mutex file:${dir} default
TypesConfig /dev/null
ErrorLog ${dir}/errors
LogFormat "%{traceparent}i|%{x-forwarded-for}i|%r" seen
CustomLog ${dir}/log seen
KeepAliveTimeout 30
MaxKeepAliveRequests 0
HttpProtocolOptions Unsafe
AllowEncodedSlashes On
DocumentRoot ${dir}/www
<Directory ${dir}/www>
  Require all granted
</Directory>\n`,
  );
  return ["/usr/sbin/apache2", ["-X", "-f", config]];
}

function writeTomcat(dir: string, port: number): ReturnType<Recipe["write"]> {
  for (const each of ["conf", "logs", "temp", "work", "webapps"]) mkdirSync(join(dir, each));
  cpSync("/etc/tomcat10/web.xml", join(dir, "conf", "web.xml"));
  writeFileSync(
    join(dir, "conf", "server.xml"),
    `<Server port="-1"><Service name="Catalina">
  <Connector port="${port}" address="127.0.0.1" protocol="HTTP/1.1" keepAliveTimeout="30000" maxKeepAliveRequests="-1"
    allowBackslash="true" encodedSolidusHandling="decode" encodedReverseSolidusHandling="decode" allowHostHeaderMismatch="true" rejectIllegalHeader="false" relaxedPathChars="&lt;&gt;[\\]^\`{|}" />
  <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" autoDeploy="false">
    <Context path="" docBase="${dir}/www" />
    <Valve className="org.apache.catalina.valves.AccessLogValve" directory="${dir}" prefix="log" suffix="" rotatable="false" buffered="false"
      pattern="%{traceparent}i|%{x-forwarded-for}i|%r" />
  </Host></Engine></Service></Server>\n`,
  );
  return [join(TOMCAT, "bin", "catalina.sh"), ["run"], { CATALINA_HOME: TOMCAT, CATALINA_BASE: dir, JAVA_OPTS: "-Xmx128m" }];
}
