import { sessionMs } from './sessions.ts';

export interface SessionCookie {
  /** `Set-Cookie` that gives the browser its session. */
  give(secret: string): string;
  /** `Set-Cookie` that takes it away. */
  take(): string;
  /** The secret in a request's `Cookie` header. */
  read(header: string | undefined): string | undefined;
}

/** The cookie of a session: out of reach of scripts and of other sites. Over https it is bound to https and to this very host. */
export function createSessionCookie(options: { isSecure: boolean }): SessionCookie {
  const name = options.isSecure ? '__Host-envase_ops' : 'envase_ops';
  const flags = `HttpOnly; SameSite=Strict; Path=/${options.isSecure ? '; Secure' : ''}`;
  return {
    give: (secret) => `${name}=${secret}; Max-Age=${sessionMs / 1_000}; ${flags}`,
    take: () => `${name}=; Max-Age=0; ${flags}`,
    read(header = '') {
      const pairs = header.split(';').map((pair) => pair.trim());
      return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
    },
  };
}
