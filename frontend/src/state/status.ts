/** The status line: what stands between here and the service, in words that hold. */
import type { Connection } from '../api'
import { format, m } from '../i18n'

/** `waiting`: something is under way that will try again by itself; only then is a time promised. */
export function statusText({ kind, until }: Connection, waiting: boolean): string {
  const time = until ? format.exactTime(until) : ''
  switch (kind) {
    case 'offline': return time && waiting ? m.status_offline_until({ time }) : m.shell_offline()
    case 'down': return time && waiting ? m.status_down_until({ time }) : m.status_down()
    case 'limited': return time ? m.status_limited_until({ time }) : m.status_limited()
    default: return ''
  }
}
