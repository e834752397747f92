import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Guard } from "../guarded-request/index.ts";
import type { ChannelTarget } from "../model/index.ts";
import { ok } from "../std/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { createDeliver } from "./deliver.ts";
import type { Notification } from "./notification.ts";

const SECRET = "s3cret-s3cret";
const NOTIFICATION: Notification = {
  id: "chg-12",
  at: "2026-01-01T00:00:00.000Z",
  topic: "releases",
  kind: "release.advance",
  subject: "rel-3",
  sentence: "Release of payments 3.0.0: 25 % <b> & more.",
  author: "interlock",
  reason: "",
  before: null,
  after: { weightBp: 2_500 },
  links: [{ title: "In the console", url: "http://127.0.0.1:3000/releases/rel-3" }],
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real receiver on a loopback port. */
async function receiver(
  status = 200,
  answer = "",
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly port: number; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, headers).end(answer);
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closers.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, received };
}

function deliverTo(
  allowed: readonly string[],
  target: ChannelTarget,
  options: {
    readonly secret?: string | null;
    readonly ca?: string;
    readonly withinMs?: number;
    readonly addresses?: readonly string[];
    readonly left?: readonly string[];
  } = {},
) {
  const { addresses = ["127.0.0.1"], left = null, secret = SECRET, ...more } = options;
  const resolve = async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const guard = new Guard({ allowed, variable: "INTERLOCK_NOTIFY_ALLOW", resolve });
  const deliver = createDeliver({ guard, clock: createFakeClock(), secret: () => secret, version: "1.2.3", ...more });
  return deliver(target, NOTIFICATION, new AbortController().signal, left);
}

