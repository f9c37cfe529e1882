/** The charts, drawn by uPlot in the page's own colours. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { shownLabels, stacked, type Series } from './fold'

export interface Plan {
  kind: 'bars' | 'line'
  series: (Series & { colour: number })[]
  /** What stands beneath the axis, for each period. */
  ticks: string[]
  /** The marks at the side, from 0 on. */
  marks: number[]
  say: (value: number) => string
}

/** Where the pointer is: a period, and the place of it. */
export interface Pointed { at: number; left: number; width: number }

const HEIGHT = 220
/** How much of its room a bar takes, and how many pixels at most. */
const SHARE = 0.72
const WIDEST = 44

export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
export const colour = (n: number): string => token(`--chart-${n}`)

const FONT = 11

/** How wide the widest of these is beside an axis, in pixels. */
function breadth(texts: readonly string[]): number {
  const pen = document.createElement('canvas').getContext('2d')! // uPlot's own would not notice another font
  pen.font = `${FONT}px ${token('--font')}`
  return Math.max(0, ...texts.map((text) => pen.measureText(text).width))
}

/** A hairline between what stands on one another, for eyes that tell no colours apart. */
function seams(u: uPlot): void {
  const count = u.data[0].length
  const width = Math.min(u.bbox.width / count * SHARE, WIDEST * devicePixelRatio)
  const thin = Math.max(1, Math.round(devicePixelRatio))
  u.ctx.fillStyle = token('--surface')
  for (let s = 1; s < u.series.length - 1; s++) {
    for (const [i, top] of (u.data[s] as number[]).entries()) {
      if (!top || u.data[s + 1]![i] === top) continue
      u.ctx.fillRect(u.valToPos(i, 'x', true) - width / 2 - 1, u.valToPos(top, 'y', true) - thin / 2, width + 2, thin)
    }
  }
}

function options({ kind, series, ticks, marks, say }: Plan, width: number, onpoint: (p: Pointed | undefined) => void): uPlot.Options {
  const font = `${FONT}px ${token('--font')}`
  const axis: uPlot.Axis = { font, stroke: () => token('--text-3rd'), ticks: { show: false } }
  const bars = uPlot.paths.bars!({ size: [SHARE, WIDEST] })
  return {
    width, height: HEIGHT, legend: { show: false }, padding: [8, Math.ceil(breadth(ticks.slice(-1)) / 2), 0, 0], // half of the last date, which is in the middle of its period
    scales: { x: { time: false, range: () => [-0.5, ticks.length - 0.5] }, y: { range: () => [0, marks.at(-1)!] } },
    axes: [
      { ...axis, grid: { show: false }, size: 26, gap: 6, splits: (u) => shownLabels(ticks.length, Math.floor(u.width / 84)), values: (_, at) => at.map((i) => ticks[i]!) },
      {
        ...axis, gap: 6, grid: { stroke: () => token('--edge'), width: 1 }, splits: () => marks, values: (_, at) => at.map(say),
        size: (_, said) => breadth(said ?? []) + 14,
      },
    ],
    series: [{}, ...series.map(({ colour: n }): uPlot.Series => (kind === 'bars'
      ? { paths: bars, width: 0, fill: () => colour(n), points: { show: false } }
      : { stroke: () => colour(n), width: 2, spanGaps: true, points: { show: true, size: 6, width: 0, fill: () => colour(n) } }))],
    ...(kind === 'bars' ? { bands: series.slice(1).map((_, i): uPlot.Band => ({ series: [i + 2, i + 1] })) } : {}),
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    hooks: {
      draw: kind === 'bars' ? [seams] : [],
      setCursor: [(u) => {
        const { left = -1, idx } = u.cursor
        onpoint(left < 0 || idx == null ? undefined : { at: idx, left: u.over.offsetLeft + u.valToPos(idx, 'x'), width: u.width })
      }],
    },
  }
}

/** Draws a chart into an element, as wide as that is, for as long as it is there; colours follow the theme. */
export const drawn = (plan: Plan, onpoint: (p: Pointed | undefined) => void) => (node: HTMLElement): (() => void) => {
  const values = plan.kind === 'bars' ? stacked(plan.series) : plan.series.map((s) => s.values)
  const u = new uPlot(options(plan, node.clientWidth || 600, onpoint), [plan.ticks.map((_, i) => i), ...values], node)
  const repaint = () => u.redraw()
  const resized = new ResizeObserver(() => { if (node.clientWidth > 0 && node.clientWidth !== u.width) u.setSize({ width: node.clientWidth, height: HEIGHT }) })
  const dressed = new MutationObserver(repaint)
  const system = matchMedia('(prefers-color-scheme: light)')
  resized.observe(node)
  dressed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  system.addEventListener('change', repaint)
  return () => {
    resized.disconnect()
    dressed.disconnect()
    system.removeEventListener('change', repaint)
    onpoint(undefined)
    u.destroy()
  }
}
