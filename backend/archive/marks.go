package archive

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/scan"
	"conch/backend/sidecar"
)

// KeepMarks writes what a person said of videos beside them, in each videos folder where it changed since a version
// of the library; it gives the version that is written now. Nothing is written beside films that are referenced
// elsewhere.
func KeepMarks(ctx context.Context, l *library.Library, roots []string, after int64) (int64, error) {
	said, err := l.Said(ctx, after)
	if err != nil {
		return after, err
	}
	known := func(id string) bool {
		knows, err := l.Knows(ctx, id)
		return err == nil && knows
	}
	for _, folder := range said.Folders {
		if !within(folder, roots) || !(scan.Disk{}).Holds(folder) {
			continue
		}
		marks, unread := l.SaidIn(ctx, folder)
		if unread != nil {
			return after, unread
		}
		err = errors.Join(err, sidecar.Write(folder, marks, known))
	}
	if (scan.Disk{}).Holds(roots[0]) {
		err = errors.Join(err, sidecar.WriteCollections(roots[0], said.Collections))
	}
	if err != nil {
		return after, err
	}
	return said.Version, nil
}

// DropMarks removes what stands beside videos of it, for those that are gone for good.
func DropMarks(gone []generation.Video) (err error) {
	ids := map[string][]string{}
	for _, v := range gone {
		ids[filepath.Dir(v.Path)] = append(ids[filepath.Dir(v.Path)], v.ID)
	}
	for folder, these := range ids {
		err = errors.Join(err, sidecar.Drop(folder, these))
	}
	return err
}

// within says whether a folder is one of these or lies in one.
func within(folder string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		_, inside := scan.Inside(root, folder)
		return inside
	})
}
