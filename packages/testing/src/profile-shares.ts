/** A node of V8's sampling profile: a function by the way it was called. */
export interface ProfileNode {
  id: number;
  callFrame: { url: string; functionName: string };
  hitCount?: number | undefined;
  children?: readonly number[] | undefined;
}

const idle = '(idle)';
const runtime = 'node';

/**
 * Share of the samples by part of the program, largest first, time without work left out. A part is a package, ours by folder; what
 * Node does for a package (a socket written, text encoded) is that package's, and `node` what nobody called. V8's own names in
 * brackets stay as they are: `(program)` is native code, mostly system calls.
 */
export function sharesOf(nodes: readonly ProfileNode[]): [part: string, share: number][] {
  const parts = namePartsOf(nodes);
  const hits = new Map<string, number>();
  for (const { id, hitCount = 0 } of nodes) {
    const part = parts.get(id) ?? runtime;
    if (part !== idle && hitCount > 0) hits.set(part, (hits.get(part) ?? 0) + hitCount);
  }
  const total = [...hits.values()].reduce((sum, count) => sum + count, 0);
  return [...hits]
    .map(([part, count]): [string, number] => [part, count / total])
    .sort((a, b) => b[1] - a[1]);
}

/** Part by node id; the profile has callers before what they call. */
function namePartsOf(nodes: readonly ProfileNode[]): Map<number, string> {
  const callers = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) callers.set(child, id);
  const parts = new Map<number, string>();
  for (const { id, callFrame } of nodes) {
    parts.set(id, partOf(callFrame) ?? parts.get(callers.get(id) ?? 0) ?? runtime);
  }
  return parts;
}

/** Null for what Node does for whoever called it. */
function partOf({ url, functionName }: ProfileNode['callFrame']): string | null {
  if (functionName === '(root)') return runtime;
  if (functionName.startsWith('(') && url === '') return functionName;
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return installed ?? /\/packages\/([^/]+)/.exec(url)?.[1] ?? null;
}
