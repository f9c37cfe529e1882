package engine

const canRestore = false
