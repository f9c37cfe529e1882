//go:build !dev

package main

var devOrigins []string
