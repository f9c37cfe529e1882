/** How periods and long times are said. */
import { format, locale, m } from '../../i18n'
import type { Statistics } from '../../api'
import './words'
import { outcomeKeys, type OutcomeKey, type Totals } from './fold'

type Unit = Statistics['unit']

const days = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale.current, { timeZone: 'UTC', ...options })

/** Beneath an axis: "Nov 24"; of a month "Nov 2026". */
export function shortLabels(periods: readonly string[], unit: Unit): string[] {
  const said = days(unit === 'month' ? { month: 'short', year: 'numeric' } : { month: 'short', day: 'numeric' })
  return periods.map((day) => said.format(new Date(day)))
}

/** In a tooltip and a table: "Nov 24, 2026"; of a week "Nov 23 – 29, 2026"; of a month "November 2026". */
export function longLabels(periods: readonly string[], unit: Unit): string[] {
  const said = days(unit === 'month' ? { month: 'long', year: 'numeric' } : { dateStyle: 'medium' })
  return periods.map((day) => {
    const first = new Date(day)
    if (unit !== 'week') return said.format(first)
    const last = new Date(first)
    last.setUTCDate(last.getUTCDate() + 6)
    return said.formatRange(first, last)
  })
}

export const dollars = (value: number): string => format.money(value * 1e6)

/** A sum for what it is: "about" where the service has not said what it charged, or a price is not known. */
export const money = ({ spent, about, unpriced }: Pick<Totals, 'spent' | 'about' | 'unpriced'>): string =>
  about > 0 || unpriced > 0 ? m.statistics_about({ amount: format.money(spent) }) : format.money(spent)

/** "4.2 s", "46 s", "12:30". */
export const took = (ms: number): string => (ms < 10_000 ? format.seconds(ms / 1000, 1) : ms < 120_000 ? format.seconds(ms / 1000) : format.clock(ms / 1000))

const outcomes: Record<OutcomeKey, () => string> = {
  done: m.statistics_done, open: m.statistics_open, uncertain: m.statistics_uncertain, givenUp: m.statistics_given_up, failed: m.statistics_failed, refused: m.statistics_refused,
}
export const outcomeName = (key: string): string => outcomes[key as OutcomeKey]()

/** The place of an outcome's colour among the tokens: the same whichever others there are. */
export const outcomeColour = (key: string): number => [2, 4, 3, 6, 1, 5][outcomeKeys.indexOf(key as OutcomeKey)]!
