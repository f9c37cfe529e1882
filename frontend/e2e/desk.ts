/** One virtual display for the whole run; Wails' dev build insists on opening its window too. A server that resets when its last client goes cuts off the one that is just coming. */
import type { TestProject } from 'vitest/node'
import { cleanEnv, run } from './process'

declare module 'vitest' {
  interface ProvidedContext { display: string }
}

export default async function (project: TestProject) {
  const display = run('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-noreset'], cleanEnv(), ['ignore', 'ignore', 'pipe', 'pipe'])
  project.provide('display', `:${await display.line(3)}`)
  return () => display.stop()
}
