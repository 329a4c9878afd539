import { isTestCode, type SourceFile } from './workspace.ts';

interface SourceRule {
  id: string;
  /** What is wrong, as the fault says it. */
  fault: string;
  /** A line that breaks the rule. */
  pattern: RegExp;
  /** Default: every file. */
  applies?: (path: string) => boolean;
}

const MAX_LINES = 300;
const MAX_COMMENT_LINES = 3;

/** House rules that the linter does not know, line by line. */
const sourceRules: readonly SourceRule[] = [
  { id: 'mock', fault: 'mocks a module: pass the port in', pattern: /\bvi\.(?:mock|doMock|hoisted)\(/ },
  {
    id: 'skip',
    fault: 'a test that does not run',
    pattern: /\b(?:it|test|describe)\.(?:skip|only|todo|fails|skipIf|runIf)\b/,
    applies: isTestCode,
  },
  {
    id: 'sleep',
    fault: 'waits for a time: wait for a state (waitFor)',
    pattern: /\bsetTimeout\(\s*(?:resolve|r|done)\b|from 'node:timers\/promises'/,
    applies: (path) => path.endsWith('.test.ts'),
  },
  { id: 'should', fault: 'a test name that is no fact', pattern: /^\s*(?:it|test)\(\s*['"`]should\b/ },
  // rule-exempt note: the words are the pattern
  { id: 'note', fault: 'unfinished work', pattern: /\/[/*].*\b(?:TODO|FIXME|XXX|HACK)\b/ },
  { id: 'hush', fault: 'silences the compiler', pattern: /@ts-(?:ignore|nocheck)\b/ },
  {
    id: 'sample',
    fault: 'the sample TMS uses what a TMS has: the SDK',
    pattern: /\bfrom '(?!node:|@envase\/client')/,
    applies: (path) => path === 'packages/stack/src/demo/sample-tms.ts',
  },
  {
    id: 'swallow',
    fault: 'swallows an error',
    pattern: /\.catch\(\s*\(?\w*\)?\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)/,
  },
];

/** Full of breaches in strings: they are its subject. */
const OWN_TEST = 'packages/testing/src/run/source-rules.test.ts';

const EMPTY_NAME = /\/(?:utils?|helpers?|common|misc|base|shared)(?:\.test)?(?:\.ts|\/)/;

/**
 * One line for every breach. A line may break a rule in the open: the line above says `rule-exempt <id>: <reason>`.
 */
export function findSourceFaults(sources: readonly SourceFile[]): string[] {
  return sources
    .filter(({ path }) => path !== OWN_TEST)
    .flatMap((source) => [...findFileFaults(source), ...findLineFaults(source)]);
}

function findFileFaults({ path, text }: SourceFile): string[] {
  const count = text.split('\n').length - 1;
  return [
    ...(count > MAX_LINES ? [`${path}: ${count} lines, ${MAX_LINES} are the limit`] : []),
    ...(EMPTY_NAME.test(`/${path}`) ? [`${path}: a name that says nothing`] : []),
  ];
}

function findLineFaults({ path, text }: SourceFile): string[] {
  const lines = text.split('\n');
  const rules = sourceRules.filter(({ applies }) => applies?.(path) ?? true);
  const faults = lines.flatMap((line, index) =>
    rules
      .filter((rule) => rule.pattern.test(line) && !isExempt(lines[index - 1], rule))
      .map((rule) => `${path}:${index + 1}: ${rule.fault} (${rule.id})`),
  );
  const casts = isTestCode(path) ? [] : findBareCasts(lines);
  return [
    ...faults,
    ...casts.map((line) => `${path}:${line}: a cast without a reason on its line or the one above`),
    ...findLongComments(lines).map((line) => `${path}:${line}: a comment of more than three lines`),
  ];
}

function isExempt(lineAbove: string | undefined, { id }: SourceRule): boolean {
  return new RegExp(`//\\s*rule-exempt ${id}: \\S`).test(lineAbove ?? '');
}

/** The line numbers at which a run of `//` lines grows too long; a docstring may be longer. */
function findLongComments(lines: readonly string[]): number[] {
  let run = 0;
  return lines.flatMap((line, index) => {
    run = /^\s*\/\//.test(line) ? run + 1 : 0;
    return run === MAX_COMMENT_LINES + 1 ? [index + 1] : [];
  });
}

const STRINGS = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`/g;
// After a value, and not `as const`.
const CAST = /[\w)\]}>'] as (?!const\b)[\w{([]/;
const RENAME = /^\s*(?:(?:import|export)\b.*|(?:type )?\w+ as \w+,?)$/;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;

/** The line numbers of `as` casts nobody explained. */
function findBareCasts(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => {
    if (RENAME.test(line) || COMMENT.test(line)) return [];
    const code = line.replace(STRINGS, "''");
    const isExplained = code.includes('//') || COMMENT.test(lines[index - 1] ?? '');
    return CAST.test(code) && !isExplained ? [index + 1] : [];
  });
}
