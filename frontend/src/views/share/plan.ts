/** What an export is made of: which kinds there are, which frames it takes, about how large it gets. */
import type { Video } from '../../api'

export type Kind = 'copy' | 'trim' | 'gif' | 'webp' | 'frame' | 'sheet' | 'join' | 'zip' | 'folder' | 'files' | 'csv' | 'json'

export const kindsFor = (count: number): Kind[] =>
  count > 1 ? ['zip', 'folder', 'files', 'join', 'csv', 'json'] : ['copy', 'trim', 'gif', 'webp', 'frame', 'sheet', 'csv', 'json']

export const moving = (kind: Kind): kind is 'gif' | 'webp' => kind === 'gif' || kind === 'webp'
export const ranged = (kind: Kind): boolean => kind === 'trim' || moving(kind)

export interface Choice {
  kind: Kind
  /** Seconds. */
  from: number
  to: number
  at: number
  /** Pixels. */
  width: number
  /** Frames per second of a moving picture. */
  rate: number
  /** Columns and rows of a sheet, as many of each. */
  grid: number
}

/** The widths a moving picture can have, down from the video's own. */
export const widths = (video: Video): number[] => {
  const own = video.width || 1280
  return [320, 480, 640, 960].filter((w) => w < own).concat(own > 1280 ? [] : own)
}

/** One frame of a moving picture: the moment in the video, in seconds, and how long it is shown, in milliseconds. */
export interface Moment { at: number; ms: number }

/** The slider lists its steps: a frame each, in a film of hours more than one. */
export const stepOf = (duration: number, frameRate: number): number => Math.max(1 / (frameRate > 0 ? frameRate : 25), duration / 20_000)

/** How many frames a range gives. */
export const momentsIn = ({ from, to, rate }: Pick<Choice, 'from' | 'to' | 'rate'>): number => Math.max(1, Math.round((to - from) * rate))

/** Times are taken from the middle of the video's own frames, so that no rounding shows a neighbour. */
export function momentsOf(range: Pick<Choice, 'from' | 'to' | 'rate'>, frameRate: number): Moment[] {
  const { from, to, rate } = range
  const count = momentsIn(range)
  const half = 0.5 / (frameRate > 0 ? frameRate : 25)
  const ms = (n: number) => Math.round((n * 1000) / rate)
  return Array.from({ length: count }, (_, n) => ({ at: Math.min(from + n / rate + half, Math.max(from, to - half)), ms: ms(n + 1) - ms(n) }))
}

/** Moments spread evenly over the whole, none at the very ends. */
export const spread = (duration: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => (duration * (n + 0.5)) / count)

/** Bytes for a pixel of a frame, from clips of the models at hand. Where the canvas writes no WebP, Go does, without loss. */
const PER_PIXEL = { gif: 0.4, webp: 0.09, lossless: 0.5 }

/** Whether this engine's canvas writes WebP: Chromium's does, WebKitGTK's gives PNG. */
export const writesWebP = (): boolean => document.createElement('canvas').toDataURL('image/webp').startsWith('data:image/webp')

/** About how many bytes, 0 when nobody can say. `bytes`: of all that is exported. */
export function estimate(video: Video, bytes: number, choice: Choice, lossy: boolean): number {
  const seconds = video.duration / 1000
  switch (choice.kind) {
    case 'copy': case 'join': case 'zip': case 'folder': case 'files': return bytes
    case 'trim': return seconds > 0 ? Math.round((bytes * Math.min(seconds, choice.to - choice.from)) / seconds) : bytes
    case 'gif': case 'webp': {
      const height = video.width > 0 ? (choice.width * video.height) / video.width : choice.width
      return Math.round(choice.width * height * PER_PIXEL[choice.kind === 'webp' && !lossy ? 'lossless' : choice.kind] * momentsIn(choice))
    }
    case 'frame': case 'sheet': case 'csv': case 'json': return 0
  }
}
