import { expect, it } from 'vitest';
import { type ProfileNode, sharesOf } from './profile-shares.ts';

const node = (
  id: number,
  [functionName, url]: [functionName: string, url: string],
  [hitCount, ...children]: number[],
): ProfileNode => ({ id, callFrame: { functionName, url }, hitCount, children });

it('gives the time of Node to the package that called it, and leaves idle time out', () => {
  const nodes = [
    node(1, ['(root)', ''], [0, 2, 3, 4, 6, 9]),
    node(2, ['(idle)', ''], [500]),
    node(3, ['(program)', ''], [10]),
    node(4, ['send', 'file:///w/node_modules/.pnpm/a@1/node_modules/@scope/a/lib.js'], [20, 5]),
    node(5, ['write', 'node:net'], [30]),
    node(6, ['publish', 'file:///w/packages/connect-data/src/publish.ts'], [15, 7]),
    node(7, ['stringify', ''], [5, 8]),
    node(8, ['render', 'file:///w/packages/contracts/src/events.ts'], [10]),
    node(9, ['processTicksAndRejections', 'node:internal/process/task_queues'], [10]),
  ];
  expect(sharesOf(nodes)).toEqual([
    ['@scope/a', 0.5],
    ['connect-data', 0.2],
    ['(program)', 0.1],
    ['contracts', 0.1],
    ['node', 0.1],
  ]);
});
