import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { err, ok, type Result } from "../std/index.ts";
import { isInnerName, isPrivateAddress } from "./private-address.ts";

/** Finds the addresses of a name, or throws. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

/** The system's own way: hosts file, then name servers. */
export const systemResolve: Resolve = (name) => lookup(name, { all: true });

export interface GuardOptions {
  /** `host:port` pairs, in lower case, that may be anywhere and speak plain text. */
  readonly allowed: readonly string[];
  /** The setting that they come from, for the sentences. */
  readonly variable: string;
  readonly resolve?: Resolve;
}

/** A URL that a request may be tried with; its name is still to be resolved. */
export interface Target {
  readonly url: URL;
  readonly isAllowed: boolean;
}

/** A host whose addresses were checked: to be connected to by one of these, and by no other. */
export interface CheckedHost {
  /** In the order that they are to be tried in. */
  readonly addresses: readonly [string, ...string[]];
  /** The name for TLS; the address where there is none. */
  readonly name: string;
  readonly isAllowed: boolean;
}

/** Says where requests may go. Errors are sentences for people. */
export class Guard {
  readonly #allowed: ReadonlySet<string>;
  readonly #variable: string;
  readonly #resolve: Resolve;

  constructor({ allowed, resolve = systemResolve, variable }: GuardOptions) {
    this.#allowed = new Set(allowed);
    this.#variable = variable;
    this.#resolve = resolve;
  }

  /** Reads a URL, and refuses what can be known without resolving its name. */
  readTarget(uri: string): Result<Target, string> {
    const url = URL.canParse(uri) ? new URL(uri) : null;
    if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return err("It is no https URL.");
    if (url.username !== "" || url.password !== "") return err("It has a user name or a password in it.");
    const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
    const isAllowed = this.#isAllowed(url.hostname, port);
    if (url.protocol === "http:" && !isAllowed) {
      return err(`It is not https; name its host and port in ${this.#variable} where that is meant.`);
    }
    const why = isAllowed ? null : this.#whyInner(url.hostname);
    return why === null ? ok({ url, isAllowed }) : err(why);
  }

  /** The same for a host and a port without a URL. Numbers in any spelling are read as the address that they mean. */
  readHost(host: string, port: number): Result<{ readonly name: string; readonly isAllowed: boolean }, string> {
    const text = isIP(host) === 6 ? `[${host}]` : host;
    const url = /[\s/?#@\\]/.test(text) || !URL.canParse(`https://${text}:${port}`) ? null : new URL(`https://${text}:${port}`);
    if (url === null || url.hostname === "") return err("It is no host name.");
    const isAllowed = this.#isAllowed(url.hostname, port);
    const why = isAllowed ? null : this.#whyInner(url.hostname);
    return why === null ? ok({ name: bare(url.hostname), isAllowed }) : err(why);
  }

  /** Resolves a host once; the addresses in the answer are those that were checked. */
  async checkHost(host: string, port: number): Promise<Result<CheckedHost, string>> {
    const read = this.readHost(host, port);
    if (!read.ok) return read;
    const { isAllowed, name } = read.value;
    const found = await this.#addresses(name, isAllowed);
    if (!found.ok) return found;
    const [first, ...others] = found.value;
    return ok({ addresses: [first.address, ...others.map(({ address }) => address)], name, isAllowed });
  }

  /** The look-up of a connection to a target: nothing is handed on when any of the addresses is private. */
  lookupFor({ isAllowed }: Target): LookupFunction {
    return (hostname, options, callback) => {
      void this.#addresses(hostname, isAllowed).then((found) => {
        if (!found.ok) return callback(new Error(found.error.replace(/\.$/, "")), "", 4);
        if (options.all === true) return callback(null, [...found.value]);
        const [{ address, family }] = found.value;
        return callback(null, address, family);
      });
    };
  }

  async #addresses(name: string, isAllowed: boolean): Promise<Result<readonly [LookupAddress, ...LookupAddress[]], string>> {
    const version = isIP(name);
    let found: readonly LookupAddress[];
    try {
      found = version === 0 ? await this.#resolve(name) : [{ address: name, family: version }];
    } catch (error) {
      return err(`${error instanceof Error ? error.message : String(error)}.`);
    }
    const inside = isAllowed ? undefined : found.find(({ address }) => isPrivateAddress(address));
    if (inside !== undefined) return err(this.#blocked(`Its address ${inside.address}`));
    const [first, ...others] = found;
    return first === undefined ? err("It has no address.") : ok([first, ...others]);
  }

  #isAllowed(hostname: string, port: number): boolean {
    return this.#allowed.has(`${hostname}:${port}`);
  }

  #whyInner(hostname: string): string | null {
    const name = bare(hostname);
    if (isIP(name) !== 0) return isPrivateAddress(name) ? this.#blocked(`Its address ${name}`) : null;
    return isInnerName(name) ? this.#blocked(`Its host ${name}`) : null;
  }

  #blocked(what: string): string {
    return `${what} is not of the public internet; name its host and port in ${this.#variable} where that is meant.`;
  }
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
