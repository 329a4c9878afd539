import type { QueueDefinition } from '@envase/queues';

const hidden = { hidden: 'not what this queue carries' };

/**
 * What the board may show of a job's data: all of it where a schema of its queue admits it, since those admit ids only; nothing
 * of anything else, however it got there.
 */
export function createShowData(definition: QueueDefinition): (data: unknown) => unknown {
  const schemas = Object.values(definition.jobs);
  return (data) => (schemas.some((schema) => schema.safeParse(data).success) ? data : hidden);
}
