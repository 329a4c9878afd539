import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { AppError } from './errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A program's variables are wrong. `faults` has one line per variable; no line holds a value. */
export class ConfigError extends AppError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      'internal',
      `The configuration has ${faults.length} fault(s):\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Reads a program's variables by its zod object. A blank variable counts as unset; `NAME_FILE` holds the path of
 * a file whose trimmed content is NAME (container secrets). Throws one ConfigError with every fault.
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: Env): z.output<S> {
  const names = Object.keys(schema.shape);
  const faults: string[] = [];
  const input: Record<string, string> = {};
  const broken = new Set<string>();
  for (const name of names) {
    const read = readVariable({ name, env, isFileName: (fileName) => !names.includes(fileName) });
    if (read.fault) {
      faults.push(read.fault);
      broken.add(name);
    } else if (read.value !== undefined) input[name] = read.value;
  }
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0] ?? '');
      if (!broken.has(name)) faults.push(describeFault({ name, issue, schema, isSet: name in input }));
    }
  }
  if (faults.length > 0 || !parsed.success) throw new ConfigError(faults);
  return parsed.data;
}

interface Read {
  value?: string;
  fault?: string;
}

function readVariable(options: { name: string; env: Env; isFileName: (name: string) => boolean }): Read {
  const { name, env } = options;
  const fileName = `${name}_FILE`;
  const value = present(env[name]);
  const path = options.isFileName(fileName) ? present(env[fileName]) : undefined;
  if (path === undefined) return value === undefined ? {} : { value };
  if (value !== undefined) return { fault: `${name} and ${fileName} are both set: keep one of them` };
  try {
    const content = present(readFileSync(path, 'utf8'));
    return content === undefined
      ? { fault: `${fileName} names an empty file: write the value of ${name} into it` }
      : { value: content };
  } catch (error) {
    // The cast: every failure of readFileSync carries a code.
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return {
      fault: `${fileName} names a file that cannot be read (${reason}): correct the path or its permissions`,
    };
  }
}

function present(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function describeFault(options: {
  name: string;
  issue: { message: string };
  schema: z.ZodObject;
  isSet: boolean;
}): string {
  const { name, issue, schema, isSet } = options;
  if (name === '') return issue.message;
  // The cast: zod types a shape's members as its core type, which has no `description`.
  const description = (schema.shape[name] as { description?: string } | undefined)?.description;
  const meaning = description ? ` (${description})` : '';
  if (!isSet) return `${name} is missing${meaning}: set ${name}, or ${name}_FILE to a file that holds it`;
  return `${name} is wrong${meaning}: ${issue.message}`;
}
