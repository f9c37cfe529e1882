// Measures the gallery from inside its page. Nothing here is part of the app: the inspector brings it in.
(() => {
  const tiles = () => [...document.querySelectorAll('.tile')]
  const scroller = () => {
    for (let e = document.querySelector('.tile'); e; e = e.parentElement) if (/auto|scroll/.test(getComputedStyle(e).overflowY)) return e
  }
  const drawn = (tile) => { const img = tile.querySelector('img'); return !!img && img.complete && img.naturalWidth > 0 }
  const longestGap = 140 // between rows: a day's header and the spaces around it

  /** The tiles on screen, and whether something is missing between them. */
  function look(s) {
    const view = s.getBoundingClientRect()
    const seen = []
    for (const tile of tiles()) {
      const box = tile.getBoundingClientRect()
      if (box.bottom > view.top && box.top < view.bottom && box.height > 0) seen.push({ tile, box })
    }
    seen.sort((a, b) => a.box.top - b.box.top)
    let covered = view.top
    let hole = seen.length === 0
    for (const { box } of seen) {
      if (box.top - covered > longestGap) hole = true
      covered = Math.max(covered, box.bottom)
    }
    if (view.bottom - covered > longestGap && s.scrollTop + s.clientHeight < s.scrollHeight - longestGap) hole = true
    return { seen: seen.map((x) => x.tile), hole }
  }

  const name = (tile) => tile.dataset.position ?? tile.querySelector('[data-tile]')?.dataset.tile ?? ''
  const quantile = (all, q) => { const s = [...all].sort((a, b) => a - b); return s.length ? s[Math.min(s.length - 1, Math.floor(q * s.length))] : 0 }
  const frame = () => new Promise((done) => requestAnimationFrame(done))

  /** Scrolls at a speed (px/s) for so many seconds, to and fro, and gives what the frames were like. */
  async function scroll(from, speed, seconds) {
    const s = scroller()
    const reach = s.scrollHeight - s.clientHeight
    const gaps = [], work = [], blanks = new Map()
    let nodes = 0, begun = 0, last, count = 0, blank = 0, blankTiles = 0, longestBlank = 0, y = from * reach, way = 1, before
    s.scrollTop = y
    await frame()
    await new Promise((done) => {
      const after = new MessageChannel() // its message comes when the frame is drawn: looking then costs no layout
      after.port1.onmessage = () => {
        const now = performance.now()
        work.push(now - begun)
        const { seen, hole } = look(s)
        const here = new Set(seen.filter((tile) => !drawn(tile)).map(name))
        if (hole) here.add('hole')
        for (const at of here) if (!blanks.has(at)) blanks.set(at, begun)
        for (const [at, since] of blanks) {
          const lasted = now - since
          longestBlank = Math.max(longestBlank, lasted)
          if (here.has(at)) continue
          blanks.delete(at)
          blankTiles++
          if (lasted > 100) blank++
        }
        if (count++ % 20 === 0) nodes = Math.max(nodes, document.getElementsByTagName('*').length)
        // Between two frames, as a wheel does it: the page hears of it before the next one is drawn.
        y += way * speed * (before === undefined ? 0 : now - before) / 1000
        before = now
        if (y > reach || y < 0) { y = Math.max(0, Math.min(reach, y)); way = -way }
        s.scrollTop = y
      }
      const start = performance.now()
      const step = (t) => {
        begun = performance.now()
        if (last !== undefined) gaps.push(t - last)
        last = t
        after.port2.postMessage(0)
        if (begun - start < seconds * 1000) requestAnimationFrame(step)
        else done()
      }
      requestAnimationFrame(step)
    })
    await new Promise((done) => setTimeout(done, 200))
    return { p50: quantile(gaps, 0.5), p95: quantile(gaps, 0.95), worst: Math.max(...gaps), late: gaps.filter((g) => g > 25).length / gaps.length,
      work50: quantile(work, 0.5), work95: quantile(work, 0.95), nodes, blankTiles, blank, longestBlank, frames: gaps.length, height: s.scrollHeight }
  }

  const shown = (s) => { const { seen, hole } = look(s); return !hole && seen.length > 0 && seen.every(drawn) ? seen : undefined }

  /** Jumps to places all over the library; the milliseconds until every poster there is decoded. */
  async function jump(places) {
    const s = scroller()
    const took = []
    for (const at of places) {
      const start = performance.now()
      s.scrollTop = at * (s.scrollHeight - s.clientHeight)
      let seen
      do { await frame(); seen = shown(s) } while (!seen && performance.now() - start < 5000)
      await Promise.all((seen ?? []).map((tile) => tile.querySelector('img').decode().catch(() => undefined)))
      took.push(performance.now() - start)
      await new Promise((done) => setTimeout(done, 150))
    }
    return { took, median: quantile(took, 0.5), p95: quantile(took, 0.95) }
  }

  window.__probe = {
    ready: () => { const s = scroller(); return !!s && !!shown(s) },
    state: () => { const s = scroller(); return s ? { tiles: tiles().length, drawn: tiles().filter(drawn).length, height: s.scrollHeight, hole: look(s).hole } : { text: document.body.innerText.slice(0, 300) } },
    height: () => scroller().scrollHeight,
    begin: (kind, ...args) => { __probe.result = undefined; ({ scroll, jump })[kind](...args).then((r) => { __probe.result = r }, (e) => { __probe.result = { failed: String(e) } }); return true },
    result: undefined,
  }
  return true
})()
