import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { extension } from "./build-certificate.ts";
import { contextTag, TAG } from "./der-reader.ts";
import { bitString, element, oid, sequence, time, toPem } from "./der-writer.ts";
import { OID } from "./x509-profile.ts";

/** Kinds of GeneralName, by tag. */
export const NAME = { email: 1, dns: 2, uri: 6, ip: 7 } as const;

/** One entry of a SubjectAltName, whatever its bytes are. */
export function generalName(kind: number, text: string): Buffer {
  return element(contextTag(kind, false), Buffer.from(text, "latin1"));
}

export interface OddRequest {
  /** Entries of the SubjectAltName that is asked for; undefined: no such extension. */
  readonly names?: readonly Buffer[];
  /** More extensions. */
  readonly extensions?: readonly Buffer[];
  readonly subject?: Buffer;
  readonly keys?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  /** Signs instead of the key in the request. */
  readonly signer?: KeyObject;
}

/** A certificate request that need not make sense. */
export function oddRequest({ names, extensions = [], subject = sequence(), keys = p256(), signer }: OddRequest): string {
  const wanted = [...(names === undefined ? [] : [extension(OID.subjectAltName, sequence(...names))]), ...extensions];
  const attributes = wanted.length === 0 ? [] : [sequence(oid(OID.extensionRequest), element(TAG.set, sequence(...wanted)))];
  const spki = keys.publicKey.export({ format: "der", type: "spki" });
  const info = sequence(element(TAG.integer, Buffer.from([0])), subject, spki, element(contextTag(0, true), ...attributes));
  const signature = sign("sha256", info, signer ?? keys.privateKey);
  return toPem("CERTIFICATE REQUEST", sequence(info, sequence(oid(OID.ecdsaWithSha256)), bitString(signature)));
}

export interface OddLeaf {
  readonly names: readonly Buffer[];
  readonly extensions?: readonly Buffer[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly issuer: Buffer;
  readonly signer: KeyObject;
}

/** Extensions of a leaf as ours have them, the name apart. */
export function leafExtensions(): readonly Buffer[] {
  return [
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, bitString(Buffer.from([0x80]), 7), true),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth), oid(OID.clientAuth))),
  ];
}

/** A certificate that is properly signed and need not make sense. */
export function oddLeaf({ names, extensions = leafExtensions(), notBeforeMs, notAfterMs, issuer, signer }: OddLeaf): Buffer {
  const tbs = sequence(
    element(contextTag(0, true), element(TAG.integer, Buffer.from([2]))),
    element(TAG.integer, Buffer.from([0x42])),
    sequence(oid(OID.ecdsaWithSha256)),
    issuer,
    sequence(time(notBeforeMs), time(notAfterMs)),
    sequence(),
    p256().publicKey.export({ format: "der", type: "spki" }),
    element(contextTag(3, true), sequence(...extensions, extension(OID.subjectAltName, sequence(...names), true))),
  );
  return sequence(tbs, sequence(oid(OID.ecdsaWithSha256)), bitString(sign("sha256", tbs, signer)));
}

export function p256(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}
