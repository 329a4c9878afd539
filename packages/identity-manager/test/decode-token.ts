function part(token: string, at: number): Record<string, unknown> {
  // The cast: parts of our own tokens are objects.
  return JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

export const decodeProtectedHeader = (token: string) => part(token, 0);
export const payloadOf = (token: string) => part(token, 1);
