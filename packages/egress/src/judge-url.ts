import { isIP } from 'node:net';
import { isPublicAddress } from './address.ts';

/** What the operator allows beyond https to public addresses on ports 443 and 8443. */
export interface EgressPolicy {
  /** Plain http too; its port 80 must still be among `extraPorts`. */
  allowHttp?: boolean;
  extraPorts?: readonly number[];
  /** Host names or addresses that scheme, port and address rules do not apply to, such as 127.0.0.1 in a demonstration. */
  allowHosts?: readonly string[];
}

export type Verdict = { ok: true; url: URL } | { ok: false; reason: string };

const MAX_URL_LENGTH = 2_048;
const STANDARD_PORTS = [443, 8443];
const LOCAL_SUFFIXES = ['localhost', 'local', 'localdomain', 'internal', 'home.arpa'];

/**
 * Judges the address of a web-hook by what it says, without asking DNS: a name that does not resolve yet is accepted and judged
 * at each send (contract s6, s10). The reason completes the sentence "The URL …" and may be shown to the caller.
 */
export function judgeUrl(text: string, policy: EgressPolicy): Verdict {
  const fault = judgeText(text);
  if (fault) return refuse(fault);
  const url = URL.parse(text);
  if (!url) return refuse('is not a valid URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('must begin with https://');
  if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password');
  if (isAllowedHost(url.hostname, policy)) return { ok: true, url };
  if (url.protocol === 'http:' && !policy.allowHttp) return refuse('must begin with https://');
  const port = portOf(url);
  if (!STANDARD_PORTS.includes(port) && !policy.extraPorts?.includes(port)) {
    return refuse(
      `must use one of the ports ${[...STANDARD_PORTS, ...(policy.extraPorts ?? [])].join(', ')}`,
    );
  }
  const hostFault = judgeHost(url.hostname);
  return hostFault ? refuse(hostFault) : { ok: true, url };
}

/** True when the operator named this host; both spellings of an IPv6 address match. */
export function isAllowedHost(hostname: string, policy: EgressPolicy): boolean {
  if (!policy.allowHosts?.length) return false;
  const bare = unbracket(hostname);
  return policy.allowHosts.some((host) => unbracket(host.toLowerCase()) === bare);
}

// What the parser would silently drop or turn into something else is refused instead.
function judgeText(text: string): string | undefined {
  if (text.length > MAX_URL_LENGTH) return `is longer than ${MAX_URL_LENGTH} characters`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\s\\\u0000-\u001f\u007f]/.test(text))
    return 'must not hold spaces, control characters or backslashes';
  if (text.includes('#')) return 'must not have a fragment';
  return undefined;
}

function judgeHost(hostname: string): string | undefined {
  const host = unbracket(hostname);
  // The parser has already turned every notation of an IPv4 address (hexadecimal, octal, short, full-width) into the plain one.
  if (isIP(host) !== 0) return isPublicAddress(host) ? undefined : 'must name a public address';
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  if (!name.includes('.')) return 'must name a host with a domain';
  const isLocal = LOCAL_SUFFIXES.some((suffix) => name.endsWith(`.${suffix}`));
  return isLocal ? 'must not name a host of a private network' : undefined;
}

function unbracket(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function refuse(reason: string): Verdict {
  return { ok: false, reason };
}
