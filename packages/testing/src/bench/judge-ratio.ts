import { printResult } from './print.ts';

/** A ratio that a bench ends with, and what it has to be. */
export interface Judged {
  /** Of what to what. */
  says: string;
  ratio: number;
  goal: { atMost: number } | { atLeast: number };
}

/** Prints a bench's last line, and lets the process end with 1 where `judge` is given and the goal was missed. */
export function judgeRatio({ says, ratio, goal }: Judged, judge: boolean): void {
  const isMet = 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
  const wanted = 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
  printResult(`${says}: ${ratio.toFixed(2)} (goal ${wanted}${isMet ? '' : ', missed'})`);
  if (judge && !isMet) process.exitCode = 1;
}