describe("a webhook", () => {
  test("gets the message as JSON with its id, and a signature over time and body", async () => {
    const { port, received } = await receiver(204);
    const url = `http://127.0.0.1:${port}/hook`;
    expect(await deliverTo([`127.0.0.1:${port}`], { kind: "webhook", url, secretRef: "pager.1" })).toEqual(
      ok({ said: "It answered 204." }),
    );
    const [{ body, headers } = { body: "", headers: {} }] = received;
    expect(JSON.parse(body)).toEqual(NOTIFICATION);
    expect(headers).toMatchObject({ "content-type": "application/json", "x-interlock-id": "chg-12", "user-agent": "Interlock/1.2.3" });
    const [, time = "", signature = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-interlock-signature"])) ?? [];
    expect(Number(time)).toBe(Date.UTC(2026, 0, 1) / 1_000);
    expect(createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex")).toBe(signature);
  });

  test("without a secret is not signed, and one whose secret is gone is not sent to", async () => {
    const { port, received } = await receiver();
    const url = `http://127.0.0.1:${port}/`;
    const allowed = [`127.0.0.1:${port}`];
    expect(await deliverTo(allowed, { kind: "webhook", url })).toMatchObject({ ok: true });
    expect(received[0]?.headers["x-interlock-signature"]).toBeUndefined();
    expect(await deliverTo(allowed, { kind: "webhook", url, secretRef: "pager.1" }, { secret: null })).toEqual({
      ok: false,
      error: { said: "Its secret cannot be read any more: set it again." },
    });
    expect(received).toHaveLength(1);
  });

  test("that refuses is heard out in one line", async () => {
    const { port } = await receiver(422, "no such\nroute\u0007");
    const said = await deliverTo([`127.0.0.1:${port}`], { kind: "webhook", url: `http://127.0.0.1:${port}/` });
    expect(said).toEqual({ ok: false, error: { said: "It answered 422: no such route", isRefused: true } });
  });

  test.each([
    [400, {}, { isRefused: true }],
    [413, {}, { isRefused: true }],
    [401, {}, {}],
    [404, {}, {}],
    [410, {}, {}],
    [503, { "retry-after": "120" }, { afterMs: 120_000 }],
    [429, { "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }, { afterMs: 60_000 }],
    [503, { "retry-after": "soon" }, {}],
  ])("that answers %i %o is told apart by whether this message is refused, and how long to wait", async (status, headers, more) => {
    const { port } = await receiver(status, "", headers);
    const said = await deliverTo([`127.0.0.1:${port}`], { kind: "webhook", url: `http://127.0.0.1:${port}/` });
    expect(said).toEqual({ ok: false, error: { said: `It answered ${status}.`, ...more } });
  });

  test("whose name leads inside is not connected to", async () => {
    const { port, received } = await receiver();
    const said = await deliverTo([], { kind: "webhook", url: `https://hooks.example.com:${port}/` });
    expect(said).toMatchObject({ ok: false, error: { said: expect.stringContaining("127.0.0.1 is not of the public internet") } });
    expect(received).toEqual([]);
  });
});

test("a Slack-compatible webhook gets text and blocks, its three reserved characters escaped; the address is read from the secret", async () => {
  const { port, received } = await receiver(200, "ok");
  const secret = `http://127.0.0.1:${port}/services/T/B/x`;
  const target = { kind: "slack", host: `127.0.0.1:${port}`, secretRef: "ops.1" } as const;
  expect(await deliverTo([`127.0.0.1:${port}`], target, { secret })).toEqual(ok({ said: "It answered 200: ok" }));
  const text = "Release of payments 3.0.0: 25 % &lt;b&gt; &amp; more.";
  expect(JSON.parse(received[0]?.body ?? "")).toEqual({
    text,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text } },
      {
        type: "context",
        elements: [
          { type: "mrkdwn", text: "2026-01-01T00:00:00.000Z · interlock · <http://127.0.0.1:3000/releases/rel-3|In the console>" },
        ],
      },
    ],
  });
});

describe("a mail server", () => {
  let dir: string;
  let key: string;
  let cert: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "interlock-mail-"));
    const subject = ["-subj", "/CN=mail.example.com", "-addext", "subjectAltName=DNS:mail.example.com"];
    const files = ["-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", ...subject, ...files],
      {
        stdio: "ignore",
      },
    );
    key = readFileSync(join(dir, "key.pem"), "utf8");
    cert = readFileSync(join(dir, "cert.pem"), "utf8");
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  interface Mail {
    readonly secure: boolean;
    readonly user: string | undefined;
    readonly to: readonly string[];
    readonly text: string;
  }

  async function mailServer(
    more: SMTPServerOptions = {},
  ): Promise<{ readonly port: number; readonly mails: Mail[]; readonly passwords: string[] }> {
    const mails: Mail[] = [];
    const passwords: string[] = [];
    const server = new SMTPServer({
      key,
      cert,
      onAuth({ password, username }, _, done) {
        passwords.push(password ?? "");
        if (password === SECRET) done(null, { user: username ?? "" });
        else done(new Error("Invalid login"));
      },
      onData(stream, { envelope, secure, user }, done) {
        let text = "";
        stream.on("data", (chunk) => {
          text += chunk;
        });
        stream.on("end", () => {
          mails.push({ secure, user, to: envelope.rcptTo.map(({ address }) => address), text });
          done();
        });
      },
      ...more,
    });
    server.on("error", () => {});
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.server.once("listening", resolve));
    closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { port: (server.server.address() as AddressInfo).port, mails, passwords };
  }

  const target = (port: number, more: Partial<ChannelTarget> = {}): ChannelTarget =>
    ({
      kind: "smtp",
      host: "mail.example.com",
      port,
      from: "mesh@example.com",
      to: ["ops@example.com", "anna@example.com"],
      ...more,
    }) as ChannelTarget;

  test("gets a mail over STARTTLS, signed in, its certificate checked against the name, with the id of the message", async () => {
    const { mails, port } = await mailServer();
    const signedIn = target(port, { user: "mesh", secretRef: "mail.1" });
    expect(await deliverTo([`mail.example.com:${port}`], signedIn, { ca: cert })).toMatchObject({
      ok: true,
      value: { said: expect.stringContaining("250") },
    });
    expect(mails).toMatchObject([{ secure: true, user: "mesh", to: ["ops@example.com", "anna@example.com"] }]);
    expect(mails[0]?.text).toMatch(/^Message-ID: <chg-12@example\.com>\r$/im);
    expect(mails[0]?.text).toMatch(/^X-Interlock-Id: chg-12\r$/im);
    expect(mails[0]?.text).toMatch(/^Subject: \[interlock\] Release of payments 3\.0\.0: 25 %/m);
    expect(mails[0]?.text).toContain("http://127.0.0.1:3000/releases/rel-3");
  });

  test("with a certificate that nobody vouches for gets neither password nor mail", async () => {
    const { mails, passwords, port } = await mailServer();
    const said = await deliverTo([`mail.example.com:${port}`], target(port, { user: "mesh", secretRef: "mail.1" }));
    expect(said).toMatchObject({ ok: false, error: { said: expect.stringMatching(/certificate/) } });
    expect([mails, passwords]).toEqual([[], []]);
  });

  test("without TLS never gets a password; one that is allowed by setting gets mail in plain text", async () => {
    const { mails, passwords, port } = await mailServer({ disabledCommands: ["STARTTLS"], authOptional: true, allowInsecureAuth: true });
    const allowed = [`mail.example.com:${port}`];
    expect(await deliverTo(allowed, target(port, { user: "mesh", secretRef: "mail.1" }))).toMatchObject({ ok: false });
    expect([mails, passwords]).toEqual([[], []]);
    expect(await deliverTo(allowed, target(port))).toMatchObject({ ok: true });
    expect(mails).toMatchObject([{ secure: false }]);
  });

  test("that is allowed by setting gets mail without a password whatever its certificate, over TLS where it offers that", async () => {
    const { mails, port } = await mailServer({ authOptional: true });
    expect(await deliverTo([`mail.example.com:${port}`], target(port))).toMatchObject({ ok: true });
    expect(mails).toMatchObject([{ secure: true }]);
  });

  test("with several addresses is reached at the first that answers", async () => {
    const { mails, port } = await mailServer({ authOptional: true });
    const addresses = ["127.0.0.3", "127.0.0.2", "127.0.0.1"];
    expect(await deliverTo([`mail.example.com:${port}`], target(port), { addresses })).toMatchObject({ ok: true });
    expect(mails).toHaveLength(1);
    const none = await deliverTo([`mail.example.com:${port}`], target(port), { addresses: addresses.slice(0, 2) });
    expect(none).toMatchObject({ ok: false, error: { said: expect.stringContaining("ECONNREFUSED") } });
  });

  describe("that refuses recipients", () => {
    const codes = new Map<string, number>();
    const picky: SMTPServerOptions = {
      authOptional: true,
      onRcptTo({ address }, _, done) {
        const code = codes.get(address);
        if (code === undefined) done();
        else done(Object.assign(new Error("not this one"), { responseCode: code }));
      },
    };
    afterEach(() => codes.clear());

    test("leaves those refused for now to be tried alone, and loses those refused for good, which it names", async () => {
      const { mails, port } = await mailServer(picky);
      codes.set("grey@example.com", 450).set("gone@example.com", 550);
      const to = ["ops@example.com", "grey@EXAMPLE.com", "gone@example.com"];
      const allowed = [`mail.example.com:${port}`];
      const first = await deliverTo(allowed, target(port, { to }));
      const lost = expect.stringMatching(/refuses gone@example\.com \(550/);
      expect(first).toEqual({
        ok: false,
        error: { said: expect.stringContaining("grey@example.com (450"), left: ["grey@EXAMPLE.com"], lost },
      });
      const again = await deliverTo(allowed, target(port, { to }), { left: ["grey@EXAMPLE.com"] });
      expect(again).toMatchObject({ ok: false, error: { left: ["grey@EXAMPLE.com"] } });
      codes.clear();
      expect(await deliverTo(allowed, target(port, { to }), { left: ["grey@EXAMPLE.com"] })).toMatchObject({ ok: true });
      expect(mails.map((mail) => mail.to)).toEqual([["ops@example.com"], ["grey@example.com"]]);
    });

    test("has taken a message for the others where one is refused for good, and the rest is over when that is so later", async () => {
      const { port } = await mailServer(picky);
      codes.set("anna@example.com", 550);
      const allowed = [`mail.example.com:${port}`];
      expect(await deliverTo(allowed, target(port))).toMatchObject({ ok: true, value: { lost: expect.stringContaining("anna@") } });
      const rest = await deliverTo(allowed, target(port), { left: ["anna@example.com"] });
      expect(rest).toMatchObject({ ok: false, error: { left: [], lost: expect.stringContaining("anna@") } });
    });

    test("all of them is tried as a whole again, and a message that is refused itself is not tried for long", async () => {
      const { port } = await mailServer(picky);
      codes.set("anna@example.com", 550).set("ops@example.com", 550);
      expect(await deliverTo([`mail.example.com:${port}`], target(port))).toEqual({
        ok: false,
        error: { said: expect.stringContaining("550") },
      });
      const spam = await mailServer({
        authOptional: true,
        onData(stream, _, done) {
          stream.resume();
          stream.on("end", () => done(Object.assign(new Error("looks like spam"), { responseCode: 554 })));
        },
      });
      const said = await deliverTo([`mail.example.com:${spam.port}`], target(spam.port));
      expect(said).toMatchObject({ ok: false, error: { isRefused: true } });
    });
  });

  test("that refuses the password, or says nothing at all, is an error in words", async () => {
    const { port } = await mailServer();
    const signedIn = target(port, { user: "mesh", secretRef: "mail.1" });
    const wrong = await deliverTo([`mail.example.com:${port}`], signedIn, { ca: cert, secret: "another-one" });
    expect(wrong).toMatchObject({ ok: false, error: { said: expect.stringContaining("Invalid login") } });
    const mute = await mailServer({ onConnect: () => {} });
    const said = await deliverTo([`mail.example.com:${mute.port}`], target(mute.port), { ca: cert, withinMs: 300 });
    expect(said).toMatchObject({ ok: false });
  });

  test("whose name leads inside is not connected to", async () => {
    let connections = 0;
    const { port } = await mailServer({
      onConnect(_, done) {
        connections++;
        done();
      },
    });
    expect(await deliverTo([], target(port))).toMatchObject({
      ok: false,
      error: { said: expect.stringContaining("not of the public internet") },
    });
    expect(connections).toBe(0);
  });
});
