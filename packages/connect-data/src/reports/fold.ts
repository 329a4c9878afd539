/** One day of a report: takes what happened, then gives the day's rows in the order of their groups. */
export interface Fold<Item, Row> {
  add(item: Item): void;
  rows(): Row[];
}

export interface Groups<Group, Figures> {
  /** The group's figures, made when it is first seen. */
  of(group: Group): Figures;
  inOrder(): { group: Group; figures: Figures }[];
}

/** Figures by group; `keyOf` tells groups apart and orders them. */
export function createGroups<Group, Figures>(
  keyOf: (group: Group) => string,
  create: () => Figures,
): Groups<Group, Figures> {
  const groups = new Map<string, { group: Group; figures: Figures }>();
  return {
    of(group) {
      const key = keyOf(group);
      const known = groups.get(key);
      if (known) return known.figures;
      const figures = create();
      groups.set(key, { group, figures });
      return figures;
    },
    inOrder: () => [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
  };
}
