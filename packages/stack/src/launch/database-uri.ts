/** An address that names a database: the one it names already, or else the one given. It may list several hosts. */
export function databaseUri(mongodbUri: string, name: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(\?.*)?$/.exec(mongodbUri);
  if (parts === null) throw new Error('The address of MongoDB is written mongodb://host:port');
  const [, server, named, options] = parts;
  return `${server}/${named || name}${options ?? ''}`;
}
