// Package pop opens what belongs to a call of mine: a page of the CRM, an application, a command.
//
// Rules say when and what (Spec, Compile). An Engine is told of the moments of my calls, asks who
// is calling where a rule has to know, opens each pop once, and leaves a Trace of every decision,
// so that "why did nothing open at 9:14?" has an answer. Rules.Test gives the same traces with
// nothing opened.
//
// What callers, GoTo and a CRM say stays in the field it was written into: values are cleaned
// (call.Clean), encoded for the place in the address they stand in, or are one argument of a
// program each, and never a scheme, a host, a program or a variable of its environment. No shell
// is involved.
//
// Everything but Engine and System is pure.
package pop
