/** A chart as a picture to keep: what the page draws, with its name and what the colours mean. */
import { colour, token } from './plot'

interface Wanted { chart: HTMLCanvasElement; title: string; note: string; legend: { name: string; colour: number }[] }

const EDGE = 20
const HEAD = 52
const LINE = 22

export async function picture({ chart, title, note, legend }: Wanted): Promise<Blob> {
  const ratio = chart.width / chart.getBoundingClientRect().width
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')!
  const family = token('--font')
  const wide = chart.width / ratio
  // What the colours mean, in as many lines as it takes.
  pen.font = `12px ${family}`
  let lines = 0
  let end = Infinity
  const entries = legend.map((entry) => {
    const width = pen.measureText(entry.name).width + 34
    if (end + width > wide) {
      lines++
      end = 0
    }
    const at = { ...entry, x: EDGE + end, y: EDGE + HEAD + (lines - 1) * LINE }
    end += width
    return at
  })
  const top = EDGE + HEAD + lines * LINE + (lines && 10)
  canvas.width = (wide + 2 * EDGE) * ratio
  canvas.height = (top + EDGE) * ratio + chart.height
  pen.scale(ratio, ratio)
  pen.fillStyle = token('--surface')
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.textBaseline = 'middle'
  const write = (text: string, x: number, y: number, font: string, ink: string) => {
    pen.font = `${font} ${family}`
    pen.fillStyle = token(ink)
    pen.fillText(text, x, y)
  }
  write(title, EDGE, EDGE + 10, '600 16px', '--text')
  write(note, EDGE, EDGE + 32, '12px', '--text-2nd')
  for (const entry of entries) {
    pen.fillStyle = colour(entry.colour)
    pen.fillRect(entry.x, entry.y + 5, 11, 11)
    write(entry.name, entry.x + 17, entry.y + 11, '12px', '--text-2nd')
  }
  pen.drawImage(chart, EDGE, top, wide, chart.height / ratio)
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture came of the canvas'))), 'image/png'))
}
