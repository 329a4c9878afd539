import { z } from 'zod';

/** Body of every refused request (contract s2). */
export const errorBody = z
  .object({
    code: z.string(),
    message: z.string(),
    details: z
      .array(
        z.object({
          path: z
            .string()
            .meta({ description: 'A JSON Pointer into the body, or `query.<name>`, `header.<name>`' }),
          message: z.string(),
        }),
      )
      .optional(),
    requestId: z.string(),
  })
  .meta({
    id: 'Error',
    examples: [
      {
        code: 'invalid_request',
        message: 'The event is not valid',
        details: [{ path: '/payload/providerId', message: 'unknown provider; did you mean apm?' }],
        requestId: '0199e8a4-6f0e-7c51-9f0d-3a1f0c6f2b11',
      },
    ],
  });
export type ErrorBody = z.output<typeof errorBody>;
