package gotoapi

import "errors"

// StatusOf gives the HTTP status of the service's refusal; 0 when err is none.
func StatusOf(err error) int {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Status
	}
	return 0
}
