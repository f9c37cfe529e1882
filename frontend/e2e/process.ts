/** Helpers that run until they are stopped, each in a process group of its own. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Running {
  pid: number
  /** The first line on `fd`; rejects when the process ends without one. */
  line(fd: number): Promise<string>
  stop(): Promise<void>
  /** Ends it as a power cut does. */
  kill(): Promise<void>
  /** What it said on stderr. */
  noise(): string
}

export type Env = Record<string, string>

/** Nothing outlives a run that is broken off. */
const groups = new Set<number>()
process.on('exit', () => groups.forEach((pid) => signal(pid, 'SIGKILL')))

function signal(pid: number, name: NodeJS.Signals): void {
  try { process.kill(-pid, name) } catch { groups.delete(pid) }
}

/** The caller's environment without its desktop, keys and places. */
export function cleanEnv(): Env {
  const kept = Object.entries(process.env).filter(([name]) => !/^(XDG_|ATLASCLOUD_|DBUS_|LC_|VITEST|NODE_)|^(HOME|DISPLAY|WAYLAND_DISPLAY|LANG|LANGUAGE|TZ)$/.test(name))
  return Object.fromEntries(kept) as Env
}

export function run(command: string, args: string[], env: Env, stdio: StdioOptions = ['ignore', 'pipe', 'pipe']): Running {
  const child: ChildProcess = spawn(command, args, { env, stdio, detached: true })
  if (child.pid) groups.add(child.pid)
  let noise = ''
  child.stderr?.on('data', (chunk: Buffer) => (noise = (noise + chunk.toString()).slice(-20_000)))
  const ended = once(child, 'exit')
  ended.catch(() => undefined)
  return {
    pid: child.pid!,
    noise: () => noise,
    line: (fd) => new Promise((resolve, reject) => {
      const lines = createInterface({ input: child.stdio[fd] as Readable })
      lines.once('line', resolve)
      ended.then(() => reject(new Error(`${command} ended without a line: ${noise}`)), reject)
    }),
    async kill() {
      signal(child.pid!, 'SIGKILL')
      await ended
      groups.delete(child.pid!)
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      signal(child.pid!, 'SIGTERM')
      const insist = setTimeout(() => signal(child.pid!, 'SIGKILL'), 10_000)
      await ended
      clearTimeout(insist)
      signal(child.pid!, 'SIGKILL') // children that outlive it still write to its home
      groups.delete(child.pid!)
    },
  }
}
