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
  /** A sign of the movement in a 12 by 12 box, for a diagram at rest. */
  mark: string
}

const move = (name: string, key: string, far: Shift, near: Shift, mark: string): CameraCommand => ({ name, key, far, near, motion: 'move', mark })

// A camera that turns shifts everything alike; one that travels shifts what is near more than what is far.
export const cameraCommands: readonly CameraCommand[] = [
  move('Pan left', 'pan_left', [16, 0, 1], [16, 0, 1], 'M10 9Q8 4 2.5 5M5 2.5L2.5 5L5 7.5'),
  move('Pan right', 'pan_right', [-16, 0, 1], [-16, 0, 1], 'M2 9Q4 4 9.5 5M7 2.5L9.5 5L7 7.5'),
  move('Truck left', 'truck_left', [4, 0, 1], [20, 0, 1], 'M10 6H2M5 3L2 6L5 9'),
  move('Truck right', 'truck_right', [-4, 0, 1], [-20, 0, 1], 'M2 6H10M7 3L10 6L7 9'),
  move('Tilt up', 'tilt_up', [0, 12, 1], [0, 12, 1], 'M9 10Q4 8 5 2.5M2.5 5L5 2.5L7.5 5'),
  move('Tilt down', 'tilt_down', [0, -12, 1], [0, -12, 1], 'M9 2Q4 4 5 9.5M2.5 7L5 9.5L7.5 7'),
  move('Pedestal up', 'pedestal_up', [0, 3, 1], [0, 13, 1], 'M6 10V2M3 5L6 2L9 5'),
  move('Pedestal down', 'pedestal_down', [0, -3, 1], [0, -13, 1], 'M6 2V10M3 7L6 10L9 7'),
  move('Push in', 'push_in', [0, 0, 1.1], [0, 0, 1.75], 'M3 5.5L6 2.5L9 5.5M3 9.5L6 6.5L9 9.5'),
  move('Pull out', 'pull_out', [0, 0, 0.94], [0, 0, 0.6], 'M3 2.5L6 5.5L9 2.5M3 6.5L6 9.5L9 6.5'),
  move('Zoom in', 'zoom_in', [0, 0, 1.5], [0, 0, 1.5], 'M5 1.5A3.5 3.5 0 1 1 5 8.5A3.5 3.5 0 1 1 5 1.5M7.5 7.5L10.5 10.5M5 3.5V6.5M3.5 5H6.5'),
  move('Zoom out', 'zoom_out', [0, 0, 0.7], [0, 0, 0.7], 'M5 1.5A3.5 3.5 0 1 1 5 8.5A3.5 3.5 0 1 1 5 1.5M7.5 7.5L10.5 10.5M3.5 5H6.5'),
  { name: 'Tracking shot', key: 'tracking_shot', far: [-18, 0, 1], near: [0, 0, 1], motion: 'track', mark: 'M1.5 3H5M1.5 6H4M1.5 9H5M10.5 6A2 2 0 1 1 6.5 6A2 2 0 1 1 10.5 6' },
  { name: 'Shake', key: 'shake', far: [0, 0, 1], near: [0, 0, 1], motion: 'shake', mark: 'M1.5 7L4 3L6 9L8 3L10.5 7' },
  { name: 'Static shot', key: 'static_shot', far: [0, 0, 1], near: [0, 0, 1], motion: 'still', mark: 'M3 3H9V9H3Z' },
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
