/** Ids that clients may send for a provider whose id here is another. */
const aliases: Readonly<Record<string, string>> = { port_of_houston: 'port_houston' };

/** A provider id as the catalogue has it: lower case, `_` for `-` (contract s3). Unknown ids pass through. */
export function normalizeProviderId(providerId: string): string {
  const id = providerId.trim().toLowerCase().replaceAll('-', '_');
  return Object.hasOwn(aliases, id) ? (aliases[id] ?? id) : id;
}
