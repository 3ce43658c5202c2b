// Tells what Kubernetes and the Mattermost Operator make of manifests, and whether a conversion of them means the same.
//
// It reads questions, one JSON object a line, and answers each with one line. A manifest goes the way that it would go into a cluster: kubectl
// reads it (stream.go), the API server admits it (admission.go), the operator converts it (conversion.go). What a converter under test wrote
// is read and admitted in the same way and compared with the operator's own result (comparison.go).
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log"
	"os"
)

type question struct {
	Before string `json:"before"`
	// The converter's result; nil where it refused.
	After *string `json:"after"`
	// What a database Secret holds that is not in the manifest: external, operator-managed, or nothing where there is none.
	Database string `json:"database"`
	// Whether spec.ingress may stand for the three older ingress fields.
	Modern bool `json:"modern"`
}

type answer struct {
	// Why kubectl can not read the manifest.
	Unreadable string `json:"unreadable,omitempty"`
	// What becomes of each installation, in order.
	Installations []fate `json:"installations"`
	// What the result gets wrong.
	Differences []string `json:"differences"`
}

func main() {
	log.SetFlags(0)
	definitions := flag.String("crds", "", "folder with the CustomResourceDefinitions of the release that is the target")
	flag.Parse()
	server := newServer(*definitions)

	questions := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(answers)
	for {
		line, err := questions.ReadBytes('\n')
		if len(line) > 1 {
			var asked question
			must(json.Unmarshal(line, &asked))
			must(encoder.Encode(server.answer(asked)))
		}
		// Nobody waits for an answer as long as another question is at hand.
		if questions.Buffered() == 0 {
			must(answers.Flush())
		}
		if errors.Is(err, io.EOF) {
			return
		}
		must(err)
	}
}

func (s *server) answer(asked question) answer {
	result := answer{Installations: []fate{}, Differences: []string{}}
	objects, err := readStream(asked.Before)
	if err != nil {
		result.Unreadable = err.Error()
		if asked.After != nil && *asked.After != asked.Before {
			result.Differences = append(result.Differences, "converted what kubectl can not read")
		}
		return result
	}
	fates := s.fatesOf(objects, asked)
	for _, each := range fates {
		if each != nil {
			result.Installations = append(result.Installations, *each)
		}
	}
	if asked.After != nil {
		result.Differences = s.compare(objects, fates, *asked.After, asked.Modern)
	}
	return result
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
