import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { templates } from './templates.ts';

/** A provider's id as the catalogue has it, and what its files are called by. */
export interface Names {
  /** `port_of_nowhere` */
  id: string;
  /** `port-of-nowhere` */
  folder: string;
  /** `portOfNowhere` */
  camel: string;
  /** `PortOfNowhere` */
  pascal: string;
}

/** Null for what is no id of a provider: small letters, digits and single underscores, a letter first. */
export function readNames(text: string): Names | null {
  const id = text.trim().replaceAll('-', '_');
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(id)) return null;
  const pascal = id.split('_').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const camel = pascal.join('').replace(/^./, (letter) => letter.toLowerCase());
  return { id, folder: id.replaceAll('_', '-'), camel, pascal: pascal.join('') };
}

/** Writes the folder of a new provider below `sources` and answers its files. Throws where there is one of that name. */
export function scaffoldProvider(sources: string, names: Names): string[] {
  const folder = join(sources, names.folder);
  if (existsSync(folder)) throw new Error(`There is a folder ${names.folder} already`);
  return Object.entries(templates(names)).map(([name, text]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}
