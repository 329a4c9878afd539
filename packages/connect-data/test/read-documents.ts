import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** One example of a document: where it stands, what it is, and the schema that it is an example of. */
export interface Example {
  at: string;
  value: unknown;
  schema: object;
}

type Node = Record<string, unknown>;

/** Every example in a document: of bodies, of messages, and of schemas themselves. */
export function listExamples(document: object): Example[] {
  return listNodes(document).flatMap(([at, node]) => {
    const { examples, schema, payload } = node;
    if (Array.isArray(examples) && isNode(payload)) {
      // AsyncAPI: of a message.
      return examples.map((one: Node) => ({ at, value: one.payload, schema: payload }));
    }
    if (Array.isArray(examples)) return examples.map((value: unknown) => ({ at, value, schema: node }));
    if (!isNode(examples) || !isNode(schema)) return [];
    return Object.entries(examples).map(([name, one]) => ({
      at: `${at}/examples/${name}`,
      // OpenAPI: of a body.
      value: isNode(one) ? one.value : undefined,
      schema,
    }));
  });
}

/** A judge of values by schemas that refer into a document; resolves to what is wrong, or null. */
export function createExampleJudge(document: object) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // The cast: the package is CommonJS, and its types say otherwise.
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  return ({ value, schema }: Pick<Example, 'value' | 'schema'>): string | null => {
    const { components } = document as { components?: object };
    const validate = ajv.compile({ ...schema, components });
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };
}

/** References of a document that lead nowhere in it. */
export function listDeadReferences(document: object): string[] {
  return listNodes(document).flatMap(([, { $ref }]) => {
    if (typeof $ref !== 'string') return [];
    const parts = $ref.replace(/^#\//, '').split('/');
    const found = parts.reduce<unknown>(
      (at, part) => (isNode(at) ? at[unescapePointer(part)] : undefined),
      document,
    );
    return found === undefined ? [$ref] : [];
  });
}

/** RFC 6901 s4. */
function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function listNodes(value: unknown, at = ''): [string, Node][] {
  if (Array.isArray(value)) return value.flatMap((one, index) => listNodes(one, `${at}/${index}`));
  if (!isNode(value)) return [];
  return [[at, value], ...Object.entries(value).flatMap(([name, one]) => listNodes(one, `${at}/${name}`))];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
