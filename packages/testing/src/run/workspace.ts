import { fileURLToPath } from 'node:url';

/** The workspace's top folder. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
