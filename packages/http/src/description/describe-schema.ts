import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@envase/runtime';
import { z } from 'zod';

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Record<string, unknown>;

/** Writes schemas as JSON Schema and keeps those that have an `id` for `#/components/schemas`. */
export interface SchemaWriter {
  /** `in`: what is sent to us; `out`: what we answer. */
  write(schema: z.ZodType, way: 'in' | 'out'): JsonSchema;
  /** What was written under an id, by id. */
  components(): Record<string, JsonSchema>;
}

// The format says it in one word.
const plainFormats: ReadonlySet<unknown> = new Set(['date-time', 'date', 'uuid', 'uri']);

/** Throws `internal` where one id has two meanings. */
export function createSchemaWriter(): SchemaWriter {
  const components = new Map<string, JsonSchema>();
  const keep = (id: string, schema: JsonSchema) => {
    const known = components.get(id);
    if (known && !isDeepStrictEqual(known, schema)) {
      throw new AppError('internal', `The schema ${id} has two meanings`);
    }
    components.set(id, schema);
  };
  return {
    write(schema, way) {
      const { $defs = {}, properties } = toJson(schema, way);
      for (const [id, one] of Object.entries($defs)) keep(id, one);
      return properties.it;
    },
    components: () => Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

function toJson(schema: z.ZodType, way: 'in' | 'out') {
  // In an object, so that a schema that has an id itself becomes a reference like those inside.
  const json = z.toJSONSchema(z.object({ it: schema }), {
    io: way === 'in' ? 'input' : 'output',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => simplify(jsonSchema, way),
  });
  const text = JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/');
  // The cast: what zod writes for an object with this one member.
  return JSON.parse(text) as { $defs?: Record<string, JsonSchema>; properties: { it: JsonSchema } };
}

function simplify(schema: JsonSchema, way: 'in' | 'out'): void {
  delete schema.id;
  if (plainFormats.has(schema.format)) delete schema.pattern;
  // More may be added to answers at any time (contract, preface).
  if (way === 'out' && schema.additionalProperties === false) delete schema.additionalProperties;
}
