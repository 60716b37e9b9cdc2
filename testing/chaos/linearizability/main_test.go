package main

import (
	"fmt"
	"testing"
)

func of(asked, at int64, client int, expected int64, told string, revision int64) change {
	return change{Entry: "Change", At: at, Asked: asked, Client: client, Name: "p",
		Expected: expected, Told: told, Revision: revision}
}

var absentAtFirst = []interface{}{absent}

func TestRivalsOfWhomOneIsRefusedHaveAnOrder(t *testing.T) {
	history := []change{
		of(0, 10, 0, 0, "ACKNOWLEDGED", 3),
		of(12, 30, 1, 3, "ACKNOWLEDGED", 4),
		of(15, 20, 2, 3, "REFUSED", 0),
	}
	if !holds(absentAtFirst, history) {
		t.Fatal("the one that was refused may have come second")
	}
}

func TestAnUntoldChangeMayHaveBeenMadeOrNot(t *testing.T) {
	made := []change{
		of(0, 10, 0, 0, "OPEN", 0),
		of(20, 30, 1, 7, "ACKNOWLEDGED", 8),
	}
	never := []change{
		of(0, 10, 0, 0, "OPEN", 0),
		of(20, 30, 1, 0, "ACKNOWLEDGED", 8),
	}
	if !holds(absentAtFirst, made) || !holds(absentAtFirst, never) {
		t.Fatal("nobody knows what became of it")
	}
}

func TestALostUpdateHasNoOrderAndItsShortestStretchIsShown(t *testing.T) {
	history := []change{
		of(0, 10, 0, 0, "ACKNOWLEDGED", 3),
		of(12, 20, 1, 3, "ACKNOWLEDGED", 4),
		of(30, 40, 0, 4, "ACKNOWLEDGED", 5),
		of(50, 60, 1, 5, "ACKNOWLEDGED", 6),
		of(55, 65, 2, 5, "ACKNOWLEDGED", 7),
		of(70, 80, 0, 7, "ACKNOWLEDGED", 8),
	}
	if holds(absentAtFirst, history) {
		t.Fatal("two changes of one revision were both acknowledged")
	}
	if got, want := fmt.Sprint(shortest(history)), fmt.Sprint(history[3:5]); got != want {
		t.Fatalf("shown: %s, not %s", got, want)
	}
}

func TestARefusalWithoutAReasonHasNoOrder(t *testing.T) {
	if holds(absentAtFirst, []change{
		of(0, 10, 0, 0, "ACKNOWLEDGED", 3),
		of(20, 30, 1, 3, "REFUSED", 0),
	}) {
		t.Fatal("the revision was the one that it expected")
	}
}
