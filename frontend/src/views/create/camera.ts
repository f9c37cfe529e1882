/** Hailuo's camera commands: their spelling, their movement in the diagrams, and how they land in the prompt. */

/** Most commands the model carries out at the same time. */
export const MOST_TOGETHER = 3

/** Shifts of the far and the near layer, in the diagram's units: [x, y, scale at the end]. */
type Shift = readonly [x: number, y: number, scale: number]

export interface CameraCommand {
  /** As the model reads it. */
  name: string
  /** Key of its translated name, `create_camera_KEY`. */
  key: string
  far: Shift
  near: Shift
  motion: 'move' | 'shake' | 'still' | 'track'
}

const move = (name: string, key: string, far: Shift, near: Shift): CameraCommand => ({ name, key, far, near, motion: 'move' })

// A camera that turns shifts everything alike; one that travels shifts what is near more than what is far.
export const cameraCommands: readonly CameraCommand[] = [
  move('Pan left', 'pan_left', [16, 0, 1], [16, 0, 1]),
  move('Pan right', 'pan_right', [-16, 0, 1], [-16, 0, 1]),
  move('Truck left', 'truck_left', [4, 0, 1], [20, 0, 1]),
  move('Truck right', 'truck_right', [-4, 0, 1], [-20, 0, 1]),
  move('Tilt up', 'tilt_up', [0, 12, 1], [0, 12, 1]),
  move('Tilt down', 'tilt_down', [0, -12, 1], [0, -12, 1]),
  move('Pedestal up', 'pedestal_up', [0, 3, 1], [0, 13, 1]),
  move('Pedestal down', 'pedestal_down', [0, -3, 1], [0, -13, 1]),
  move('Push in', 'push_in', [0, 0, 1.1], [0, 0, 1.75]),
  move('Pull out', 'pull_out', [0, 0, 0.94], [0, 0, 0.6]),
  move('Zoom in', 'zoom_in', [0, 0, 1.5], [0, 0, 1.5]),
  move('Zoom out', 'zoom_out', [0, 0, 0.7], [0, 0, 0.7]),
  { name: 'Tracking shot', key: 'tracking_shot', far: [-18, 0, 1], near: [0, 0, 1], motion: 'track' },
  { name: 'Shake', key: 'shake', far: [0, 0, 1], near: [0, 0, 1], motion: 'shake' },
  { name: 'Static shot', key: 'static_shot', far: [0, 0, 1], near: [0, 0, 1], motion: 'still' },
]

/** One bracket: its commands happen at the same time. */
export const bracket = (names: readonly string[]): string => `[${names.slice(0, MOST_TOGETHER).join(',')}]`

/**
 * Puts a bracket where the cursor is, replacing what is selected. Never inside another bracket;
 * right after one it joins without a space, so that the two read as one movement after the other.
 */
export function insertCamera(text: string, start: number, end: number, names: readonly string[]): { text: string; cursor: number } {
  if (names.length === 0) return { text, cursor: end }
  const open = text.lastIndexOf('[', start - 1)
  const close = open < 0 ? -1 : text.indexOf(']', open)
  if (open >= 0 && open < start && close >= start) start = end = Math.max(close + 1, end)
  const before = text.slice(0, start)
  const after = text.slice(end)
  const lead = before === '' || /[\s\]]$/.test(before) ? '' : ' '
  const trail = after === '' || /^[\s\],.;:!?，。；：！？、[]/.test(after) ? '' : ' '
  const head = before + lead + bracket(names)
  return { text: head + trail + after, cursor: head.length }
}
