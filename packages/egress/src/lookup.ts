import { promises as dns } from 'node:dns';
import { codeOf, EgressFailure } from './failure.ts';

/** All addresses of a name, in the order to try them; rejects when there are none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/**
 * Asks DNS itself for A and AAAA. Not `dns.lookup`: its four threads serve the whole process, and a name server that never answers
 * would hold them all. `servers` are `address:port`; the machine's own unless given.
 */
export function createDnsLookup(options: { servers?: readonly string[] } = {}): Lookup {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
  if (options.servers) resolver.setServers(options.servers);
  return async (hostname) => {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found;
    const reason: unknown = v4.status === 'rejected' ? v4.reason : undefined;
    throw new EgressFailure(
      'dns',
      `The name of the receiver does not resolve (${codeOf(reason) || 'no address'})`,
      reason,
    );
  };
}

/** The machine's own way of naming hosts (hosts file, container names): only for hosts that the operator listed. */
export async function lookupLikeTheMachine(hostname: string): Promise<readonly string[]> {
  const found = await dns.lookup(hostname, { all: true });
  return found.map((entry) => entry.address);
}
