import { createServer } from 'node:net';
import { LaunchError } from './lock-folder.ts';

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

const lastOffset = Math.max(...Object.values(portOffsets));

/** The ports of a stack. Throws LaunchError, naming the ports and what to do, when some are taken. */
export async function claimPorts(base: number): Promise<Ports> {
  const entries = Object.entries(portOffsets).map(([name, offset]) => [name, base + offset] as const);
  const free = await Promise.all(entries.map(([, port]) => isFree(port)));
  const taken = entries.filter((_, index) => !free[index]).map(([, port]) => port);
  if (taken.length > 0) {
    throw new LaunchError(
      `Port ${taken.join(', ')} is in use. Stop what listens there, or move the stack with --port-base (now ${base}).`,
    );
  }
  return Object.fromEntries(entries) as Ports; // one entry for each name of the table above
}

// Below the ports that systems hand out for outgoing connections.
const search = { from: 20_000, below: 32_000, step: lastOffset + 1 };

/** A base from which all ports of a stack are free right now; someone may take one before you do. */
export async function findPortBase(): Promise<number> {
  const count = Math.floor((search.below - search.from) / search.step);
  const first = Math.floor(Math.random() * count);
  for (let tried = 0; tried < count; tried += 1) {
    const base = search.from + ((first + tried) % count) * search.step;
    const free = await Promise.all(Object.values(portOffsets).map((offset) => isFree(base + offset)));
    if (!free.includes(false)) return base;
  }
  throw new LaunchError(`No ${search.step} free ports stand together. Name a place with --port-base.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
