/** Which key does what in the player. */

export type PlayerAction =
  | { do: 'play' | 'loop' | 'mute' | 'full' | 'back' | 'favourite' | 'next' | 'previous' | 'trash' | 'start' | 'end' | 'share' | 'collect' }
  | { do: 'pause' }
  | { do: 'seek' | 'frame' | 'volume' | 'speed' | 'shuttle'; by: number }

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'> & { shiftKey?: boolean }

const keys: Record<string, PlayerAction> = {
  ' ': { do: 'play' }, j: { do: 'shuttle', by: -1 }, k: { do: 'pause' }, l: { do: 'shuttle', by: 1 }, // as in editing programs
  ArrowLeft: { do: 'seek', by: -1 }, ArrowRight: { do: 'seek', by: 1 },
  ArrowUp: { do: 'volume', by: 0.1 }, ArrowDown: { do: 'volume', by: -0.1 },
  ',': { do: 'frame', by: -1 }, '.': { do: 'frame', by: 1 },
  '<': { do: 'speed', by: -1 }, '>': { do: 'speed', by: 1 },
  m: { do: 'mute' }, f: { do: 'full' }, b: { do: 'favourite' }, e: { do: 'share' }, a: { do: 'collect' },
  '[': { do: 'previous' }, ']': { do: 'next' }, PageUp: { do: 'previous' }, PageDown: { do: 'next' },
  Home: { do: 'start' }, End: { do: 'end' }, Delete: { do: 'trash' }, Escape: { do: 'back' },
}

/** What a key held down does again and again. */
const repeated: readonly PlayerAction['do'][] = ['seek', 'frame', 'volume', 'speed', 'next', 'previous']

/** Undefined when the key is nothing to the player. A key that is held down trashes, plays and switches once. */
export function playerAction(e: Press): PlayerAction | undefined {
  if (e.ctrlKey || e.metaKey || e.altKey) return undefined
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key
  const action: PlayerAction | undefined = e.shiftKey && key === 'l' ? { do: 'loop' } : keys[key]
  return action && e.repeat && !repeated.includes(action.do) ? undefined : action
}

/** What several films side by side obey. */
const together: readonly PlayerAction['do'][] = ['play', 'pause', 'seek', 'frame', 'speed', 'start', 'end', 'back']

export function compareAction(e: Press): PlayerAction | undefined {
  const action = playerAction(e)
  return action && together.includes(action.do) ? action : undefined
}

/** What a press anywhere in a view with films means to them: nothing where something else takes the key. */
export function pressed(e: KeyboardEvent, means = playerAction): PlayerAction | undefined {
  const target = e.target as HTMLElement
  if (e.defaultPrevented || target.closest('input:not([type=range]), textarea, [role=menu], [role=dialog]')) return undefined
  if ((e.key === ' ' || e.key === 'Enter') && target.closest('button')) return undefined
  if (e.key.startsWith('Arrow') && target.matches('input[type=range]')) return undefined
  return means(e)
}

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2] as const

/** How fast J and L play: once each way at the video's own speed, then twice, four and eight times; back is negative. */
export const nextShuttle = (now: number, by: number): number => (Math.sign(now) === by ? Math.max(-8, Math.min(8, now * 2)) : by)

/** The next speed up or down, within the range. */
export function nextSpeed(now: number, by: number): number {
  const at = SPEEDS.findIndex((s) => s >= now)
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (at < 0 ? SPEEDS.length - 1 : at) + by))]!
}

/** Where a frame step lands: the middle of the neighbouring frame, so that no rounding shows the same one again. */
export function stepFrame(time: number, by: number, frameRate: number, duration: number): number {
  const rate = frameRate > 0 ? frameRate : 24
  const frame = Math.floor(time * rate + 1e-6) + by
  return Math.min(Math.max(0, duration - 0.5 / rate), Math.max(0, (frame + 0.5) / rate))
}
