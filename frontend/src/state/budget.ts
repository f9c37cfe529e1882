/** What a month may cost: typed, and held against what is spent. */
import type { Money } from '../api'

/** From this share on a person is warned. */
const WARN = 0.8
const MOST = 1_000_000

/** What a person may type as an amount: whole dollars, with or without groups of three, then cents behind the other mark. */
const AMOUNTS = [/^(\d{1,3}(?:,\d{3})+)(?:\.(\d{0,2}))?$/, /^(\d{1,3}(?:\.\d{3})+),(\d{1,2})$/, /^(\d*)(?:[.,](\d{0,2}))?$/]

/**
 * Millionths of a dollar; 0 for no limit, undefined for what is no amount, or may be two: "12,50" and "12.50" are
 * twelve and a half, "1,250" is a thousand and more, but "1.250" is either, and is asked about.
 */
export function readBudget(text: string): number | undefined {
  const plain = text.replace(/[\s$'’]/g, '')
  if (plain === '') return text.trim() === '' ? 0 : undefined
  const found = AMOUNTS.map((amount) => amount.exec(plain)).find((match) => match !== null)
  if (!found || !/\d/.test(plain)) return undefined
  const dollars = Number(`${(found[1] ?? '').replace(/[.,]/g, '') || '0'}.${found[2] || '0'}`)
  return dollars > 0 && dollars <= MOST ? Math.round(dollars * 100) * 10_000 : undefined
}

/** The budget as a person would type it; '' for none. */
export function writeBudget(micros: number): string {
  return micros > 0 ? (micros / 1e6).toFixed(2).replace(/\.00$/, '') : ''
}

export interface Level { used: number; budget: number; share: number; tone: 'ok' | 'warn' | 'over' }

/** How much of the month's budget is spent or waits to be sent, `more` included; undefined without a budget. */
export function levelOf(money: Money | undefined, more = 0): Level | undefined {
  if (!money?.budget) return undefined
  const used = money.spending.amount + money.spending.reserved + more
  const share = used / money.budget
  return { used, budget: money.budget, share, tone: used > money.budget ? 'over' : share >= WARN ? 'warn' : 'ok' }
}
