package engine

import "errors"

const canRestore = false

// takeOut is never asked where canRestore is false.
func takeOut(string) error { return errors.ErrUnsupported }
