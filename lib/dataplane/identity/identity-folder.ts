/**
 * Identities on disk, so that a proxy that starts without the engine still has them: `trust.json`, and a file per subject with its key and certificate.
 * The folder and its files are for their owner only. A file that cannot be believed is left out; the engine signs anew.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { TrustBundle } from "../../model/index.ts";
import { writeDurably } from "../durable-file.ts";
import type { HeldIdentity, Subject } from "./held-identity.ts";

const FORMAT = 1;
const TRUST = "trust.json";

const bundleFile = z.object({
  format: z.literal(FORMAT),
  bundle: z.object({ trustDomain: z.string(), rootsPem: z.array(z.string()).min(1), version: z.number().int() }),
});
const identityFile = z.object({
  format: z.literal(FORMAT),
  identity: z.object({
    subject: z.string().min(1),
    id: z.string(),
    keyPem: z.string(),
    chainPem: z.string(),
    fingerprint: z.string(),
    rootFingerprint: z.string(),
    notAfterMs: z.number(),
    lifeMs: z.number().positive(),
  }),
});

export interface FolderContent {
  readonly bundle: TrustBundle | null;
  readonly held: readonly HeldIdentity[];
}

export class IdentityFolder {
  readonly #path: string;
  readonly #log: (line: string) => void;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, log: (line: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  async load(): Promise<FolderContent> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    const bundle = bundleFile.safeParse(await this.#read(TRUST));
    const names = (await readdir(this.#path)).filter((name) => name.endsWith(".json") && name !== TRUST);
    const held: HeldIdentity[] = [];
    for (const name of names) {
      const file = identityFile.safeParse(await this.#read(name));
      if (file.success) held.push({ ...file.data.identity, subject: file.data.identity.subject as Subject });
      else this.#log(`${join(this.#path, name)} is ignored: it is no identity of this version`);
    }
    return { bundle: bundle.success ? bundle.data.bundle : null, held };
  }

  saveBundle(bundle: TrustBundle): void {
    this.#later(() => writeDurably(join(this.#path, TRUST), `${JSON.stringify({ format: FORMAT, bundle })}\n`));
  }

  save(identity: HeldIdentity): void {
    this.#later(() => writeDurably(this.#pathOf(identity.subject), `${JSON.stringify({ format: FORMAT, identity })}\n`));
  }

  drop(subject: Subject): void {
    this.#later(() => rm(this.#pathOf(subject), { force: true }));
  }

  /** Resolves once everything asked for is on disk, or has failed and was logged. */
  flush(): Promise<void> {
    return this.#writing;
  }

  /** Subjects have characters that file names may not. */
  #pathOf(subject: Subject): string {
    return join(this.#path, `${createHash("sha256").update(subject).digest("hex").slice(0, 32)}.json`);
  }

  async #read(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(join(this.#path, name), "utf8"));
    } catch {
      return null;
    }
  }

  #later(work: () => Promise<void>): void {
    this.#writing = this.#writing
      .then(work)
      .catch((error: unknown) => this.#log(`an identity could not be kept on disk: ${String(error)}`));
  }
}
