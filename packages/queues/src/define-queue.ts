import type { z } from 'zod';

export type JobSchemas = Readonly<Record<string, z.ZodType>>;

/** A queue as data; producer and worker both take it. Names are stored: change them only with a drain plan. */
export interface QueueDefinition<Jobs extends JobSchemas = JobSchemas> {
  readonly name: string;
  /** One schema per job name, parsed on the way in and on the way out. */
  readonly jobs: Jobs;
  /** Tries of a job that throws, 1 unless given: MongoDB knows what is owed and a pump brings it back. */
  readonly attempts?: number;
  /** Not for lanes that urgent work shares: while a job waits for its next try, an add to its lane is swallowed. */
  readonly backoff?: { readonly type: 'fixed' | 'exponential'; readonly delayMs: number };
}

export type JobName<Queue extends QueueDefinition> = keyof Queue['jobs'] & string;
export type JobData<Queue extends QueueDefinition, Name extends JobName<Queue>> = z.output<
  Queue['jobs'][Name]
>;

/** Takes a queue's name (kebab nouns, no `:`), and a strict schema per job name (`subject.verb`). */
export function defineQueue<const Jobs extends JobSchemas>(
  definition: QueueDefinition<Jobs>,
): QueueDefinition<Jobs> {
  return definition;
}

export type CheckedJob<Data> = { ok: true; data: Data } | { ok: false; problem: string };

/** Parses a job's data by its queue's schema; `problem` names fields and faults, never values. */
export function checkJob<Queue extends QueueDefinition, Name extends JobName<Queue>>(
  queue: Queue,
  jobName: Name,
  data: unknown,
): CheckedJob<JobData<Queue, Name>> {
  const schema = Object.hasOwn(queue.jobs, jobName) ? queue.jobs[jobName] : undefined;
  if (!schema) return { ok: false, problem: `Queue ${queue.name} has no job ${jobName.slice(0, 60)}` };
  const parsed = schema.safeParse(data);
  // The schema was looked up by this very name, so its output is this job's data.
  if (parsed.success) return { ok: true, data: parsed.data as JobData<Queue, Name> };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'data'} (${issue.code})`);
  return { ok: false, problem: `Data of ${jobName} was refused: ${faults.join(', ')}` };
}
