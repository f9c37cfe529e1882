/** Which key does what on a tile of the gallery; moving between tiles is grid.ts's. */

export type GalleryAction = 'choose' | 'all' | 'none' | 'favourite' | 'rename' | 'collect' | 'take-out' | 'trash' | 'restore' | 'compare' | 'stack' | 'front'

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat'>

const keys: Record<string, GalleryAction> = {
  ' ': 'choose', Escape: 'none', f: 'favourite', c: 'compare', F2: 'rename', a: 'collect', r: 'restore', s: 'stack', Delete: 'trash', Backspace: 'trash',
}
const shifted: Record<string, GalleryAction> = { a: 'take-out', s: 'front' }

/** Undefined when the key is nothing to the gallery. A key that is held down acts once. */
export function galleryAction(e: Press): GalleryAction | undefined {
  if (e.altKey || e.repeat) return undefined
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key
  if (e.ctrlKey || e.metaKey) return key === 'a' ? 'all' : undefined
  return (e.shiftKey && shifted[key]) || keys[key]
}
