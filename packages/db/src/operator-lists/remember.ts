/**
 * Asks `load` again once its last answer is older than `forMs`; whoever asks meanwhile shares one question. A failure is everybody's who
 * waits for it, and is not kept.
 */
export function remember<T>(
  load: () => Promise<T>,
  { forMs, now = () => performance.now() }: { forMs: number; now?: () => number },
): () => Promise<T> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<T> | undefined;
  return () => {
    if (answer && now() - askedAt < forMs) return answer;
    askedAt = now();
    const asked = load();
    answer = asked;
    asked.catch(() => {
      if (answer === asked) answer = undefined;
    });
    return asked;
  };
}
