import type { ApiInfo } from '@envase/http';

/** What the description says before its routes. */
export const apiInfo: ApiInfo = {
  title: 'Envase Trace: Identity Manager',
  version: '1',
  description: `Access tokens for Connect Data by the client credentials grant (RFC 6749 s4.4), and the clients that may ask for them.

Parameters of \`/oauth2/…\` stand in the form body, or in the query, but secrets and tokens never do. Every path answers \`405\` (or 404)
to a method that it does not have. A change takes effect everywhere within 5 seconds.`,
  tags: {
    oauth2: 'Tokens: issue, revoke, look into. Limited per client and address.',
    'well-known': 'Where things are, and the keys that tokens are verified with.',
    admin: 'Clients: for operators, with the scope `connectdata/admin`.',
    openapi: 'This document.',
  },
};
