/** One permission to act: `svcId` may be `*` (contract s1). */
export interface Grant {
  orgId: string;
  svcId: string;
}

/** Claims of an access token (contract s1; RFC 9068 s2.2). Times in seconds. */
export interface AccessTokenClaims {
  iss: string;
  sub: string;
  aud: string;
  client_id: string;
  scope: string;
  iat: number;
  exp: number;
  jti: string;
}

export const tokenAudience = 'connectdata';
export const tokenLifetimeSeconds = 3600;

export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  scope: string;
}
