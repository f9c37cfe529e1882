//go:build !linux

package vault

// without says whether there is no keychain that a password could be put into: each of these systems has one.
func without() bool { return false }
