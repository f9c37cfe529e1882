/** Which of a row of ids are chosen after a click or a key, as file managers do it. */

export interface Selection {
  ids: ReadonlySet<string>
  /** Where a range begins. */
  anchor: string
}

export const nothing: Selection = { ids: new Set(), anchor: '' }

export interface Held { shift?: boolean; toggle?: boolean }

/** Plain: that one alone. Toggle: added or taken out. Shift: from the anchor to there (with toggle: added to what was). */
export function select(was: Selection, order: readonly string[], id: string, held: Held = {}): Selection {
  if (held.shift && was.anchor) {
    const from = order.indexOf(was.anchor)
    const to = order.indexOf(id)
    if (from >= 0 && to >= 0) {
      const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
      return { ids: new Set(held.toggle ? [...was.ids, ...range] : range), anchor: was.anchor }
    }
  }
  if (held.toggle) {
    const ids = new Set(was.ids)
    if (!ids.delete(id)) ids.add(id)
    return { ids, anchor: id }
  }
  return { ids: new Set([id]), anchor: id }
}

/** Without the ids that have left. */
export function without(was: Selection, gone: ReadonlySet<string>): Selection {
  if (![...gone].some((id) => was.ids.has(id) || was.anchor === id)) return was
  return { ids: new Set([...was.ids].filter((id) => !gone.has(id))), anchor: gone.has(was.anchor) ? '' : was.anchor }
}
