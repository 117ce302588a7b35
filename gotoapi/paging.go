package gotoapi

import (
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// maxPages bounds every listing: a service that hands out markers for ever must not hold us for ever.
const maxPages = 1000

// pages walks a listing: fetch gets one page by its marker ("" for the first) and returns the
// marker of the next, "" on the last (goto-api.md 8, "Paging everywhere"). The first error ends it.
func pages[T any](op string, fetch func(marker string) ([]T, string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		marker := ""
		for range maxPages {
			items, next, err := fetch(marker)
			if err != nil {
				yield(zero, err)
				return
			}
			for _, it := range items {
				if !yield(it, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			if next == marker {
				yield(zero, fmt.Errorf("%s: %w: a page leads to itself", op, ErrAnswer))
				return
			}
			marker = next
		}
		yield(zero, fmt.Errorf("%s: %w: more than %d pages", op, ErrAnswer, maxPages))
	}
}

// collect gathers a listing. On an error it returns what came before it too.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for it, err := range seq {
		if err != nil {
			return out, err
		}
		out = append(out, it)
	}
	return out, nil
}

// page adds the paging members to a query.
func page(q url.Values, size int, marker string) url.Values {
	if size > 0 {
		q.Set("pageSize", strconv.Itoa(size))
	}
	if marker != "" {
		q.Set("pageMarker", marker)
	}
	return q
}

// listing is one page of any listing: null and absent are alike.
type listing[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"nextPageMarker"`
}
