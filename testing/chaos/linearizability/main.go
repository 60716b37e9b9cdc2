// Holds the changes of partners in a chaos run's history against one register for each partner, with
// Porcupine (https://github.com/anishathalye/porcupine): is there an order, true to the clients'
// clocks, in which every condition was judged by the revision that the partner then had?
//
// usage: linearizability HISTORY.jsonl
//
// Prints how many changes it looked at; for each partner where there is no such order, a line
// "broken NAME" and the lines of the shortest stretch of its history that shows it. Ends with 1 then.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"

	"github.com/anishathalye/porcupine"
)

// change is an entry "Change" of the history; times are in milliseconds.
type change struct {
	Entry    string `json:"entry"`
	At       int64  `json:"at"`
	Asked    int64  `json:"asked"`
	Client   int    `json:"client"`
	Name     string `json:"name"`
	Expected int64  `json:"expected"`
	Told     string `json:"told"`
	Revision int64  `json:"revision"`
	line     string
}

const (
	absent = int64(0)
	// A revision that a client who was never told has made, and that nobody has built on.
	unknown = int64(-1)
)

// register is a partner's revision. A change whose client was never told may have been made or not,
// at any time after it was asked for.
func register(initial []interface{}, history []change) porcupine.Model {
	made := map[int64]bool{}
	for _, it := range history {
		if it.Told == "ACKNOWLEDGED" {
			made[it.Revision] = true
		}
	}
	untold := []interface{}{unknown}
	for _, it := range history {
		if it.Expected != absent && !made[it.Expected] {
			untold = append(untold, it.Expected)
		}
	}
	return (&porcupine.NondeterministicModel{
		Init:  func() []interface{} { return initial },
		Equal: func(one, other interface{}) bool { return one == other },
		Step: func(state, input, output interface{}) []interface{} {
			revision, asked := state.(int64), input.(change)
			switch asked.Told {
			case "ACKNOWLEDGED":
				if revision == asked.Expected {
					return []interface{}{asked.Revision}
				}
				return nil
			case "REFUSED":
				if revision != asked.Expected {
					return []interface{}{revision}
				}
				return nil
			default:
				if revision == asked.Expected {
					return append([]interface{}{revision}, untold...)
				}
				return []interface{}{revision}
			}
		},
	}).ToModel()
}

func holds(initial []interface{}, history []change) bool {
	operations := make([]porcupine.Operation, 0, len(history))
	for _, it := range history {
		until := it.At
		if it.Told == "OPEN" {
			until = math.MaxInt64
		}
		operations = append(operations, porcupine.Operation{
			ClientId: it.Client, Input: it, Call: it.Asked, Output: it.Revision, Return: until})
	}
	return porcupine.CheckOperations(register(initial, history), operations)
}

// upTo is the history as it was at this moment: what was under way then is open.
func upTo(moment int64, history []change) []change {
	var seen []change
	for _, it := range history {
		if it.Asked <= moment {
			if it.At > moment {
				it.Told, it.Revision = "OPEN", 0
			}
			seen = append(seen, it)
		}
	}
	return seen
}

// shortest is the shortest stretch that can't be, whatever the revision was when it began.
func shortest(history []change) []change {
	shown := history
	for _, it := range history {
		if part := upTo(it.At, history); !holds([]interface{}{absent}, part) {
			shown = part
			break
		}
	}
	anything := []interface{}{absent, unknown}
	for _, it := range shown {
		anything = append(anything, it.Expected, it.Revision)
	}
	for _, begin := range shown {
		var rest []change
		for _, it := range shown {
			if it.Told == "OPEN" || it.At >= begin.Asked {
				rest = append(rest, it)
			}
		}
		if len(rest) < len(shown) && !holds(anything, rest) {
			shown = rest
		}
	}
	return shown
}

func read(path string) (map[string][]change, int, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	partners, count := map[string][]change{}, 0
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	for lines.Scan() {
		var it change
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
			return nil, 0, err
		}
		if it.Entry == "Change" {
			it.line = lines.Text()
			partners[it.Name] = append(partners[it.Name], it)
			count++
		}
	}
	return partners, count, lines.Err()
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: linearizability HISTORY.jsonl")
		os.Exit(2)
	}
	partners, count, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Println("checked", count)
	names := make([]string, 0, len(partners))
	for name := range partners {
		names = append(names, name)
	}
	sort.Strings(names)
	status := 0
	for _, name := range names {
		history := partners[name]
		sort.SliceStable(history, func(i, j int) bool { return history[i].At < history[j].At })
		if !holds([]interface{}{absent}, history) {
			status = 1
			fmt.Println("broken", name)
			for _, it := range shortest(history) {
				fmt.Println(it.line)
			}
		}
	}
	os.Exit(status)
}
