/** Why an operator may not do this, or null. `route` is a pattern of Bull Board's, such as `/api/queues/:queueName/pause`. */
export function judgeWrite(call: { method: string; route: string }, isWritable: boolean): string | null {
  if (call.method === 'get') return null;
  if (!isWritable) return 'The board is read-only';
  // What a job carries comes from the programs, checked by its schema: nobody types a document into Redis.
  if (/\/(?:add|update-data)$/.test(call.route)) return 'Only the programs write what a job carries';
  return null;
}
