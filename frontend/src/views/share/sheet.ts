/** A contact sheet: frames over the whole length with their times, under the name and the prompt. */
import type { Video } from '../../api'
import { seek } from '../../components/media/frame'
import { format } from '../../i18n'
import { spread } from './plan'

const WIDTH = 1920
const MARGIN = 32
const GAP = 12
const HEAD = 92

/** Shortened until it fits. */
export function fitted(text: string, room: number, measure: (text: string) => number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (measure(line) <= room) return line
  const signs = [...line]
  let low = 0, high = signs.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (measure(`${signs.slice(0, middle).join('')}…`) <= room) low = middle
    else high = middle - 1
  }
  return `${signs.slice(0, low).join('')}…`
}

/** Tall frames get narrow columns, so that no sheet is longer than canvases are. */
export function layout(width: number, height: number, grid: number): { column: number; row: number; height: number } {
  const column = Math.floor((WIDTH - 2 * MARGIN - (grid - 1) * GAP) / grid)
  const row = Math.round((column * height) / width)
  return { column, row, height: HEAD + MARGIN + grid * row + (grid - 1) * GAP }
}

export async function drawSheet(screen: HTMLVideoElement, video: Video, grid: number, tell: (share: number) => void, stopped: () => boolean): Promise<Blob> {
  const { column, row, height } = layout(screen.videoWidth, screen.videoHeight, grid)
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = height
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const font = (size: number, weight = 400) => `${weight} ${size}px system-ui, "Noto Sans CJK SC", sans-serif`
  const room = WIDTH - 2 * MARGIN
  pen.fillStyle = '#14161a'
  pen.fillRect(0, 0, WIDTH, height)
  pen.textBaseline = 'alphabetic'
  pen.fillStyle = '#f3f4f6'
  pen.font = font(28, 600)
  pen.fillText(fitted(video.name || video.prompt, room, (t) => pen.measureText(t).width), MARGIN, 44)
  pen.fillStyle = '#a2a8b3'
  pen.font = font(20)
  pen.fillText(fitted(video.prompt, room, (t) => pen.measureText(t).width), MARGIN, 74)
  const moments = spread(screen.duration, grid * grid)
  for (const [n, at] of moments.entries()) {
    if (stopped()) break
    await seek(screen, at)
    const x = MARGIN + (n % grid) * (column + GAP)
    const y = HEAD + Math.floor(n / grid) * (row + GAP)
    pen.drawImage(screen, x, y, column, row)
    const time = format.clock(at)
    pen.font = font(16, 600)
    const wide = pen.measureText(time).width + 16
    pen.fillStyle = 'rgb(0 0 0 / 0.62)'
    pen.fillRect(x + column - wide - 8, y + row - 34, wide, 26)
    pen.fillStyle = '#ffffff'
    pen.fillText(time, x + column - wide, y + row - 15)
    tell((n + 1) / moments.length)
  }
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the sheet can’t be encoded'))), 'image/png'))
}
