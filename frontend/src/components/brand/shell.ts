/** The conch of the app's icon, as path data in a box of 1000 x 1000: a logarithmic spiral that grows 3.09-fold a turn. */
const GROWTH = Math.log(3.09) / (2 * Math.PI)
const CENTRE = { x: 634, y: 446 }
const REACH = 695
const END = 3.7558 // the angle of the outermost point, where the shell opens

const point = (turnsBack: number, angle: number): string => {
  const r = REACH * Math.exp(-GROWTH * turnsBack)
  return `${(CENTRE.x + r * Math.cos(angle)).toFixed(1)} ${(CENTRE.y + r * Math.sin(angle)).toFixed(1)}`
}

/** The spiral between two distances behind its outer end, in radians. */
function spiral(from: number, to: number): string {
  const steps = Math.max(2, Math.ceil((to - from) / 0.09))
  const points = Array.from({ length: steps + 1 }, (_, i) => {
    const back = from + ((to - from) * i) / steps
    return point(back, END - back)
  })
  return `M${points.join('L')}`
}

/** The outer whorl, closed across the mouth. */
export const body = `${spiral(0, 2 * Math.PI)}Z`

/** The line where the whorls meet. */
export const seam = spiral(2 * Math.PI, 7 * Math.PI)

/** The walls between the chambers of the outer whorl. */
export const walls = Array.from({ length: 15 }, (_, i) => {
  const back = 0.42 * (i + 0.85)
  if (back > 2 * Math.PI - 0.2) return ''
  const outer = point(back, END - back)
  const inner = point(back + 2 * Math.PI, END - back)
  const bend = point(back + Math.PI * 0.72, END - back + 0.2)
  return `M${inner}Q${bend} ${outer}`
}).join('')
