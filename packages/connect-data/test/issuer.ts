import { createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { tokenAudience } from '@envase/contracts';

export const issuer = 'https://identity.test';
const kid = 'test-key';

export interface TestIssuer {
  /** The key set as an Identity Manager serves it. */
  jwks: object;
  /** A token of this client for an hour. */
  signToken(clientId: string, scope?: string): string;
}

/** An issuer of tokens with a key of its own. */
export function createTestIssuer(): TestIssuer {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    jwks: { keys: [{ kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e }] },
    signToken(clientId, scope = 'connectdata/events') {
      const iat = Math.floor(Date.now() / 1000);
      const head = encode({ alg: 'RS256', typ: 'at+jwt', kid });
      const claims = encode({
        iss: issuer,
        sub: clientId,
        aud: tokenAudience,
        client_id: clientId,
        scope,
        iat,
        exp: iat + 3600,
        jti: randomUUID(),
      });
      const signature = sign('sha256', Buffer.from(`${head}.${claims}`), privateKey).toString('base64url');
      return `${head}.${claims}.${signature}`;
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
