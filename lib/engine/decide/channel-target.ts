import { isIP } from "node:net";
import type { ChannelTargetInput, Problem } from "../../model/index.ts";
import type { DecideContext } from "./context.ts";

const URL_MAX = 2_048;
const RECIPIENTS_MAX = 32;
/** One plain address; names in front of it are left to mail programs. */
const MAILBOX = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,253}$/;
const CONTROL = /\p{Cc}/u;

/** What is wrong with where a channel sends to; everything at once. */
export function checkTarget(context: DecideContext, target: ChannelTargetInput): Problem[] {
  if (target.kind === "smtp") return checkMail(context, target);
  return target.url === undefined ? [] : checkUrl(context, target.url);
}

function checkUrl({ whyNotTell }: DecideContext, url: string): Problem[] {
  const path = "target.url";
  if (url.length > URL_MAX || CONTROL.test(url) || !URL.canParse(url)) {
    const fix = "Give an https address, such as https://hooks.example.com/interlock.";
    return [{ path, code: "channel.invalid", detail: "It is no URL.", fix }];
  }
  const why = whyNotTell({ url });
  return why === null ? [] : [refusedAddress(path, why, "Give an https address of the public internet")];
}

function checkMail(
  { whyNotTell }: DecideContext,
  { from, host, port, to, user }: Extract<ChannelTargetInput, { readonly kind: "smtp" }>,
): Problem[] {
  const problems: Problem[] = [];
  const invalid = (path: string, detail: string, fix: string) => problems.push({ path, code: "channel.invalid", detail, fix });
  const hasPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (!hasPort) invalid("target.port", `${port} is not a port.`, "Use 587 for STARTTLS, 465 for TLS from the start.");
  const why = hasPort
    ? isIP(host) === 0 && (host.length > 253 || CONTROL.test(host))
      ? "It is no host name."
      : whyNotTell({ host, port })
    : null;
  if (why !== null) problems.push(refusedAddress("target.host", why, "Give the name of a mail server on the public internet"));
  if (!MAILBOX.test(from)) invalid("target.from", `"${from}" is not a mail address.`, "Write name@host, without a display name.");
  if (to.length === 0 || to.length > RECIPIENTS_MAX) {
    invalid("target.to", `There are ${to.length} recipients.`, `Give 1 to ${RECIPIENTS_MAX} mail addresses.`);
  }
  for (const [index, address] of to.entries()) {
    if (!MAILBOX.test(address))
      invalid(`target.to.${index}`, `"${address}" is not a mail address.`, "Write name@host, without a display name.");
  }
  if (user !== undefined && (user === "" || user.length > 256 || CONTROL.test(user))) {
    invalid("target.user", "The user name is empty, too long, or has control characters.", "Leave it out where the server asks for none.");
  }
  return problems;
}

function refusedAddress(path: string, why: string, fix: string): Problem {
  return {
    path,
    code: "channel.address",
    detail: why,
    fix: `${fix}, or start the engine with its host and port in INTERLOCK_NOTIFY_ALLOW.`,
  };
}
