/** The crop frame's geometry, in whole pixels of the picture. */

export interface Rect { x: number; y: number; w: number; h: number }
export interface Size { width: number; height: number }
export type Handle = 'n' | 's' | 'e' | 'w' | 'ne' | 'nw' | 'se' | 'sw'

/** The model's rule: strictly between 2:5 and 5:2. */
export const allowed = (w: number, h: number): boolean => w * 5 > h * 2 && w * 2 < h * 5

/** The longest side that goes with a short one, and the shortest with a long one. */
const longest = (short: number) => Math.ceil(short * 2.5) - 1
const shortest = (long: number) => Math.floor(long * 0.4) + 1

/** What the model needs of the short side; smaller pictures are cropped first and scaled afterwards. */
const SHORT_SIDE = 301
const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high))

/** The largest frame the rule allows, in the middle. */
export function largest({ width, height }: Size): Rect {
  const w = allowed(width, height) ? width : Math.min(width, longest(height))
  const h = allowed(width, height) ? height : Math.min(height, longest(w))
  return { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), w, h }
}

/** Moves the frame, keeping it on the picture. */
export function move(rect: Rect, dx: number, dy: number, { width, height }: Size): Rect {
  return { ...rect, x: clamp(Math.round(rect.x + dx), 0, width - rect.w), y: clamp(Math.round(rect.y + dy), 0, height - rect.h) }
}

/** Drags a handle; the opposite side stays, and the shape stays within the rule. */
export function resize(rect: Rect, handle: Handle, dx: number, dy: number, { width, height }: Size): Rect {
  const [north, south, east, west] = ['n', 's', 'e', 'w'].map((side) => handle.includes(side))
  const right = rect.x + rect.w
  const bottom = rect.y + rect.h
  const roomX = west ? right : width - rect.x
  const roomY = north ? bottom : height - rect.y
  const least = (room: number) => Math.min(SHORT_SIDE, room)
  let w = east || west ? clamp(Math.round(rect.w + (west ? -dx : dx)), least(roomX), roomX) : rect.w
  let h = north || south ? clamp(Math.round(rect.h + (north ? -dy : dy)), least(roomY), roomY) : rect.h
  if (w * 2 >= h * 5) {
    if (east || west) w = longest(h)
    else h = shortest(w)
  } else if (w * 5 <= h * 2) {
    if (north || south) h = longest(w)
    else w = shortest(h)
  }
  return { x: west ? right - w : rect.x, y: north ? bottom - h : rect.y, w, h }
}
