/** Which videos are chosen after a click or a key, as file managers do it. */

export interface Selection {
  ids: ReadonlySet<string>
  /** The position where a range begins; -1 when there is none. */
  anchor: number
}

export const nothing: Selection = { ids: new Set(), anchor: -1 }

export interface Held { shift?: boolean; toggle?: boolean }

export function toggled(was: Selection, id: string, position: number): Selection {
  const ids = new Set(was.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, anchor: position }
}

/** Without those that have left; the same object when none of them was chosen. */
export function without(was: Selection, gone: string): Selection {
  if (!was.ids.has(gone)) return was
  const ids = new Set(was.ids)
  ids.delete(gone)
  return { ...was, ids }
}
