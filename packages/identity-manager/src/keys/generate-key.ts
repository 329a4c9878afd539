import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyRing } from '@envase/runtime';
import type { StoredSigningKey } from '../ports.ts';
import { slotName } from './key-timeline.ts';

const generate = promisify(generateKeyPair);

/** A new RSA key of 2,048 bits for a slot; its private half is sealed and owned by its `kid`. */
export async function generateKey(options: {
  slot: number;
  keyRing: Pick<KeyRing, 'seal'>;
  createdAt: Date;
  activeFrom: Date | null;
}): Promise<StoredSigningKey> {
  const { slot, keyRing, createdAt, activeFrom } = options;
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2_048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const kid = thumbprintOf({ n, e });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    _id: slotName(slot),
    kid,
    publicKey: { n, e },
    sealedPrivateKey: keyRing.seal(pem, kid),
    createdAt,
    activeFrom,
  };
}

/** RFC 7638 s3.1: SHA-256 over the required members in the order of their names. */
function thumbprintOf({ n, e }: { n: string; e: string }): string {
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
}
