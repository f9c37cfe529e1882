/** The tree of what a video came from and what came from it, as rows from the top down. */
import type { Lineage, Origin, Video } from '../../api'

export interface Place {
  kind: 'video' | 'picture' | 'lost'
  id: string
  video?: Video
  /** From 1; each is one deeper than what it came from. */
  level: number
  /** How it came from the row above it. */
  how?: Origin['kind']
  /** How many came from it, where they aren't rows themselves. */
  count: number
  /** The one that the tree turns around. */
  here: boolean
}

export interface Tree { rows: Place[]; above: number; more: number }

const parentOf = (v: Video | undefined): string => v?.origin?.video || v?.origin?.picture || ''

/** Empty when there is nothing but the place itself; a picture that nothing else came from stands beside the tree already. */
export function treeOf(id: string, video: Video | undefined, { parents, above, children, counts }: Lineage): Tree {
  const up = parents.toReversed()
  const first = up[0] ?? video
  const beginning = above > 0 || [id, ...parents.map((v) => v.id)].includes(parentOf(first)) ? '' : parentOf(first)
  const rows: Place[] = []
  const put = (row: Omit<Place, 'level' | 'here'>, level: number) => rows.push({ ...row, level, here: row.id === id })
  const node = (v: Video, count = 0) => ({ kind: 'video' as const, id: v.id, video: v, count, ...(parentOf(v) ? { how: v.origin!.kind } : {}) })
  if (beginning) put({ kind: first?.origin?.picture ? 'picture' : 'lost', id: beginning, count: (counts[beginning] ?? 1) - 1 }, 1)
  for (const v of up) put(node(v, (counts[v.id] ?? 1) - 1), rows.length + 1)
  put(video ? node(video) : { kind: children[0]?.origin?.picture === id ? 'picture' : 'lost', id, count: 0 }, rows.length + 1)
  const level = rows.length + 1
  for (const v of children) put(node(v, counts[v.id] ?? 0), level)
  const told = parents.length + children.length > 0 || rows[0]!.kind === 'lost' || (rows.length > 1 && rows[0]!.count > 0)
  return { rows: told ? rows : [], above, more: Math.max(0, (counts[id] ?? 0) - children.length) }
}

/** Where a key leads from a row: up and down, to the parent, to the first child, to the ends. */
export function walk(key: string, at: number, rows: readonly Place[]): number | undefined {
  switch (key) {
    case 'ArrowUp': return Math.max(0, at - 1)
    case 'ArrowDown': return Math.min(rows.length - 1, at + 1)
    case 'ArrowLeft': return Math.max(0, rows.findLastIndex((row, i) => i < at && row.level < rows[at]!.level))
    case 'ArrowRight': return (rows[at + 1]?.level ?? 0) > rows[at]!.level ? at + 1 : at
    case 'Home': return 0
    case 'End': return rows.length - 1
  }
  return undefined
}

/** A video that is there is gone to; around what can't be played, the tree turns. */
export const playable = (row: Place): boolean => row.kind === 'video' && !row.video!.trashedAt
