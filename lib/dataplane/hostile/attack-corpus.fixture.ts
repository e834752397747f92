/** All families of attacks. */
import { ALL_BYTES, type Attack, TELLING_BYTES } from "./attack.fixture.ts";
import { chunkBytes, chunkEnds, chunkForms, codingBytes, lengthBytes, twoLengths } from "./framing-attacks.fixture.ts";
import { headerBytes, hosts, lineEnds, requestLines } from "./head-attacks.fixture.ts";
import { afterErrors, bodiesOfMethods, expectations, nominations, tunnels, versions } from "./meaning-attacks.fixture.ts";

/** Every attack there is. `isWhole`: with each of the 256 bytes, instead of those that tell. */
export function attackCorpus(isWhole: boolean): readonly Attack[] {
  const bytes = isWhole ? ALL_BYTES : TELLING_BYTES;
  return [
    ...codingBytes(bytes),
    ...lengthBytes(bytes),
    ...twoLengths(),
    ...chunkBytes(bytes),
    ...chunkEnds(),
    ...chunkForms(),
    ...requestLines(bytes),
    ...headerBytes(bytes),
    ...lineEnds(),
    ...hosts(),
    ...versions(),
    ...expectations(),
    ...nominations(),
    ...bodiesOfMethods(),
    ...tunnels(),
    ...afterErrors(),
  ];
}
