/**
 * First part of every key. Written in braces (`{envase}`) it puts all keys into one slot of a Redis Cluster, which
 * BullMQ's scripts need; a queue never spans slots anyway.
 */
export const DEFAULT_PREFIX = 'envase';
