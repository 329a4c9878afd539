import type { Connection, Model, mongo } from 'mongoose';
import { type CollectionName, createSchemas } from './schemas.ts';

/** Gives the connection a model for every collection, once. */
export function registerModels(connection: Connection): void {
  if (connection.models.events !== undefined) return;
  for (const [name, schema] of Object.entries(createSchemas())) connection.model(name, schema, name);
}

/** The mongoose model of a collection, for what is not hot: casts, checks, and refuses operators in values. */
export function modelOf(connection: Connection, name: CollectionName): Model<mongo.Document> {
  registerModels(connection);
  return connection.model<mongo.Document>(name);
}

/** The driver's collection below the model: for hot paths, with objects that were checked before. */
export function collectionOf<T extends { _id: string }>(
  connection: Connection,
  name: CollectionName,
): mongo.Collection<T> {
  // Mongoose's own type leaves out what its collection takes over from the driver's.
  return modelOf(connection, name).collection as unknown as mongo.Collection<T>;
}
