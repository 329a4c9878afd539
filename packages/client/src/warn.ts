/** Where a fault goes that nobody asked to be told. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
