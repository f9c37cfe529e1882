//go:build !darwin

package engine

const canRestore = true
