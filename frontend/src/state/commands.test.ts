import { expect, it, vi } from 'vitest'
import { onCommand, sendCommand } from './commands'

it('reaches whoever listens for it, until they stop', () => {
  const [search, also, open] = [vi.fn(), vi.fn(), vi.fn()]
  const stops = [onCommand('search', search), onCommand('search', also), onCommand('open-picture', open)]
  sendCommand('search')
  stops[0]!()
  stops[0]!()
  sendCommand('search')
  expect([search, also, open].map((f) => f.mock.calls.length)).toEqual([1, 2, 0])
  stops.forEach((stop) => stop())
  sendCommand('search')
  expect(also).toHaveBeenCalledTimes(2)
})

it('nobody listens for does no harm', () => expect(() => sendCommand('help')).not.toThrow())
