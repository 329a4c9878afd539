import { type Issue, toPointer } from '@envase/contracts';

/** Contract s2; the body itself is depth 1 (contract s10). */
const MAX_DEPTH = 32;
const MAX_ITEMS = 1_000;
const MAX_ISSUES = 100;

interface Node {
  value: object;
  key: PropertyKey;
  parent: Node | null;
  depth: number;
}

/** Where a parsed JSON value is deeper than 32 or holds an array of more than 1,000; walks without recursion. */
export function findShapeIssues(value: unknown): Issue[] {
  if (typeof value !== 'object' || value === null) return [];
  const nodes: Node[] = [{ value, key: '', parent: null, depth: 1 }];
  const issues: Issue[] = [];
  for (let at = 0; at < nodes.length && issues.length < MAX_ISSUES; at += 1) {
    const node = nodes[at];
    if (node) visit(node, nodes, issues);
  }
  return issues;
}

function visit(node: Node, nodes: Node[], issues: Issue[]): void {
  if (node.depth > MAX_DEPTH) {
    issues.push({ path: pointerTo(node), message: `is nested deeper than ${MAX_DEPTH} levels` });
    return;
  }
  if (Array.isArray(node.value) && node.value.length > MAX_ITEMS) {
    issues.push({ path: pointerTo(node), message: `has more than ${MAX_ITEMS} elements` });
    return;
  }
  for (const [key, value] of Object.entries(node.value)) {
    if (typeof value === 'object' && value !== null) {
      nodes.push({ value, key, parent: node, depth: node.depth + 1 });
    }
  }
}

function pointerTo(node: Node): string {
  const path: PropertyKey[] = [];
  for (let at: Node | null = node; at?.parent; at = at.parent) path.unshift(at.key);
  return toPointer(path);
}
