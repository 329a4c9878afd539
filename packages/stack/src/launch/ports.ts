import { createServer } from 'node:net';

/** Everything that listens, with its distance from `--port-base` (architecture, "The tree": 3000–3003, admin 3010–3015). */
export const portOffsets = {
  connectData: 0,
  identityManager: 1,
  ops: 2,
  simulator: 3,
  connectDataAdmin: 10,
  identityManagerAdmin: 11,
  opsAdmin: 12,
  traceManagerAdmin: 13,
  tracerAdmin: 14,
  webhookDeliveryAdmin: 15,
} as const;

export type PortName = keyof typeof portOffsets;
export type Ports = Record<PortName, number>;

/** The ports of a stack. Throws, naming the port and what to do, when one is taken. */
export async function claimPorts(base: number): Promise<Ports> {
  const entries = Object.entries(portOffsets).map(([name, offset]) => [name, base + offset] as const);
  const taken: number[] = [];
  for (const [, port] of entries) if (!(await isFree(port))) taken.push(port);
  if (taken.length > 0) {
    throw new Error(
      `Port ${taken.join(', ')} is in use. Stop what listens there, or move the stack with --port-base (now ${base}).`,
    );
  }
  return Object.fromEntries(entries) as Ports; // one entry for each name of the table above
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
