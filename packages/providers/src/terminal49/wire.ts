import { z } from 'zod';
import { asRow, memberOf, type Row, rowOf, rowsOf, textOf } from '../kit/fields.ts';

/** A resource of JSON:API, as far as we read it. */
export const resource = z.looseObject({
  id: z.string().min(1),
  type: z.string().min(1),
  attributes: z.record(z.string(), z.unknown()).optional(),
  relationships: z.record(z.string(), z.unknown()).optional(),
});
export type Resource = z.output<typeof resource>;

export const document = z.object({ data: resource, included: z.array(resource).optional() });
export type Document = z.output<typeof document>;

export const list = z.object({ data: z.array(resource) });

/** What is kept of an answer for one box: the attributes of the container and of its shipment, as they came. */
export interface Terminal49Slice {
  container: Row;
  shipment: Row | null;
}

export function attributesOf(one: Resource | undefined): Row {
  return asRow(one?.attributes);
}

/** Ids of a relationship, one or many. */
export function relatedIds(one: Resource, name: string): string[] {
  return rowsOf(memberOf(rowOf(asRow(one.relationships), name), 'data')).flatMap(
    (row) => textOf(row, 'id') ?? [],
  );
}

export function findIncluded(from: Document, type: string): Resource[] {
  return (from.included ?? []).filter((one) => one.type === type);
}

/** The slice of a container and the one shipment that stands beside it. */
export function sliceOf(container: Resource, beside: readonly Resource[]): Terminal49Slice {
  const [own] = relatedIds(container, 'shipment');
  const shipments = beside.filter(({ type }) => type === 'shipment');
  const shipment = shipments.find(({ id }) => id === own) ?? (own === undefined ? shipments[0] : undefined);
  return { container: attributesOf(container), shipment: shipment ? attributesOf(shipment) : null };
}
